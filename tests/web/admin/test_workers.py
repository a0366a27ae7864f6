"""The pages of workers."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.http.application import Application
from app.models import Worker
from tests import factories
from tests.holes.world import stored
from tests.web.admin.forms import error_at, news_after, secret_of, value_of

LIST = "/admin/workers"
WANDA = {"name": "Wanda", "email": "wanda@example.com", "password": "246810"}


def log_in(app: Application, password: str) -> int:
    body = {"email": WANDA["email"], "password": password}
    return app.test_client().post("/api/v1/workers/login", json=body).status_code


def test_a_worker_is_made_with_a_token_that_scans(app: Application, admin: FlaskClient) -> None:
    page = admin.post(LIST, data=WANDA)
    assert page.status_code == 201
    bearer = {"Authorization": f"Bearer {secret_of(page)}"}
    assert app.test_client().get("/api/v1/devices/me", headers=bearer).status_code == 200
    assert log_in(app, "246810") == 200


def test_a_worker_without_a_pin_is_made(admin: FlaskClient) -> None:
    assert admin.post(LIST, data={"name": "Will", "email": "", "password": ""}).status_code == 201
    assert "By device only" in admin.get(LIST).text


def test_a_short_pin_is_marked_and_never_written_back(admin: FlaskClient) -> None:
    page = admin.post(LIST, data=WANDA | {"password": "12345"})
    assert page.status_code == 400
    assert "at least 6 digits" in error_at(page, "password")
    assert (value_of(page, "name"), value_of(page, "password")) == ("Wanda", "")
    assert "12345" not in page.text


def test_an_address_that_is_taken_is_marked(admin: FlaskClient) -> None:
    factories.worker("Will", email=WANDA["email"])
    page = admin.post(LIST, data=WANDA)
    assert page.status_code == 400
    assert error_at(page, "email")


def test_a_new_pin_replaces_the_old_one_and_an_empty_one_does_not(
    app: Application, admin: FlaskClient
) -> None:
    admin.post(LIST, data=WANDA)
    (path,) = {f"{LIST}/{worker_id}" for worker_id in worker_ids(admin)}
    assert news_after(admin, admin.post(path, data=WANDA | {"password": ""}))
    assert log_in(app, "246810") == 200
    assert news_after(admin, admin.post(path, data=WANDA | {"password": "135791"}))
    assert (log_in(app, "246810"), log_in(app, "135791")) == (401, 200)


def worker_ids(admin: FlaskClient) -> list[int]:
    return [one["id"] for one in admin.get("/api/v1/workers").json]


def test_an_emptied_address_is_cleared(admin: FlaskClient) -> None:
    worker = factories.worker("Will", email="will@example.com")
    admin.post(f"{LIST}/{worker.id}", data={"name": "Will", "email": "", "password": ""})
    assert stored(Worker, worker.id).email is None


def test_a_pin_that_anybody_tries_is_refused_where_it_is_set_and_not_where_it_was(
    app: Application, admin: FlaskClient
) -> None:
    for page in (LIST, f"{LIST}/{factories.worker().id}"):
        refused = admin.post(page, data=WANDA | {"password": "123456"})
        assert refused.status_code == 400
        assert "anybody tries" in error_at(refused, "password")
    old = app.extensions["handover_passwords"].hash("123456")
    factories.worker("Will", email=WANDA["email"], password_hash=old)
    assert log_in(app, "123456") == 200


def test_a_worker_is_deactivated_and_back_again(app: Application, admin: FlaskClient) -> None:
    token = secret_of(admin.post(LIST, data=WANDA))
    (worker_id,) = worker_ids(admin)
    bearer = {"Authorization": f"Bearer {token}"}

    def asks() -> int:
        return app.test_client().get("/api/v1/devices/me", headers=bearer).status_code

    answer = admin.post(f"{LIST}/{worker_id}/deactivate")
    assert news_after(admin, answer) == "The worker can no longer scan."
    assert asks() == 401
    answer = admin.post(f"{LIST}/{worker_id}/reactivate")
    assert news_after(admin, answer) == "The worker can scan again."
    assert asks() == 200


def test_a_workers_devices_are_on_their_page(admin: FlaskClient) -> None:
    worker = factories.worker("Wanda")
    factories.device("Her phone", worker_id=worker.id)
    factories.device("Somebody's phone")
    page = admin.get(f"{LIST}/{worker.id}").text
    assert "Her phone" in page
    assert "Somebody" not in page


def test_the_list_shows_the_active_or_the_deactivated(admin: FlaskClient) -> None:
    factories.worker("Wanda")
    factories.worker("Will", is_active=False)
    assert ["Wanda" in admin.get(f"{LIST}?active={one}").text for one in "10"] == [True, False]
    assert ["Will" in admin.get(f"{LIST}?active={one}").text for one in "10"] == [False, True]
    assert admin.get(f"{LIST}?active=perhaps").status_code == 400
