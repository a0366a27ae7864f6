"""An owner sets a business up at the pages: what it is, what it offers, who works there, when."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from app import database
from app.http.application import Application
from app.models import Business, Hours, Service, User, Worker, WorkerService
from tests import booking, factories
from tests.booking_world import a_day
from tests.holes.world import stored
from tests.ledger import events
from tests.web.admin.forms import alert_of, error_at, news_after, secret_of, value_of
from tests.web.business import stage

SALON = {
    "name": "Salon Ada",
    "category": "hairdresser",
    "description": "Cuts and colour.",
    "address": "Long Street 7",
    "postal_code": "31146",
    "city": "Kraków",
    "country": "pl",
    "phone": "+48 12 345 67 89",
    "email": "hello@salon.example",
    "website": "https://salon.example",
    "latitude": "50.06465",
    "longitude": "19,94498",
    "timezone": "Europe/Warsaw",
    "currency": "eur",
    "slot_step_minutes": "15",
    "lead_minutes": "60",
    "horizon_days": "60",
    "cancel_cutoff_minutes": "1440",
}
CUT = {
    "name": "Haircut",
    "price": "32.00",
    "duration_minutes": "45",
    "buffer_after_minutes": "10",
    "status": "active",
    "description": "Washed, cut, dried.",
}


@pytest.fixture
def customer_page(app: Application) -> FlaskClient:
    """Somebody who has no business yet."""
    return stage.sign_in(app, "olga@example.com", role="customer")[0]


@pytest.fixture
def owner(customer_page: FlaskClient) -> FlaskClient:
    """The owner of Salon Ada, which waits for approval."""
    answer = customer_page.post("/business", data=SALON)
    assert "is registered" in news_after(customer_page, answer)
    return customer_page


def salon() -> Business:
    with database.transaction(write=False) as session:
        return session.query(Business).filter_by(slug="salon-ada").one()


def all_of(model: type, **wanted: object) -> list:
    with database.transaction(write=False) as session:
        return session.query(model).filter_by(**wanted).order_by(model.id).all()


def test_who_has_none_is_told_what_to_do(customer_page: FlaskClient) -> None:
    page = customer_page.get("/business").text
    assert "Add your business" in page
    assert "/business/new" in page


def test_a_customer_registers_a_business_and_becomes_its_owner(customer_page: FlaskClient) -> None:
    answer = customer_page.post("/business", data=SALON)
    assert answer.headers["Location"] == "/business/salon-ada"
    assert "is registered" in news_after(customer_page, answer)
    made = salon()
    assert (made.status, made.country, made.currency, made.lat_e6) == (
        "pending",
        "PL",
        "EUR",
        50064650,
    )
    assert (made.lead_minutes, made.cancel_cutoff_minutes, made.auto_confirm) == (60, 1440, False)
    assert stored(User, made.owner_id).role == "owner"
    assert [row.action for row in events(action="BUSINESS_CREATED")] == ["BUSINESS_CREATED"]
    assert "Waiting for approval" in customer_page.get("/business").text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"category": "castle"}, "category"),
        ({"timezone": "Middle-earth/Shire"}, "timezone"),
        ({"currency": "money"}, "currency"),
        ({"country": "Poland"}, "country"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"email": "nobody"}, "email"),
        ({"lead_minutes": "7"}, "lead_minutes"),
        ({"horizon_days": "0"}, "horizon_days"),
        ({"latitude": "up"}, "latitude"),
    ],
)
def test_a_form_that_is_not_right_comes_back_and_makes_nothing(
    customer_page: FlaskClient, changed: dict[str, str], field: str
) -> None:
    answer = customer_page.post("/business", data=SALON | changed)
    assert answer.status_code == 400
    assert error_at(answer, field)
    assert value_of(answer, "city") == "Kraków"
    assert all_of(Business, slug="salon-ada") == []


def test_the_overview_says_what_comes_next_until_it_is_done(owner: FlaskClient) -> None:
    page = owner.get("/business/salon-ada").text
    assert '<a href="/business/salon-ada/services/new">Say what you offer' in page
    assert "An administrator looks at it" in page
    owner.post("/business/salon-ada/services", data=CUT)
    owner.post("/business/salon-ada/hours", data={"day-0": "9-17"})
    page = owner.get("/business/salon-ada").text
    assert page.count("Done: ") == 2


def test_services_are_added_changed_and_removed(owner: FlaskClient) -> None:
    assert "What do you do?" in owner.get("/business/salon-ada/services").text
    answer = owner.post("/business/salon-ada/services", data=CUT)
    assert news_after(owner, answer) == "Haircut was added."
    (cut,) = all_of(Service, business_id=salon().id)
    assert (cut.duration_minutes, cut.buffer_before_minutes, cut.buffer_after_minutes) == (
        45,
        0,
        10,
    )
    page = f"/business/salon-ada/services/{cut.id}"
    assert "€32.00" in owner.get("/business/salon-ada/services").text
    assert value_of(owner.get(page), "price") == "32.00"
    assert news_after(owner, owner.post(page, data=CUT | {"price": "35"})) == "Haircut was saved."
    assert str(stored(Service, cut.id).price) == "35.00"
    twice = owner.post("/business/salon-ada/services", data=CUT)
    assert twice.status_code == 409
    assert error_at(twice, "name")
    odd = owner.post(page, data=CUT | {"duration_minutes": "42"})
    assert error_at(odd, "duration_minutes")
    assert news_after(owner, owner.post(f"{page}/delete")) == "The service was removed."


def test_people_are_added_with_what_they_can_do(owner: FlaskClient) -> None:
    assert "one appointment at a time" in owner.get("/business/salon-ada/workers").text
    owner.post("/business/salon-ada/services", data=CUT)
    (cut,) = all_of(Service, business_id=salon().id)
    answer = owner.post(
        "/business/salon-ada/workers",
        data={"name": "Ola", "specialization": "Colourist", "service_id": cut.id},
    )
    assert answer.status_code == 201
    assert secret_of(answer)
    (ola,) = all_of(Worker, business_id=salon().id, name="Ola")
    with database.transaction(write=False) as session:
        assert session.query(WorkerService).one().worker_id == ola.id
    page = f"/business/salon-ada/workers/{ola.id}"
    saved = owner.post(page, data={"name": "Ola Nowak", "specialization": "", "is_manager": "1"})
    assert news_after(owner, saved) == "Saved."
    changed = stored(Worker, ola.id)
    assert (changed.name, changed.is_manager, changed.specialization) == ("Ola Nowak", True, None)
    assert news_after(owner, owner.post(f"{page}/deactivate")) == "They can no longer be booked."
    assert news_after(owner, owner.post(f"{page}/reactivate")) == "They can be booked again."


def test_an_owner_gives_a_worker_the_pin_for_the_scanner(
    client: FlaskClient, owner: FlaskClient
) -> None:
    def status(pin: str) -> int:
        body = {"worker_id": ola.id, "password": pin}
        return client.post("/api/v1/workers/login", json=body).status_code

    workers = "/business/salon-ada/workers"
    odd = owner.post(workers, data={"name": "Ola", "password": "12"})
    assert (odd.status_code, error_at(odd, "password") != "") == (400, True)
    made = owner.post(workers, data={"name": "Ola", "password": "483920"})
    (ola,) = all_of(Worker, business_id=salon().id, name="Ola")
    assert f"as worker number {ola.id}" in made.text
    assert status("483920") == 200
    page = f"{workers}/{ola.id}"
    assert news_after(owner, owner.post(page, data={"name": "Ola"})) == "Saved."
    assert status("483920") == 200
    changed = owner.post(page, data={"name": "Ola", "password": "729104"})
    assert news_after(owner, changed) == "Saved."
    assert (status("483920"), status("729104")) == (401, 200)


def test_a_code_makes_an_account_a_workers_own_and_a_manager_runs_the_business(
    app: Application, owner: FlaskClient
) -> None:
    owner.post("/business/salon-ada/workers", data={"name": "Ola", "is_manager": "1"})
    (ola,) = all_of(Worker, business_id=salon().id, name="Ola")
    code = secret_of(owner.post(f"/business/salon-ada/workers/{ola.id}/invite"))
    colleague, _ = stage.sign_in(app, "ola@example.com", role="customer")
    assert colleague.get("/business/salon-ada/calendar").status_code == 404
    wrong = colleague.post("/business/join", data={"code": "AAAA-AAAA-AAAA"})
    assert wrong.status_code == 400
    assert alert_of(wrong)
    answer = colleague.post("/business/join", data={"code": code})
    assert answer.headers["Location"] == "/business/salon-ada/calendar"
    assert "You manage Salon Ada now." in news_after(colleague, answer)
    assert "Salon Ada" in colleague.get("/business").text
    assert colleague.post("/business/join", data={"code": code}).status_code == 400


def test_hours_are_written_as_people_write_them(owner: FlaskClient) -> None:
    page = "/business/salon-ada/hours"
    assert "Without hours you are closed" in owner.get(page).text
    holiday = f"{a_day(30)}"
    lines = {"day-0": "9-13, 14-18", "day-4": "18-2", "date-0": holiday, "hours-0": ""}
    assert news_after(owner, owner.post(page, data=lines)) == "The hours were saved."
    rows = [(row.weekday, row.opens, row.closes, row.kind) for row in all_of(Hours)]
    assert sorted(rows, key=str) == sorted(
        [
            (0, 540, 780, "open"),
            (0, 840, 1080, "open"),
            (4, 1080, 1560, "open"),
            (None, 0, 1440, "off"),
        ],
        key=str,
    )
    shown = owner.get(page).text
    assert 'value="09:00-13:00, 14:00-18:00"' in shown
    assert "18:00 until 02:00 on Saturday" in shown
    assert f'value="{holiday}"' in shown


def test_a_line_that_cannot_be_read_is_marked_and_nothing_is_saved(owner: FlaskClient) -> None:
    page = "/business/salon-ada/hours"
    owner.post(page, data={"day-0": "9-17"})
    answer = owner.post(page, data={"day-0": "9-17", "day-1": "nine to five"})
    assert answer.status_code == 400
    assert "nine to five" in error_at(answer, "day-1")
    assert 'value="nine to five"' in answer.text
    assert len(all_of(Hours)) == 1


def test_a_worker_has_hours_of_their_own(owner: FlaskClient) -> None:
    owner.post("/business/salon-ada/workers", data={"name": "Ola"})
    (ola,) = all_of(Worker, business_id=salon().id, name="Ola")
    page = f"/business/salon-ada/hours?worker={ola.id}"
    assert "No hours are set for Ola" in owner.get(page).text
    answer = owner.post(page, data={"day-2": "10-14"})
    assert answer.headers["Location"] == page
    assert [row.worker_id for row in all_of(Hours)] == [ola.id]


def test_details_are_changed_and_what_matters_is_seen_by_the_admin(
    owner: FlaskClient, admin: FlaskClient
) -> None:
    queue = "/admin/businesses"
    assert "Salon Ada" in admin.get(f"{queue}?status=pending").text
    decided = admin.post(f"{queue}/salon-ada/approve")
    assert news_after(admin, decided) == "Salon Ada is open for booking."
    assert "Nobody waits" in admin.get(f"{queue}?status=pending").text
    page = "/business/salon-ada/details"
    assert value_of(owner.get(page), "timezone") == "Europe/Warsaw"
    saved = owner.post(page, data=SALON | {"city": "Warszawa", "phone": "1"})
    assert news_after(owner, saved) == "The details were saved."
    assert salon().status == "approved"
    overview = admin.get(f"{queue}/salon-ada").text
    assert changed(overview) == [("City", "Kraków", "Warszawa")]
    assert "Approve the changes" in overview
    listed = admin.get(f"{queue}?changed=1").text
    assert "Salon Ada" in listed
    assert changed(listed) == [("City", "Kraków", "Warszawa")]
    admin.post(f"{queue}/salon-ada/approve")
    assert changed(admin.get(f"{queue}/salon-ada").text) == []


def test_each_thing_that_matters_is_shown_as_it_was_approved_and_as_it_is(
    owner: FlaskClient, admin: FlaskClient
) -> None:
    queue, page = "/admin/businesses", "/business/salon-ada/details"
    assert changed(admin.get(f"{queue}/salon-ada").text) == []
    admin.post(f"{queue}/salon-ada/approve")
    owner.post(page, data=SALON | {"name": "Salon <b>Eva</b>", "address": "Short Street 1"})
    owner.post(page, data=SALON | {"name": "Salon Eva", "address": "", "category": "spa"})
    told = [
        ("Name", "Salon Ada", "Salon Eva"),
        ("Address", "Long Street 7", None),
        ("Kind", "Hairdresser", "Spa"),
    ]
    assert changed(admin.get(f"{queue}/salon-ada").text) == told
    assert changed(admin.get(f"{queue}?changed=1").text) == told
    owner.post(page, data=SALON)
    back = admin.get(f"{queue}/salon-ada").text
    assert changed(back) == []
    assert "again as it was approved" in back
    assert "Approve the changes" in back


def test_what_was_changed_before_a_suspension_is_still_shown_beside_what_was_approved(
    owner: FlaskClient, admin: FlaskClient
) -> None:
    desk = "/admin/businesses/salon-ada"
    admin.post(f"{desk}/approve")
    owner.post("/business/salon-ada/details", data=SALON | {"city": "Warszawa"})
    admin.post(f"{desk}/suspend", data={"reason": "Please say why you moved."})
    assert changed(admin.get(desk).text) == [("City", "Kraków", "Warszawa")]
    admin.post(f"{desk}/approve")
    assert changed(admin.get(desk).text) == []


def test_of_one_approved_before_its_state_was_kept_the_ledger_names_what_was_changed(
    owner: FlaskClient, admin: FlaskClient
) -> None:
    desk = "/admin/businesses/salon-ada"
    admin.post(f"{desk}/approve")
    owner.post("/business/salon-ada/details", data=SALON | {"city": "Warszawa"})
    with booking.writing() as session:
        session.query(Business).filter_by(slug="salon-ada").update({"approved_name": None})
    page = admin.get(desk).text
    assert "has changed <strong>city</strong>" in page
    assert "/admin/audit?kind=business&amp;number=" in page


def test_a_kind_that_was_not_kept_is_shown_as_nothing(
    owner: FlaskClient, admin: FlaskClient
) -> None:
    with booking.writing() as session:
        session.query(Business).filter_by(slug="salon-ada").update({"approved_name": "Salon"})
    page = admin.get("/admin/businesses/salon-ada").text
    assert ("Kind", None, "Hairdresser") in changed(page)


def changed(page: str) -> list[tuple[str, str | None, str | None]]:
    """What the page says was approved, and what it is now."""
    found = []
    for facts in re.findall(r'<dl class="facts changed">(.*?)</dl>', page, re.S):
        for field, said in re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", facts, re.S):
            was, now = re.search("<del>(.*)</del>", said), re.search("<ins>(.*)</ins>", said)
            found.append((field, was and was[1], now and now[1]))
    return found


def test_a_rejection_needs_a_reason_that_the_owner_reads_and_mends(
    owner: FlaskClient, admin: FlaskClient
) -> None:
    desk = "/admin/businesses/salon-ada"
    short = admin.post(f"{desk}/reject", data={"reason": "No."})
    assert error_at(short, "reject-reason")
    admin.post(f"{desk}/reject", data={"reason": "Please give a full address."})
    for page in ("/business", "/business/salon-ada"):
        assert "Please give a full address." in owner.get(page).text
    owner.post("/business/salon-ada/details", data=SALON | {"address": "Long Street 70"})
    assert salon().status == "pending"


def test_a_suspension_takes_it_offline_at_once(
    owner: FlaskClient, admin: FlaskClient, client: FlaskClient
) -> None:
    desk = "/admin/businesses/salon-ada"
    assert client.get("/b/salon-ada").status_code == 404
    admin.post(f"{desk}/approve")
    assert client.get("/b/salon-ada").status_code == 200
    admin.post(f"{desk}/suspend", data={"reason": "There are complaints."})
    assert client.get("/b/salon-ada").status_code == 404
    assert "There are complaints." in owner.get("/business/salon-ada").text


def test_an_owner_decides_nothing_of_that(owner: FlaskClient) -> None:
    assert owner.post("/business/salon-ada/approve").status_code == 404
    assert owner.post("/admin/businesses/salon-ada/approve").status_code == 401
    assert salon().status == "pending"


def test_closing_it_is_final(owner: FlaskClient) -> None:
    answer = owner.post("/business/salon-ada/delete")
    assert news_after(owner, answer) == "The business is closed."
    assert owner.get("/business/salon-ada").status_code == 404


def test_it_is_not_closed_while_somebody_is_expected(app: Application) -> None:
    client, user_id = stage.sign_in(app)
    shop = booking.shop(owner_id=user_id, slug="busy")
    soon = factories.clock.now().replace(minute=0, second=0, microsecond=0)
    stage.visit(shop, soon + factories.timedelta(days=1))
    answer = client.post("/business/busy/delete")
    assert answer.status_code == 409
    assert "appointments to come" in alert_of(answer)
