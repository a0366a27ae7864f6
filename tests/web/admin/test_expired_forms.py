"""A form that was opened before somebody signed in anew, or days ago, loses nothing that was typed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from app.http.application import Application
from app.support import clock
from tests import factories, ledger
from tests.web.admin.forms import alert_of, value_of
from tests.web.admin.test_counter import counter_form

NEW = "/admin/orders/new"
OWN = {"Origin": "http://handover.test"}


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("token", ["forged", "", None])
def test_a_form_with_an_old_token_is_shown_again_as_it_was_filled_in(
    admin: FlaskClient, token: str | None
) -> None:
    form = counter_form(name="Ada Lovelace") | ({} if token is None else {"csrf_token": token})
    again = admin.post(NEW, data=form, headers=OWN)
    assert again.status_code == 403
    assert "expired" in alert_of(again)
    assert value_of(again, "name") == "Ada Lovelace"
    assert ledger.events(action="ORDER_CREATED") == []
    fresh = {"csrf_token": token_of(again.text), "key": value_of(again, "key")}
    placed = admin.post(NEW, data=form | fresh, headers=OWN)
    assert placed.status_code == 303
    assert len(ledger.events(action="ORDER_CREATED")) == 1


def test_what_another_site_filled_in_is_not_shown(admin: FlaskClient) -> None:
    foreign = {"Origin": "https://evil.example"}
    answer = admin.post(NEW, data=counter_form(name="Mallory"), headers=foreign)
    assert answer.status_code == 403
    assert "Mallory" not in answer.text


def test_a_page_that_is_open_all_day_can_be_sent(app: Application) -> None:
    admin = factories.sign_in_admin(app)
    token = token_of(admin.get(NEW).text)
    form = counter_form(csrf_token=token)
    with time_machine.travel(clock.now() + timedelta(hours=20)):
        placed = admin.post(NEW, data=form, headers=OWN)
    assert placed.status_code == 303, placed.text
