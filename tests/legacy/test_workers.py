"""L25: a worker's login under its old name."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import Worker
from tests import factories


@pytest.fixture
def will(app: Application) -> Worker:
    password_hash = app.extensions["handover_passwords"].hash("482913")
    return factories.worker("Will", email="will@example.com", password_hash=password_hash)


@pytest.mark.parametrize("path", ["/employee/login", "/employee/login/"])
def test_a_worker_logs_in_under_the_old_name(client: FlaskClient, will: Worker, path: str) -> None:
    worker_id = will.id
    answer = client.post(path, json={"email": "Will@example.com", "password": "482913"})
    assert answer.status_code == 200
    assert set(answer.json) == {"token", "worker"}
    assert answer.json["worker"] == {"id": worker_id, "name": "Will", "email": "will@example.com"}
    headers = {"Authorization": f"Bearer {answer.json['token']}"}
    assert client.get("/api/v1/devices/me", headers=headers).status_code == 200
    assert answer.headers["Link"] == '</api/v1/workers/login>; rel="successor-version"'


@pytest.mark.parametrize("email", ["will@example.com", "nobody@example.com"])
def test_a_wrong_secret_or_an_unknown_worker_is_one_answer(
    client: FlaskClient, will: Worker, email: str
) -> None:
    answer = client.post("/employee/login", json={"email": email, "password": "000000"})
    assert (answer.status_code, answer.json["error"]) == (401, "Invalid credentials")
    assert "Deprecation" in answer.headers


@pytest.mark.parametrize(
    "body",
    [{}, {"email": "will@example.com"}, {"password": "482913"}, {"email": "", "password": ""}],
)
def test_an_address_alone_is_no_login(client: FlaskClient, will: Worker, body: object) -> None:
    answer = client.post("/employee/login", json=body)
    assert (answer.status_code, answer.json["error"]) == (400, "Missing fields")
