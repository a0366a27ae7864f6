"""Two nodes of a cluster that take writes at once: one row for a key, and no stale answer."""

from __future__ import annotations

import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask_migrate import upgrade

from app import database
from app.http.application import Application
from app.models import Base
from drill import galera
from drill.mariadb import DATABASE
from tests import factories
from tests.applications import close_databases, make_application
from tests.conftest import make_environment
from tests.faults.test_drill import refuse_without
from tests.scanning import SCAN, assert_truthful, long_form, tracks

pytestmark = pytest.mark.slow
EVENTS = 60


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


@pytest.fixture
def servers(nodes: list[str], tmp_path: Path) -> Iterator[list[Application]]:
    """Application servers that each write to another node; the first one's context is open."""
    settings = {"INSTANCE_PATH": str(tmp_path)}
    servers = [make_application(make_environment(url, **settings)) for url in nodes]
    with servers[0].app_context():
        upgrade(directory=str(Path(__file__).parents[2] / "migrations"))
        yield servers
    close_databases()


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
