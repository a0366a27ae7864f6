"""Every refusal of every JSON route has the one shape, and its code is one of the contract's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app import errors
from app.errors import AppError
from app.http.access import public
from app.http.application import Application
from tests.holes.routes import ROUTES
from tests.holes.shape import CODES, hold_to_the_shape, is_json_path
from tests.holes.world import World

UNKNOWN = [
    "/api",
    "/api/",
    "/api/nothing",
    "/api/v1",
    "/api/v1/",
    "/api/v1/nothing/at/all",
    "/api/v2/orders",
    "/api//v1/orders",
    "/auth",
    "/auth/nothing",
    "/worker",
    "/worker/nothing",
    "/employee/nothing",
    "/admin/api",
    "/admin/api/",
    "/admin/api/nothing",
]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9"}
SURFACES = ["/api/v1/unlucky", "/api/unlucky", "/auth/unlucky", "/worker/unlucky", "/admin/api/x"]


def kinds(kind: type[AppError] = AppError) -> Iterator[type[AppError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from kinds(one)


def test_every_error_has_a_code_and_a_status_of_the_contract() -> None:
    for kind in kinds():
        if kind.__module__ == errors.__name__:
            assert kind.code in CODES[kind.status], kind
            assert kind.words, kind


@pytest.mark.parametrize("path", UNKNOWN)
def test_a_path_that_does_not_exist_answers_json_to_everyone(
    client: FlaskClient, path: str
) -> None:
    for method in METHODS:
        answer = client.open(path, method=method, headers=BROWSER)
        assert answer.status_code == 404, method
        assert hold_to_the_shape(answer, path)["error_code"] == "NOT_FOUND"


def test_a_method_that_a_path_does_not_have_is_405_and_says_which_it_has(app: Application) -> None:
    world = World(app)
    urls = app.url_map.bind("handover.test")
    for template in {route.template.partition("?")[0] for route in ROUTES}:
        path = world.path(template)
        allowed = set(urls.allowed_methods(path))
        for method in {*METHODS, "TRACE", "BREW"} - allowed:
            answer = world.send("admin", method, path)
            assert answer.status_code == 405, (method, path)
            assert set(answer.headers["Allow"].split(", ")) == allowed, path
            if is_json_path(path):
                hold_to_the_shape(answer, path)


def test_every_refusal_of_a_principal_has_the_shape(app: Application) -> None:
    world = World(app)
    for route in ROUTES:
        if not is_json_path(route.template):
            continue
        path = world.path(route.template)
        for principal, status in {**route.statuses, "made up": 401}.items():
            if status >= 400 and not route.is_public:
                answer = world.send(principal, route.method, path, route.body(world), BROWSER)
                assert answer.status_code == status, (principal, route.name)
                hold_to_the_shape(answer, path)
                if status == 401:
                    assert answer.headers["WWW-Authenticate"].startswith("Bearer"), route.name


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("POST", "/api/v1/auth/login", 10),
        ("POST", "/auth/login", 10),
        ("POST", "/employee/login", 10),
        ("GET", "/api/orders?email=ada@example.com", 60),
        ("GET", "/api/v1/track/X", 60),
        ("POST", "/api/orders", 20),
    ],
)
def test_a_limit_says_when_to_come_back(make_app, method: str, path: str, most: int) -> None:
    client: FlaskClient = make_app(RATELIMIT_ENABLED="true", REDIS_URL="").test_client()
    for _ in range(most):
        assert client.open(path, method=method, json={}).status_code != 429
    answer = client.open(path, method=method, json={})
    assert answer.status_code == 429
    assert hold_to_the_shape(answer, path)["error_code"] == "RATE_LIMITED"
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("path", SURFACES)
def test_a_fault_that_nobody_foresaw_says_nothing_of_its_cause(make_app, path: str) -> None:
    app: Application = make_app()

    @app.get(path)
    @public
    def unlucky() -> str:
        raise LookupError("the secret cause")

    answer = app.test_client().get(path, headers=BROWSER)
    assert answer.status_code == 500
    body = hold_to_the_shape(answer, path)
    assert (body["error_code"], body["details"]) == ("SERVER_ERROR", None)
    assert "secret cause" not in answer.text


def test_a_page_that_fails_is_a_page_without_the_cause(make_app) -> None:
    app: Application = make_app()

    @app.get("/unlucky")
    @public
    def unlucky() -> str:
        raise LookupError("the secret cause")

    answer = app.test_client().get("/unlucky", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "secret cause" not in answer.text
    assert "Traceback" not in answer.text
