"""The admin's pages of licenses: types, issuing, requests, dates, ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.support import clock
from tests import factories
from tests.ledger import data_of, event
from tests.proofs import held, in_sql, license_type, row, symbol, verified
from tests.web.admin.forms import alert_of, error_at, news_after, value_of

LIST = "/admin/licenses"
TYPES = f"{LIST}/types"


@pytest.fixture
def types(app: Application) -> None:
    license_type("dry_cleaning", title="Dry cleaning", max_level=3, validity_months=12)
    license_type("leather", title="Leather", max_level=2, validity_months=None)


def asked(admin: FlaskClient, app: Application) -> int:
    """A license whose holder asks for the next level."""
    one = held(app, "Wanda", level=1)
    address = f"/api/v1/licenses/my-licenses/{one.id}/request-upgrade"
    body = {"reason": "Two years at the machine."}
    assert admin.post(address, json=body, headers=one.account.headers).status_code == 200
    return one.id


def test_a_list_without_licenses_leads_to_the_first_type(admin: FlaskClient) -> None:
    assert "First there has to be a type" in admin.get(LIST).text
    assert f'href="{TYPES}/new"' in admin.get(TYPES).text
    assert f'href="{TYPES}/new"' in admin.get(f"{LIST}/new").text


def test_a_worker_without_a_license_is_one_step_from_one(types: None, admin: FlaskClient) -> None:
    worker = factories.worker("Wanda")
    issue = f"{LIST}/new?worker={worker.id}"
    assert f'href="{issue}"' in admin.get(f"/admin/workers/{worker.id}").text
    page = admin.get(f"{LIST}?worker={worker.id}").text
    assert "This worker holds no license." in page
    assert page.count(f'href="{issue}"') == 2
    assert f'<option value="{worker.id}" selected>Wanda' in admin.get(issue).text


def test_a_type_is_added_changed_and_issued_no_more(admin: FlaskClient) -> None:
    form = {"code": "Dry cleaning", "title": "Dry cleaning", "max_level": "3"}
    assert "Dry cleaning was added." in news_after(admin, admin.post(TYPES, data=form))
    page = admin.get(f"{TYPES}/dry_cleaning")
    assert value_of(page, "max_level") == "3"
    form = {"title": "Dry cleaning", "max_level": "4", "validity_months": "24"}
    assert "was saved" in news_after(admin, admin.post(f"{TYPES}/dry_cleaning", data=form))
    assert "No more" in admin.get(TYPES).text
    assert "dry_cleaning" not in admin.get(f"{LIST}/new").text


def test_a_type_that_includes_others_says_so(types: None, admin: FlaskClient) -> None:
    form = {"title": "Leather", "max_level": "2", "covers": "dry_cleaning", "is_active": "1"}
    admin.post(f"{TYPES}/leather", data=form)
    page = admin.get(f"{TYPES}/leather").text
    assert '<input type="checkbox" name="covers" value="dry_cleaning" checked>' in page
    assert '<td data-label="Includes">dry_cleaning</td>' in admin.get(TYPES).text
    del form["covers"]
    admin.post(f"{TYPES}/leather", data=form)
    assert '<td data-label="Includes">dry_cleaning</td>' not in admin.get(TYPES).text


def test_a_refused_type_marks_what_is_wrong(types: None, admin: FlaskClient) -> None:
    page = admin.post(TYPES, data={"code": "!", "title": "Odd", "max_level": "two"})
    assert page.status_code == 400
    assert error_at(page, "max_level") == "Not a whole number."
    page = admin.post(TYPES, data={"code": "silk", "max_level": "2", "validity_months": "-3"})
    assert (page.status_code, error_at(page, "validity_months")) == (400, "From 1 to 1200.")
    page = admin.post(TYPES, data={"code": "leather", "max_level": "2"})
    assert (page.status_code, error_at(page, "code")) == (
        409,
        "There is a type with this code already.",
    )


def test_a_license_is_issued_and_listed(types: None, admin: FlaskClient) -> None:
    worker = factories.worker("Wanda")
    assert "Wanda (number" in admin.get(f"{LIST}/new").text
    form = {"worker_id": str(worker.id), "type": "dry_cleaning", "level": "2"}
    answer = admin.post(LIST, data=form)
    assert answer.status_code == 303
    page = admin.get(answer.headers["Location"]).text
    for words in ("Wanda", "2 of 3", "Valid", "LIC-", "was issued"):
        assert words in page
    for query in ("", "?status=valid", f"?worker={worker.id}"):
        assert "Wanda" in admin.get(f"{LIST}{query}").text
    for query in ("?status=requested", "?status=revoked", "?expiring=1"):
        assert "Wanda" not in admin.get(f"{LIST}{query}").text


def test_a_second_license_of_a_type_is_refused_on_the_form(types: None, admin: FlaskClient) -> None:
    form = {"worker_id": str(factories.worker("Wanda").id), "type": "leather", "level": "1"}
    assert admin.post(LIST, data=form).status_code == 303
    page = admin.post(LIST, data=form)
    assert page.status_code == 409
    assert "has a license of this type" in alert_of(page)
    page = admin.post(LIST, data={**form, "worker_id": "", "level": "9"})
    assert page.status_code == 400
    assert value_of(page, "level") == "9"


def test_a_request_is_approved_from_its_page(app: Application, admin: FlaskClient) -> None:
    license_id = asked(admin, app)
    assert "Level 2" in admin.get(f"{LIST}?status=requested").text
    page = admin.get(f"{LIST}/{license_id}").text
    assert "Wanda asks for level 2" in page
    assert "Two years at the machine." in page
    answer = admin.post(f"{LIST}/{license_id}/approve", data={"new_level": "2"})
    assert "level 2 now" in news_after(admin, answer)
    again = admin.post(f"{LIST}/{license_id}/approve", data={"new_level": "2"})
    assert again.status_code == 409
    assert "asked for" in alert_of(again)
    assert row(license_id).level == 2


def test_a_request_is_refused_with_a_reason(app: Application, admin: FlaskClient) -> None:
    license_id = asked(admin, app)
    answer = admin.post(f"{LIST}/{license_id}/reject", data={"reason": "After the course."})
    assert "was refused" in news_after(admin, answer)
    assert row(license_id).level == 1
    assert data_of(event(action="LICENSE_REJECTED"))["reason"] == "After the course."


def test_ones_own_license_is_decided_by_somebody_else(app: Application, admin: FlaskClient) -> None:
    license_id = asked(admin, app)
    user_id = event(action="LOGIN", actor_role="admin").resource_id
    in_sql(
        "UPDATE workers SET user_id = :user WHERE id = :worker",
        user=user_id,
        worker=row(license_id).worker_id,
    )
    page = admin.get(f"{LIST}/{license_id}").text
    assert "somebody else has to decide" in page
    assert f"{LIST}/{license_id}/approve" not in page


def test_the_last_day_is_the_whole_day_where_the_business_is(
    app: Application, admin: FlaskClient
) -> None:
    license_id = held(app, "Wanda").id
    last = (clock.now() + timedelta(days=40)).date()
    form = {"level": "2", "last_day": last.isoformat(), "reason": "A shorter course."}
    assert admin.post(f"{LIST}/{license_id}", data=form).status_code == 303
    expires_at = row(license_id).expires_at
    assert expires_at is not None
    assert expires_at.date() == last + timedelta(days=1)
    assert value_of(admin.get(f"{LIST}/{license_id}"), "last_day") == last.isoformat()
    assert f">{last:%-d %b %Y}</time>" in admin.get(f"{LIST}/{license_id}").text
    version = row(license_id).version
    admin.post(f"{LIST}/{license_id}", data=form)
    assert row(license_id).version == version
    admin.post(f"{LIST}/{license_id}", data=form | {"last_day": ""})
    assert row(license_id).expires_at is None


def test_a_wrong_day_or_level_is_marked(app: Application, admin: FlaskClient) -> None:
    license_id = held(app, "Wanda").id
    page = admin.post(f"{LIST}/{license_id}", data={"level": "2", "last_day": "2001-01-01"})
    assert error_at(page, "last_day") == "This is before it was issued."
    page = admin.post(f"{LIST}/{license_id}", data={"level": "2", "last_day": "9999-12-31"})
    assert "9998" in error_at(page, "last_day")
    page = admin.post(f"{LIST}/{license_id}", data={"level": "2", "last_day": "soon"})
    assert error_at(page, "last_day") == "Not a valid date."
    page = admin.post(f"{LIST}/{license_id}", data={"level": "99", "last_day": ""})
    assert "highest level" in error_at(page, "level")


def test_an_admin_prints_the_card_of_who_has_no_account(
    app: Application, admin: FlaskClient, tmp_path: Path
) -> None:
    one = held(app, "Wanda")
    address = f"{LIST}/{one.id}/card.pdf"
    assert address in admin.get(f"{LIST}/{one.id}").text
    answer = admin.get(address)
    assert answer.content_type == "application/pdf"
    assert f"{one.code}.pdf" in answer.headers["Content-Disposition"]
    link = symbol(answer.data, tmp_path)
    assert verified(link.partition("#")[2], admin)["n"] == "Wanda"
    admin.post(f"{LIST}/{one.id}/revoke", data={"reason": "Left."})
    assert address not in admin.get(f"{LIST}/{one.id}").text
    assert admin.get(address).status_code == 409


def test_a_license_is_renewed_its_cards_ended_and_revoked(
    app: Application, admin: FlaskClient
) -> None:
    license_id = held(app, "Wanda").id
    before = row(license_id).expires_at
    assert "was renewed" in news_after(admin, admin.post(f"{LIST}/{license_id}/renew"))
    renewed = row(license_id).expires_at
    assert before is not None
    assert renewed is not None
    assert renewed > before
    assert "superseded" in news_after(admin, admin.post(f"{LIST}/{license_id}/rotate"))
    answer = admin.post(f"{LIST}/{license_id}/revoke", data={"reason": "Left."})
    assert "was revoked" in news_after(admin, answer)
    page = admin.get(f"{LIST}/{license_id}").text
    assert "Left." in page
    assert f"{LIST}/{license_id}/renew" not in page
    assert admin.post(f"{LIST}/{license_id}/renew").status_code == 409
    assert "Wanda" in admin.get(f"{LIST}?status=revoked").text


def test_a_license_that_was_changed_in_sql_says_so_loudly(
    app: Application, admin: FlaskClient
) -> None:
    license_id = held(app, "Wanda").id
    in_sql("UPDATE licenses SET level = 5 WHERE id = :id", id=license_id)
    page = admin.get(f"{LIST}/{license_id}")
    assert "past the ledger" in alert_of(page)
    assert "Tampered with" in admin.get(LIST).text


def test_a_month_is_one_month(admin: FlaskClient) -> None:
    license_type("steam", title="Steam", max_level=1, validity_months=1)
    assert ">1 month</td>" in admin.get(TYPES).text


def test_without_types_a_service_tells_where_they_are_made(admin: FlaskClient) -> None:
    assert f'href="{TYPES}/new"' in admin.get("/admin/services/new").text
    license_type("steam", title="Steam")
    assert f'href="{TYPES}/new"' not in admin.get("/admin/services/new").text


def test_a_service_requires_a_license(types: None, admin: FlaskClient) -> None:
    form = {"name": "Suit", "price": "20", "status": "active", "required_license": "dry_cleaning"}
    assert admin.post("/admin/services", data=form).status_code == 303
    service_id = event(action="SERVICE_CREATED").resource_id
    page = admin.get(f"/admin/services/{service_id}")
    assert '<option value="dry_cleaning" selected>' in page.text
    assert value_of(page, "required_level") == "1"
    assert "Dry cleaning</a>, level 1" in admin.get("/admin/services").text
    form |= {"required_license": "", "required_level": ""}
    assert admin.post(f"/admin/services/{service_id}", data=form).status_code == 303
    page = admin.get(f"/admin/services/{service_id}")
    assert '<option value="" selected>Everybody' in page.text


def test_pages_are_pages_of_25(app: Application, admin: FlaskClient) -> None:
    for number in range(26):
        held(app, f"Worker {number:02}")
    first = admin.get(LIST).text
    assert "Worker 25" in first
    assert "Worker 00" not in first
    assert "page=2" in first
    assert "Worker 00" in admin.get(f"{LIST}?page=2").text
