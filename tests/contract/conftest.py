"""Whom the contract's rows are tried with, beside those of every test, and by which way.

HANDOVER_TEST_THROUGH_NGINX=1 asks every question over TLS: nginx, gunicorn, the application.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from app.http.application import Application
from tests import factories
from tests.deploy.site import fronting
from tests.deploy.wire import Wires
from tests.serving import Server, running, serving_afresh

THROUGH_NGINX = os.environ.get("HANDOVER_TEST_THROUGH_NGINX") == "1"
# What never reaches the application (tests/deploy says what nginx answers).
BENEATH_NGINX = (
    "what_that_made_up_is_not",  # it overwrites what a client says of its address
    "%00",  # it refuses such a path
    "..%2f",  # and one that climbs above the root
    "/../../",
    "V13_V14_V15_an_unknown_order",  # which asks for "%00", too
)


@pytest.fixture
def stranger(app: Application) -> factories.Customer:
    """Another customer."""
    return factories.sign_up(app, "mallory@example.com", name="Mallory")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Server]:
    """One server for all tests that share it: each makes customers and orders of its own."""
    folder = tmp_path_factory.mktemp("served")
    if not THROUGH_NGINX:
        with serving_afresh(folder, worker_id, "served") as server:
            yield server
        return
    socket = folder / "web.sock"
    behind = {"unix_socket": socket, "TRUSTED_PROXIES": "1"}
    with (
        serving_afresh(folder, worker_id, "served", **behind) as server,
        fronting(folder / "site", [f"unix:{socket}"]) as site,
    ):
        yield replace(server, url=site.url, dial=site.connect)


if THROUGH_NGINX:

    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        """Leave out what is tested beneath nginx."""
        items[:] = [one for one in items if not any(part in one.name for part in BENEATH_NGINX)]

    @pytest.fixture(scope="session")
    def wires(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wires]:
        with ExitStack() as stack:
            yield Wires(tmp_path_factory.mktemp("wires"), stack)

    @pytest.fixture(scope="session")
    def environment(environment: dict[str, str]) -> dict[str, str]:
        return {**environment, "TRUSTED_PROXIES": "1"}

    @pytest.fixture(scope="session")
    def migrated_app(
        migrated_app: Application,
        environment: dict[str, str],
        tmp_path_factory: pytest.TempPathFactory,
        wires: Wires,
    ) -> Iterator[Application]:
        folder = tmp_path_factory.mktemp("gunicorn")
        socket = folder / "web.sock"
        with (
            running(folder, environment, workers=2, unix_socket=socket),
            fronting(folder / "site", [f"unix:{socket}"], believes_clients=True) as site,
        ):
            wires.lead(migrated_app, site.connect)
            yield migrated_app

    @pytest.fixture
    def make_app(make_app: Callable[..., Application], wires: Wires) -> Callable[..., Application]:
        def make(**more: str) -> Application:
            app = make_app(**more)
            wires.lead(app)
            return app

        return make
