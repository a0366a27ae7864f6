"""`handover appointments settle` does what `handover outbox run` does every minute."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from app.cli import main
from app.cli.chores import EVERY, Chores
from app.cli.stopping import Stop
from app.database import replaying
from app.support import clock
from tests.appointments import order_now, salon


@pytest.fixture
def stage(app):
    return salon(app)


def settle(environment, *more):
    result = CliRunner().invoke(main, ["appointments", "settle", *more], env=environment)
    assert result.exit_code == 0, result.output
    return result.output


def test_it_says_what_it_settled(environment, stage):
    stage.book_begun(125)
    stage.book(is_hold=True, at=clock.now() - timedelta(minutes=30))
    assert json.loads(settle(environment, "--json")) == {"expired": 1, "no_shows": 1}
    assert settle(environment) == "Expired 0, nobody came to 0.\n"


def test_the_sender_settles_once_a_minute(stage):
    chores = Chores(Stop(), replaying, [])
    chores()
    order = stage.book_begun(125)
    chores()
    assert order_now(order.id).status == "created"
    chores._last -= EVERY
    chores()
    assert order_now(order.id).status == "no_show"
