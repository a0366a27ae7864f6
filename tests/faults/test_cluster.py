"""Two nodes of a cluster that take writes at once: one row for a key, and no stale answer."""

from __future__ import annotations

import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask_migrate import upgrade
from werkzeug.test import TestResponse

from app import database
from app.http.application import Application
from app.models import Base
from app.support import clock
from app.support.wall_time import instant_of
from drill import galera
from drill.mariadb import DATABASE
from tests import booking, factories
from tests.applications import close_database, make_application
from tests.appointments import assert_claims_fit
from tests.booking_world import in_days
from tests.conftest import make_environment
from tests.faults.test_drill import refuse_without
from tests.operations.audit.shop import verify
from tests.scanning import SCAN, assert_truthful, long_form, tracks

pytestmark = pytest.mark.slow
EVENTS = 60
SLOTS = 30


@pytest.fixture(scope="module")
def nodes() -> Iterator[list[str]]:
    """The addresses of three nodes, each first in one of them."""
    refuse_without(galera.what_is_missing())
    with tempfile.TemporaryDirectory(prefix="drill") as name:
        Path(name).chmod(0o755)
        cluster = galera.Cluster(Path(name))
        try:
            cluster.start()
            hosts = [f"127.0.0.1:{node.port}" for node in cluster.nodes]
            yield [
                f"mysql://handover:drill@{','.join(hosts[n:] + hosts[:n])}/{DATABASE}"
                for n in range(len(hosts))
            ]
        finally:
            cluster.stop()


@pytest.fixture(scope="module")
def applications(nodes: list[str], tmp_path_factory: pytest.TempPathFactory) -> list[Application]:
    """Application servers that each write to another node."""
    settings = {"INSTANCE_PATH": str(tmp_path_factory.mktemp("instance"))}
    applications = [make_application(make_environment(url, **settings)) for url in nodes]
    with applications[0].app_context():
        upgrade(directory=str(Path(__file__).parents[2] / "migrations"))
    return applications


@pytest.fixture
def servers(applications: list[Application]) -> Iterator[list[Application]]:
    """All of them; the first one's context is open."""
    with applications[0].app_context():
        yield applications
        database.db.session.remove()
    for one in applications:
        close_database(one)


def test_every_table_has_a_primary_key_and_lies_in_innodb(servers):
    with database.transaction(write=False) as session:
        rows = session.connection().exec_driver_sql(
            "SELECT t.table_name, t.engine, COUNT(c.constraint_name)"
            " FROM information_schema.tables AS t LEFT JOIN information_schema.table_constraints"
            " AS c ON c.table_schema = t.table_schema AND c.table_name = t.table_name"
            " AND c.constraint_type = 'PRIMARY KEY'"
            " WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'"
            " GROUP BY t.table_name, t.engine"
        )
        found = {name: (engine, keys) for name, engine, keys in rows}
    assert set(Base.metadata.tables) < set(found)
    assert set(found.values()) == {("InnoDB", 1)}


def test_what_one_node_acknowledged_is_a_replay_at_the_next(servers):
    order, device = factories.order(), factories.device()
    here, there = (server.test_client() for server in servers[:2])
    for _ in range(EVENTS):
        body = long_form(order.label_code, "scanned")
        first = here.post(SCAN, json=body, headers=device.headers)
        again = there.post(SCAN, json=body, headers=device.headers)
        assert (first.status_code, again.status_code) == (201, 200), again.text
    assert len(tracks(order_id=order.id)) == EVENTS
    assert_truthful(order.id)


def test_an_order_is_known_at_the_next_node_as_soon_as_it_is_acknowledged(servers):
    device = factories.device()
    customer = factories.sign_up(servers[0], "ada@example.com", name="Ada")
    service, there = factories.service(), servers[1].test_client()
    for _ in range(EVENTS):
        placed = (
            servers[0]
            .test_client()
            .post("/api/v1/orders", json={"service_id": service.id}, headers=customer.headers)
        )
        seen = there.post(SCAN, json=long_form(placed.json["label_code"]), headers=device.headers)
        assert (seen.status_code, seen.json["result"]) == (201, "accepted"), seen.text


def test_a_key_that_comes_to_three_nodes_at_once_is_stored_once(servers):
    order, device = factories.order(), factories.device()
    bodies = [long_form(order.label_code, "scanned") for _ in range(EVENTS)]
    answers: list[int] = []
    gate = threading.Barrier(len(servers))

    def send(server: Application) -> None:
        client = server.test_client()
        for body in bodies:
            gate.wait(60)
            while (
                answer := client.post(SCAN, json=body, headers=device.headers)
            ).status_code == 503:
                answers.append(503)
            answers.append(answer.status_code)

    threads = [threading.Thread(target=send, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = Counter(answers)
    assert (counts[201], counts[200]) == (EVENTS, (len(servers) - 1) * EVENTS), counts
    stored = [row.event_id for row in tracks(order_id=order.id)]
    assert sorted(stored) == sorted(body["event_id"] for body in bodies)
    assert_truthful(order.id)


def conflicts(server: Application) -> int:
    """How many transactions its node has given up for another node's."""
    query = "SHOW GLOBAL STATUS WHERE variable_name IN {}"
    names = ("wsrep_local_cert_failures", "wsrep_local_bf_aborts")
    with server.app_context(), database.transaction(write=False) as session:
        rows = session.connection().exec_driver_sql(query.format(names))
        return sum(int(value) for _, value in rows)


def test_of_two_nodes_that_book_one_slot_at_once_one_has_it_and_the_other_is_told_so(servers):
    shop = booking.shop(hours=[(day, 0, 1440) for day in range(7)])
    people = [factories.sign_up(servers[0], f"{name}@example.com") for name in ("bea", "cid")]
    path, before = f"/api/v1/businesses/{shop.slug}/appointments", sum(map(conflicts, servers))
    found: list[list[TestResponse]] = [[], []]
    gate = threading.Barrier(len(people))

    def run(number: int) -> None:
        client = servers[number].test_client()
        for slot in range(SLOTS):
            start = clock.instant_text(instant_of(in_days() + 60 * slot))
            body = {"service_id": shop.service.id, "start": start}
            gate.wait(60)
            while (
                answer := client.post(path, json=body, headers=people[number].headers)
            ).status_code == 503:
                pass
            found[number].append(answer)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = set()
    for pair in zip(*found, strict=True):
        booked, refused = sorted(pair, key=lambda answer: answer.status_code)
        assert (booked.status_code, refused.status_code) == (201, 409), refused.text
        assert refused.json["error_code"] == "SLOT_UNAVAILABLE"
        assert refused.json["details"]["start"] == ["This is taken."]
        assert_claims_fit(booked.json["id"])
        made.add(booked.json["id"])
    assert sum(map(conflicts, servers)) > before, "the nodes never met: this tested nothing"
    wrong = verify(with_state=True).findings.found
    assert [one for one in wrong if one.table == "orders" and one.row_id in made] == []
