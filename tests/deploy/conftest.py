"""The site before a stand-in; a test may change what that says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.site import Site, fronting
from tests.deploy.upstream import Upstream, serving_here


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[Upstream]:
    made = Upstream(f"unix:{tmp_path}/web.sock")
    with serving_here(tmp_path / "web.sock", made):
        yield made


@pytest.fixture
def site(tmp_path: Path, upstream: Upstream) -> Iterator[Site]:
    with fronting(tmp_path / "site", [upstream.address], believes_clients=True) as made:
        yield made


@pytest.fixture
def lonely_site(tmp_path: Path) -> Iterator[Site]:
    """The site while no application runs."""
    with fronting(tmp_path / "site", [f"unix:{tmp_path}/nobody.sock"]) as made:
        yield made
