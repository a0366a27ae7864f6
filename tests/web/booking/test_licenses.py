"""The pages of who holds a license: their card, their badge, the way to the next level."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient

from app.http.application import Application
from app.support import clock
from app.support.qr import qr_matrix, svg_path
from tests import factories, ledger
from tests.proofs import Held, held, in_sql, row, symbol, verified, words
from tests.web.admin.forms import alert_of, news_after

LIST = "/my/licenses"


@pytest.fixture
def one(app: Application) -> Held:
    return held(app, level=1)


@pytest.fixture
def holder(app: Application, one: Held) -> FlaskClient:
    """The holder, signed in at the pages."""
    client = app.test_client()
    client.set_cookie("session", factories.page_cookie(one.account.id))
    return client


def test_ones_licenses_are_listed_with_every_letter_of_ones_name(
    one: Held, holder: FlaskClient
) -> None:
    assert f'href="{LIST}"' in holder.get("/my").text
    page = holder.get(LIST).text
    assert "Dry cleaning" in page
    assert one.code in page
    page = holder.get(f"{LIST}/{one.id}").text
    assert "Őze Алина" in page
    assert "1 of 5" in page


def test_who_holds_none_is_told_who_issues_them(app: Application) -> None:
    client = app.test_client()
    client.set_cookie(
        "session", factories.page_cookie(factories.sign_up(app, "bob@example.com").id)
    )
    assert "You have no license." in client.get(LIST).text
    assert LIST not in client.get("/my").text


def test_another_persons_license_is_not_there(app: Application, holder: FlaskClient) -> None:
    other = held(app, "Somebody else")
    for path in ("", "/card.pdf", "/badge"):
        assert holder.get(f"{LIST}/{other.id}{path}").status_code == 404
    for path in ("/request-upgrade", "/rotate"):
        assert holder.post(f"{LIST}/{other.id}{path}").status_code == 404


def test_the_card_is_a_pdf_whose_symbol_verifies(
    one: Held, holder: FlaskClient, tmp_path: Path
) -> None:
    answer = holder.get(f"{LIST}/{one.id}/card.pdf")
    assert answer.content_type == "application/pdf"
    assert f"{one.code}.pdf" in answer.headers["Content-Disposition"]
    said = words(answer.data, tmp_path)
    for each in ("Őze Алина", one.code, "Dry cleaning", "Level 1"):
        assert each in said
    link = symbol(answer.data, tmp_path)
    assert verified(link.partition("#")[2], holder)["n"] == "Őze Алина"


def test_the_badge_is_worth_ten_minutes_and_comes_anew(one: Held, holder: FlaskClient) -> None:
    before = len(ledger.events())
    page = holder.get(f"{LIST}/{one.id}/badge")
    assert page.headers["Refresh"] == "480"
    assert page.headers["Cache-Control"] == "no-store"
    address = f"/api/v1/licenses/my-licenses/{one.id}/qr?badge=1"
    told = holder.get(address, headers=one.account.headers).json
    drawn = re.search(r'<path d="([^"]+)"', page.text)
    assert drawn is not None
    side = len(qr_matrix(told["payload"]))
    assert f'viewBox="0 0 {side + 8} {side + 8}"' in page.text
    assert len(drawn[1]) > len(svg_path(qr_matrix("short"))) * 2
    claims = verified(told["token"], holder)
    assert claims["exp"] - claims["iat"] <= 600
    assert len(ledger.events()) == before


def test_the_next_level_is_asked_for_once(one: Held, holder: FlaskClient) -> None:
    answer = holder.post(f"{LIST}/{one.id}/request-upgrade", data={"reason": "Two years of it."})
    assert "asked for the next level" in news_after(holder, answer)
    page = holder.get(f"{LIST}/{one.id}").text
    assert "You asked for level 2" in page
    assert "Two years of it." in page
    assert f"{LIST}/{one.id}/request-upgrade" not in page


def test_a_lost_card_is_ended(one: Held, holder: FlaskClient) -> None:
    answer = holder.post(f"{LIST}/{one.id}/rotate")
    assert "superseded" in news_after(holder, answer)
    assert row(one.id).token_serial == 2


def test_what_is_not_valid_is_not_proved(one: Held, holder: FlaskClient) -> None:
    in_sql("UPDATE licenses SET level = 5 WHERE id = :id", id=one.id)
    page = holder.get(f"{LIST}/{one.id}")
    assert "proves nothing" in alert_of(page)
    assert "card.pdf" not in page.text
    for path in ("card.pdf", "badge"):
        answer = holder.get(f"{LIST}/{one.id}/{path}")
        assert answer.status_code == 409
        assert "not as its record says" in answer.text


def test_an_expired_one_says_who_renews_it(one: Held, holder: FlaskClient) -> None:
    with time_machine.travel(clock.now() + timedelta(days=800), tick=True):
        client = FlaskClient(holder.application)
        client.set_cookie("session", factories.page_cookie(one.account.id))
        page = client.get(f"{LIST}/{one.id}").text
        assert "Whoever issued it can renew it." in page
        assert "Show my badge" not in page
