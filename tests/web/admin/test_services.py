"""The pages of what is offered."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.models import Service
from tests import factories, ledger
from tests.holes.world import stored
from tests.web.admin.forms import alert_of, error_at, news_after, value_of

LIST = "/admin/services"
WASH = {
    "name": "Wash & <b>Fold</b>",
    "price": "12.50",
    "duration_minutes": "90",
    "category": "Shirts",
    "status": "active",
}


def test_a_service_is_offered_and_told_of(admin: FlaskClient) -> None:
    answer = admin.post(LIST, data=WASH)
    assert news_after(admin, answer) == "Wash & <b>Fold</b> was added."
    page = admin.get(LIST).text
    assert "Wash &amp; &lt;b&gt;Fold&lt;/b&gt;" in page
    assert "<b>Fold" not in page
    assert ledger.event(action="SERVICE_CREATED").status_code == 303


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong(admin: FlaskClient) -> None:
    page = admin.post(LIST, data=WASH | {"price": "a lot", "duration_minutes": "soon"})
    assert page.status_code == 400
    assert value_of(page, "name") == WASH["name"]
    assert value_of(page, "price") == "a lot"
    assert error_at(page, "price")
    assert error_at(page, "duration_minutes") == "Not a whole number."
    assert "check what is marked" in alert_of(page)
    assert ledger.events(action="SERVICE_CREATED") == []


def test_an_empty_name_is_marked(admin: FlaskClient) -> None:
    page = admin.post(LIST, data=WASH | {"name": "  "})
    assert (page.status_code, error_at(page, "name")) == (400, "This field is required.")


def test_two_services_have_two_names(admin: FlaskClient) -> None:
    factories.service(WASH["name"])
    page = admin.post(LIST, data=WASH)
    assert (page.status_code, error_at(page, "name")) == (409, "Another service has this name.")
    assert value_of(page, "price") == "12.50"


def test_a_service_is_changed_and_what_is_emptied_is_cleared(admin: FlaskClient) -> None:
    service = factories.service("Wash", duration_minutes=60, category="Old")
    changed = WASH | {"duration_minutes": "", "category": "", "price": "7"}
    answer = admin.post(f"{LIST}/{service.id}", data=changed)
    assert news_after(admin, answer) == "Wash & <b>Fold</b> was saved."
    now = stored(Service, service.id)
    assert (now.duration_minutes, now.category, str(now.price)) == (None, None, "7.00")


def test_a_service_that_is_renamed_to_another_shows_itself_again(admin: FlaskClient) -> None:
    factories.service("Iron")
    service = factories.service("Wash")
    page = admin.post(f"{LIST}/{service.id}", data=WASH | {"name": "Iron"})
    assert page.status_code == 409
    assert value_of(page, "name") == "Iron"
    assert stored(Service, service.id).name == "Wash"


def test_what_deleting_does_is_said_before_and_after(admin: FlaskClient) -> None:
    unused, used = factories.service("Unused"), factories.service("Used")
    factories.order(used)
    assert "deleted for good" in admin.get(f"{LIST}/{unused.id}").text
    assert "Orders that name it keep it" in admin.get(f"{LIST}/{used.id}").text
    deleted = admin.post(f"{LIST}/{unused.id}/delete")
    assert news_after(admin, deleted) == "The service was deleted."
    withdrawn = admin.post(f"{LIST}/{used.id}/delete")
    assert news_after(admin, withdrawn).startswith("Used is no longer offered.")
    assert stored(Service, unused.id) is None
    assert stored(Service, used.id).status == "inactive"


def test_a_withdrawn_service_is_offered_again(admin: FlaskClient) -> None:
    service = factories.service("Wash", status="inactive")
    admin.post(f"{LIST}/{service.id}", data=WASH)
    assert stored(Service, service.id).status == "active"


def test_a_service_that_does_not_exist_is_not_found(admin: FlaskClient) -> None:
    assert admin.get(f"{LIST}/999999").status_code == 404
    assert admin.post(f"{LIST}/999999", data=WASH).status_code == 404
    assert admin.post(f"{LIST}/999999", data={"name": ""}).status_code == 400
    assert admin.post(f"{LIST}/999999/delete").status_code == 404


@pytest.mark.parametrize(("typed", "price"), [("35,50", "35.50"), (" 7,5 ", "7.50")])
def test_a_price_is_taken_with_a_comma(admin: FlaskClient, typed: str, price: str) -> None:
    service = factories.service("Wash")
    answer = admin.post(f"{LIST}/{service.id}", data=WASH | {"price": typed})
    assert answer.status_code == 303, answer.text
    assert str(stored(Service, service.id).price) == price


@pytest.mark.parametrize("typed", ["1,234", "1.234,50", ",50", "3,5,0"])
def test_a_comma_that_may_be_of_thousands_is_refused(admin: FlaskClient, typed: str) -> None:
    page = admin.post(LIST, data=WASH | {"price": typed})
    assert page.status_code == 400
    assert error_at(page, "price")
    assert value_of(page, "price") == typed
