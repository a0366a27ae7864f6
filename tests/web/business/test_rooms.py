"""Rooms and chairs at the pages: added, renamed, put out of use, and needed by services."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app import database
from app.http.application import Application
from app.models import Resource, ServiceResource
from app.support import clock
from tests import booking
from tests.booking import Shop
from tests.ledger import events
from tests.web.admin.forms import error_at, news_after, value_of
from tests.web.business import stage

PAGE = "/business/salon/rooms"
DAY = (clock.now() + timedelta(days=3)).date()
BLUE = {"kind": "room", "name": "Blue room", "units": "1"}


@pytest.fixture
def shop(app: Application) -> Shop:
    owner = stage.sign_in(app)[1]
    return booking.shop(2, owner_id=owner, name="Salon Ada", slug="salon")


@pytest.fixture
def owner(app: Application, shop: Shop) -> FlaskClient:
    return stage.browser_of(app, shop.business.owner_id)


def rooms() -> list[Resource]:
    with database.transaction(write=False) as session:
        query = session.query(Resource).filter(Resource.kind.in_(("room", "chair")))
        return list(query.order_by(Resource.id))


def service_form(shop: Shop, **more: object) -> dict[str, object]:
    told = {"name": shop.service.name, "price": "20", "duration_minutes": "60"}
    return {**told, "status": "active", **more}


def free_times(client: FlaskClient, shop: Shop) -> int:
    page = client.get(f"/b/salon/book?service={shop.service.id}&date={DAY}").text
    return len(re.findall(r'href="/b/salon/book/confirm', page))


def test_one_is_added_renamed_and_put_out_of_use_and_back(owner: FlaskClient) -> None:
    assert "Add the first one" in owner.get(PAGE).text
    assert news_after(owner, owner.post(PAGE, data=BLUE)) == "Blue room was added."
    chairs = {"kind": "chair", "name": "Washbasins", "units": "3"}
    assert owner.post(PAGE, data=chairs).status_code == 303
    blue, washing = rooms()
    assert (washing.kind, washing.name, washing.units) == ("chair", "Washbasins", 3)
    page = f"{PAGE}/{blue.id}"
    assert value_of(owner.get(page), "name") == "Blue room"
    saved = owner.post(page, data={"name": "Green room", "units": "2", "kind": "chair"})
    assert news_after(owner, saved) == "Green room was saved."
    out = owner.post(f"{page}/deactivate")
    assert news_after(owner, out) == "Green room is out of use."
    assert (rooms()[0].kind, rooms()[0].name, rooms()[0].units) == ("room", "Green room", 2)
    assert not rooms()[0].is_active
    assert "It is out of use." in owner.get(page).text
    assert "in use again" in news_after(owner, owner.post(f"{page}/reactivate"))
    assert rooms()[0].is_active
    assert len(events(action="RESOURCE_UPDATED")) == 3


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"name": " "}, "name"), ({"kind": "castle"}, "kind"), ({"units": "0"}, "units")],
)
def test_a_form_that_is_not_right_comes_back_and_makes_nothing(
    owner: FlaskClient, changed: dict[str, str], field: str
) -> None:
    answer = owner.post(PAGE, data=BLUE | changed)
    assert answer.status_code == 400
    assert error_at(answer, field)
    assert rooms() == []


def test_a_service_says_what_it_needs_and_is_booked_where_that_is_free(
    app: Application, owner: FlaskClient, shop: Shop
) -> None:
    owner.post(PAGE, data=BLUE)
    owner.post(PAGE, data=BLUE | {"name": "Red room"})
    blue, red = rooms()
    page = f"/business/salon/services/{shop.service.id}"
    assert owner.post(page, data=service_form(shop, resources=[blue.id])).status_code == 303
    form = owner.get(page).text
    assert f'name="resources" value="{blue.id}" checked' in form
    assert f'name="resources" value="{red.id}" checked' not in form
    assert shop.service.name in owner.get(PAGE).text
    full = free_times(owner, shop)
    assert full
    assert shop.service.name in owner.get(f"{PAGE}/{blue.id}").text
    owner.post(f"{PAGE}/{blue.id}/deactivate")
    assert free_times(owner, shop) == 0
    assert "out of use: so nobody can book this" in owner.get(page).text
    owner.post(page, data=service_form(shop))
    assert free_times(owner, shop) == full
    with database.transaction(write=False) as session:
        assert session.query(ServiceResource).count() == 0


def test_a_new_service_can_need_one_at_once(owner: FlaskClient, shop: Shop) -> None:
    owner.post(PAGE, data=BLUE)
    (blue,) = rooms()
    made = service_form(shop, name="Massage", resources=[blue.id])
    assert owner.post("/business/salon/services", data=made).status_code == 303
    with database.transaction(write=False) as session:
        assert session.query(ServiceResource).one().resource_id == blue.id


def test_what_was_ticked_is_ticked_again_when_a_form_is_refused(
    owner: FlaskClient, shop: Shop
) -> None:
    owner.post(PAGE, data=BLUE)
    (blue,) = rooms()
    sent = service_form(shop, name="", resources=[blue.id])
    for page in ("services", f"services/{shop.service.id}"):
        answer = owner.post(f"/business/salon/{page}", data=sent)
        assert answer.status_code == 400
        assert f'name="resources" value="{blue.id}" checked' in answer.text


def test_no_room_of_another_business_is_needed_shown_or_changed(
    app: Application, owner: FlaskClient, shop: Shop
) -> None:
    other, user_id = stage.sign_in(app, "other@example.com")
    theirs = booking.add_room(booking.shop(owner_id=user_id, slug="other"), name="Theirs")
    page = f"/business/salon/services/{shop.service.id}"
    refused = owner.post(page, data=service_form(shop, resources=[theirs.id]))
    assert refused.status_code == 400
    assert "no such room" in refused.text
    assert owner.get(f"{PAGE}/{theirs.id}").status_code == 404
    for step in ("", "/deactivate"):
        sent = owner.post(f"{PAGE}/{theirs.id}{step}", data=BLUE)
        assert sent.status_code == 404
    assert other.get(PAGE).status_code == 404
    assert other.post(PAGE, data=BLUE).status_code == 404
    (kept,) = rooms()
    assert (kept.name, kept.is_active) == ("Theirs", True)


def test_an_admin_does_the_same_under_their_own_address(admin: FlaskClient, shop: Shop) -> None:
    desk = "/admin/businesses/salon/rooms"
    assert admin.post(desk, data=BLUE).headers["Location"] == desk
    assert "Blue room" in admin.get(desk).text
