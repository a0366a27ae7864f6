"""A change and its record live or die together, whatever happens to the process between them."""

from __future__ import annotations

import os
import signal
from typing import Any

from sqlalchemy import event

from app import create_app, database
from app.config import Settings
from app.models import Order, Service, Track
from tests import factories
from tests.faults.fleet import Call
from tests.forking import forks
from tests.ledger import events
from tests.scanning import SCAN, aged_order, long_form, order_of, tracks


def die_at_commit(environment: dict[str, str], call: Call) -> None:
    """Make one request, and be killed when everything is flushed and nothing committed."""
    app = create_app(Settings.load(environment))

    def die(_connection: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context():
        event.listen(database.db.engine, "commit", die)
    app.test_client().post(call.path, json=call.body, headers=call.headers)


def run_to_its_death(environment: dict[str, str], call: Call) -> None:
    process = forks.Process(target=die_at_commit, args=(environment, call))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def test_an_order_killed_before_its_commit_leaves_neither_order_nor_record(
    app, environment, customer
):
    service_id, before = factories.service().id, len(events())
    run_to_its_death(
        environment, Call("/api/v1/orders", {"service_id": service_id}, customer.headers)
    )
    with database.transaction(write=False) as session:
        assert session.query(Order).count() == 0
        assert session.query(Service).count() == 1
    assert len(events()) == before


def test_a_scan_killed_before_its_commit_leaves_neither_status_nor_track(app, environment, device):
    order = aged_order()
    run_to_its_death(environment, Call(SCAN, long_form(order.label_code), device.headers))
    assert tracks(order_id=order.id) == []
    stored = order_of(order.id)
    assert (stored.status, stored.version) == ("created", 1)
    with database.transaction(write=False) as session:
        assert session.query(Track).count() == 0
