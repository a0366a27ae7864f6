"""The schedule of somebody who works in a business and does not run it: theirs, and nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from tests import booking
from tests.booking import Shop
from tests.statements import counted_statements
from tests.web.admin.forms import news_after, secret_of
from tests.web.business import stage

DAY = datetime(2026, 12, 1, tzinfo=UTC)
PAGE = "/my/work/salon"


def at(hour: int, minute: int = 0) -> datetime:
    return DAY + timedelta(hours=hour, minutes=minute)


@pytest.fixture
def shop(app: Application) -> Shop:
    """A business with two who have no account yet."""
    owner = stage.sign_in(app, "shop@example.com")[1]
    return booking.shop(2, owner_id=owner, name="Salon Ada", slug="salon", city="Kraków")


@pytest.fixture
def ola(app: Application, shop: Shop) -> FlaskClient:
    """Who the third of its workers is."""
    client, user_id = stage.sign_in(app, "ola@example.com", role="customer")
    booking.add_worker(shop, user_id=user_id, name="Ola")
    return client


def shown(client: FlaskClient, query: str = "?date=2026-12-01") -> str:
    answer = client.get(f"{PAGE}{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_code_leads_to_ones_own_schedule(app: Application, shop: Shop) -> None:
    owner = stage.browser_of(app, shop.business.owner_id)
    code = secret_of(owner.post(f"/business/salon/workers/{shop.workers[1].id}/invite"))
    eva = stage.sign_in(app, "eva@example.com", role="customer")[0]
    answer = eva.post("/business/join", data={"code": code})
    assert answer.headers["Location"] == PAGE
    assert news_after(eva, answer) == "You work at Salon Ada now."
    number = stage.visit(shop, at(10), worker=1)
    assert number in shown(eva)


def test_a_day_and_a_week_show_ones_own_appointments_and_time_off(
    shop: Shop, ola: FlaskClient
) -> None:
    number = stage.visit(shop, at(10), worker=2, minutes=45, name="Kim")
    with booking.writing() as session:
        away = booking.TimeOff(worker_id=shop.workers[2].id, starts_at=at(14), ends_at=at(15))
        away.reason, away.created_at = "Dentist", DAY
        session.add(away)
    for query in ("?date=2026-12-01", "?date=2026-12-03&view=week"):
        page = shown(ola, query)
        assert f'href="{PAGE}/appointments/{number}"' in page
        assert "10:00–10:45" in page
        assert "Kim" in page
        assert "Away: Dentist" in page
    assert "10:45–14:00 <span>free" in shown(ola)
    assert "30 Nov – 6 Dec 2026" in shown(ola, "?date=2026-12-03&view=week")


@pytest.mark.parametrize("view", ["day", "week"])
def test_nothing_of_others_is_there_however_it_is_asked_for(
    shop: Shop, ola: FlaskClient, view: str
) -> None:
    other = stage.visit(shop, at(11), worker=0, name="Zoe Other")
    booking.add_time_off(shop.workers[1], at(9), at(17))
    theirs = shop.workers[0]
    for more in ("", f"&worker={theirs.id}", "&worker="):
        page = shown(ola, f"?date=2026-12-01&view={view}{more}")
        assert other not in page
        assert "Zoe Other" not in page
        assert theirs.name not in page
        assert "Away" not in page
    assert ola.get(f"{PAGE}/appointments/{other}").status_code == 404


def test_a_worker_reads_an_appointment_without_the_customers_address_and_number(
    shop: Shop, ola: FlaskClient
) -> None:
    contact = {"name": "Kim", "email": "kim@example.com", "phone": "555 7788"}
    number = stage.visit(shop, at(10), worker=2, instructions="Shy.", **contact)
    page = ola.get(f"{PAGE}/appointments/{number}").text
    for told in ("Kim", shop.service.name, "Shy.", "Confirmed", number):
        assert told in page
    assert "kim@example.com" not in page
    assert "555 7788" not in page
    assert "<form" not in page.partition("<main")[2]


def test_whoever_only_works_there_runs_nothing(shop: Shop, ola: FlaskClient) -> None:
    number = stage.visit(shop, at(10), worker=2)
    for path in ("", "/calendar", "/workers", "/time-off", f"/appointments/{number}"):
        assert ola.get(f"/business/salon{path}").status_code == 404
    for step in ("confirm", "cancel", "no-show", "complete"):
        answer = ola.post(f"/business/salon/appointments/{number}/{step}", data={"reason": "Why"})
        assert answer.status_code == 404


def test_it_is_nobody_elses_page(
    app: Application, client: FlaskClient, admin: FlaskClient, shop: Shop, ola: FlaskClient
) -> None:
    number = stage.visit(shop, at(10), worker=2)
    owner = stage.browser_of(app, shop.business.owner_id)
    eve = stage.sign_in(app, "eve@example.com", role="customer")[0]
    for page in (PAGE, f"{PAGE}/appointments/{number}"):
        for who, status in ((owner, 404), (eve, 404), (client, 302), (admin, 302)):
            assert who.get(page).status_code == status
    elsewhere = booking.shop(owner_id=shop.business.owner_id, slug="elsewhere")
    other = stage.visit(elsewhere, at(10))
    assert ola.get("/my/work/elsewhere").status_code == 404
    assert ola.get(f"{PAGE}/appointments/{other}").status_code == 404


def test_who_has_left_sees_it_no_more(shop: Shop, ola: FlaskClient) -> None:
    assert ola.get(PAGE).status_code == 200
    with booking.writing() as session:
        session.get_one(booking.Worker, shop.workers[2].id).is_active = False
    assert ola.get(PAGE).status_code == 404
    for page in ("/my", "/business"):
        assert "Where you work" not in ola.get(page).text


def test_the_way_there_stands_where_one_arrives(shop: Shop, ola: FlaskClient) -> None:
    for page in ("/my", "/business"):
        said = ola.get(page).text
        assert "Where you work" in said
        assert re.search(rf'<a href="{PAGE}">Salon Ada</a>', said)


@pytest.mark.parametrize("query", ["?date=2026-12-01", "?date=2026-12-01&view=week"])
def test_it_asks_as_often_for_many_as_for_few(shop: Shop, ola: FlaskClient, query: str) -> None:
    def count() -> int:
        with counted_statements() as statements:
            shown(ola, query)
        return len(statements)

    stage.visit(shop, at(9), worker=2)
    few = count()
    for hour in range(10, 16):
        stage.visit(shop, at(hour), worker=2)
        booking.add_time_off(shop.workers[2], at(hour), at(hour, 30))
        booking.add_worker(shop)
    assert count() == few
    assert few <= 6


@pytest.mark.parametrize("query", ["?date=soon", "?view=year", "?worker=x", "?date=9999-12-31"])
def test_an_address_that_cannot_be_read_shows_today(ola: FlaskClient, query: str) -> None:
    assert shown(ola, query)


def test_a_week_says_when_one_works_and_when_one_is_away(shop: Shop, ola: FlaskClient) -> None:
    own = shop.workers[2]
    booking.add_hours(shop, [(1, 600, 720), (2, 480, 1320)], worker=own)
    booking.add_time_off(own, at(11), at(12))
    booking.add_time_off(own, at(22), at(24 + 9))
    booking.add_time_off(own, at(3 * 24), at(4 * 24))
    page = shown(ola, "?date=2026-12-01&view=week")
    days = re.findall(r'<p class="hint">(.*?)</p>\s*<ul>.*?</ul>(.*?)</section>', page, re.S)
    told = [(hours, re.findall(r'<p class="away">(.*?)</p>', away)) for hours, away in days]
    assert told[1:4] == [
        ("10:00–12:00", ["11:00–12:00 Away", "22:00–24:00 Away"]),
        ("09:00–17:00", ["00:00–09:00 Away"]),
        ("closed", []),
    ]
    assert told[4] == ("closed", ["Away"])
