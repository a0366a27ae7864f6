"""What the database undoes is done again; what it cannot do is refused in words (architecture 2)."""

from __future__ import annotations

import threading
import time

import pytest

from app import database
from app.database import db
from app.http.observing import REPLAYS
from app.models import Order
from tests import factories
from tests.faults.undoing import another_connection, is_sqlite, listening, losing_commit, undone
from tests.scanning import (
    SCAN,
    SCANS,
    aged_order,
    assert_truthful,
    batch,
    event,
    long_form,
    tracks,
)


@pytest.fixture
def on_mariadb(app):
    if is_sqlite(db.engine):
        pytest.skip("SQLite has one writer and no connection to lose")


@pytest.fixture
def on_sqlite(app):
    if not is_sqlite(db.engine):
        pytest.skip("only an embedded database is busy as a whole")


def replays(route: str) -> float:
    return REPLAYS.labels(route)._value.get()


def count_orders() -> int:
    with database.transaction(write=False) as session:
        return session.query(Order).count()


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_scan_that_was_undone_up_to_three_times_is_recorded_once(app, client, device, times):
    order, before = aged_order(), replays(SCAN)
    with undone(db.engine, times):
        answer = client.post(SCAN, json=long_form(order.label_code), headers=device.headers)
    assert answer.status_code == 201, answer.text
    assert answer.json["replayed"] is False
    assert assert_truthful(order.id).version == 2
    assert replays(SCAN) == before + times


def test_a_scan_that_was_undone_four_times_is_to_be_sent_again(app, client, device):
    order, body = aged_order(), None
    body = long_form(order.label_code)
    with undone(db.engine, 4):
        answer = client.post(SCAN, json=body, headers=device.headers)
    assert (answer.status_code, answer.json["error_code"]) == (503, "UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) >= 1
    assert tracks() == []
    assert client.post(SCAN, json=body, headers=device.headers).status_code == 201
    assert assert_truthful(order.id).version == 2


def test_a_replay_keeps_the_time_of_the_first_arrival(app, client, device):
    order = aged_order()
    body = {"order_number": order.order_number, "action": "picked_up"}
    statements: list[float] = []
    with (
        undone(db.engine, 2),
        listening(db.engine, "before_cursor_execute", lambda *_: statements.append(time.time())),
    ):
        client.post(SCAN, json=body, headers=device.headers)
    (row,) = tracks()
    assert row.received_at.timestamp() < statements[0]


def test_a_limit_counts_a_replayed_request_once(make_app):
    app = make_app(RATELIMIT_ENABLED="true")
    body = {"email": "ada@example.com", "password": factories.PASSWORD}
    with app.app_context():
        factories.sign_up(app, body["email"])
        for _ in range(9):
            with undone(db.engine, 1):
                answer = app.test_client().post("/api/v1/auth/login", json=body)
            assert answer.status_code == 200, answer.text
        answer = app.test_client().post("/api/v1/auth/login", json=body)
        assert answer.status_code == 429


# --- SQLite -------------------------------------------------------------------------------------


def test_reading_goes_on_while_somebody_writes(on_sqlite, client, device):
    order = aged_order()
    with another_connection(db.engine) as rival:
        rival.execute("BEGIN IMMEDIATE")
        path = f"/api/v1/orders/{order.order_number}"
        assert client.get(path, headers=device.headers).status_code == 200


def test_a_full_disk_answers_503_and_loses_nothing_that_was_acknowledged(on_sqlite, client, device):
    order = aged_order()
    acknowledged, answer = [], None
    engine = db.engine
    with engine.connect() as connection:
        connection.connection.execute("VACUUM")  # the pages that other tests have left free
    engine.dispose()

    def confine(connection, _record) -> None:
        connection.execute("PRAGMA max_page_count=1").close()  # as many as there are

    with listening(engine, "connect", confine):
        for _ in range(300):
            body = long_form(order.label_code, "scanned", note="x" * 2_000)
            answer = client.post(SCAN, json=body, headers=device.headers)
            if answer.status_code != 201:
                break
            acknowledged.append(body["event_id"])
    engine.dispose()
    assert (answer.status_code, answer.json["error_code"]) == (503, "UNAVAILABLE")
    assert [row.event_id for row in tracks()] == acknowledged
    assert client.post(SCAN, json=body, headers=device.headers).status_code == 201
    assert_truthful(order.id)


# --- MariaDB ------------------------------------------------------------------------------------


def test_a_deadlock_is_replayed_and_both_succeed(on_mariadb, app, device):
    first, second = aged_order(), aged_order()
    before, answers = replays(SCANS), []
    body = batch(event(first.label_code), event(second.label_code))

    def upload() -> None:
        answers.append(app.test_client().post(SCANS, json=body, headers=device.headers))

    with another_connection(db.engine) as rival, rival.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        rival.begin()
        # The heavier of two is spared: the rival has changed more rows than the upload.
        cursor.execute("INSERT INTO order_aliases SELECT UUID(), id, 'import' FROM orders")
        cursor.execute("INSERT INTO order_aliases SELECT UUID(), order_id, kind FROM order_aliases")
        cursor.execute("UPDATE orders SET name = 'Grace' WHERE id = %s", (second.id,))
        thread = threading.Thread(target=upload)
        thread.start()
        until_waiting(cursor)
        cursor.execute("UPDATE orders SET name = 'Grace' WHERE id = %s", (first.id,))
        rival.commit()
        thread.join(30)
    assert [one.status_code for one in answers] == [200]
    assert answers[0].json["counts"]["accepted"] == 2
    assert replays(SCANS) > before
    for order in (first, second):
        stored = assert_truthful(order.id)
        assert (stored.name, stored.status, stored.version) == ("Grace", "picked_up", 2)


def until_waiting(cursor) -> None:
    """Wait until somebody waits for a row lock of this connection's, and of no other test's."""
    for _ in range(50):
        cursor.execute(
            "SELECT COUNT(*) FROM information_schema.innodb_lock_waits AS waits"
            " JOIN information_schema.innodb_trx AS holder"
            " ON holder.trx_id = waits.blocking_trx_id"
            " WHERE holder.trx_mysql_thread_id = CONNECTION_ID()"
        )
        if cursor.fetchone() != (0,):
            return
        time.sleep(0.15)  # InnoDB looks anew only after 0.1 s without a question
    raise AssertionError("nobody waits")


def test_a_lock_that_is_never_released_answers_503(on_mariadb, make_app, device):
    order, other = aged_order(), make_app()
    body = long_form(order.label_code)
    with other.app_context():
        engine = db.engine

    def hurry(connection, _record) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION innodb_lock_wait_timeout=1")

    with (
        another_connection(engine) as rival,
        rival.cursor() as cursor,
        listening(engine, "connect", hurry),
    ):
        rival.begin()
        cursor.execute("UPDATE orders SET name = 'Grace' WHERE id = %s", (order.id,))
        answer = other.test_client().post(SCAN, json=body, headers=device.headers)
        rival.rollback()
    engine.dispose()
    assert (answer.status_code, answer.json["error_code"]) == (503, "UNAVAILABLE")
    assert tracks() == []


@pytest.mark.parametrize("is_made", [False, True])
def test_a_keyed_scan_whose_commit_was_lost_is_recorded_once(on_mariadb, client, device, is_made):
    order = aged_order()
    with losing_commit(db.engine, is_made=is_made):
        answer = client.post(SCAN, json=long_form(order.label_code), headers=device.headers)
    assert (answer.status_code, answer.json["replayed"]) == (
        (200, True) if is_made else (201, False)
    )
    assert assert_truthful(order.id).version == 2


@pytest.mark.parametrize("is_made", [False, True])
def test_a_batch_whose_commit_was_lost_is_recorded_once(on_mariadb, client, device, is_made):
    order = aged_order()
    body = batch(*(event(order.label_code, "scanned") for _ in range(3)))
    with losing_commit(db.engine, is_made=is_made):
        answer = client.post(SCANS, json=body, headers=device.headers)
    assert answer.json["counts"]["replayed" if is_made else "accepted"] == 3
    assert assert_truthful(order.id).version == 4


@pytest.mark.parametrize("is_made", [False, True])
def test_a_keyed_order_whose_commit_was_lost_is_placed_once(on_mariadb, client, customer, is_made):
    headers = customer.headers | {"Idempotency-Key": "k-1"}
    body = {"service_id": factories.service().id}
    with losing_commit(db.engine, is_made=is_made):
        answer = client.post("/api/v1/orders", json=body, headers=headers)
    assert answer.status_code == (200 if is_made else 201), answer.text
    assert count_orders() == 1


@pytest.mark.parametrize("is_made", [False, True])
def test_a_scan_without_a_key_whose_commit_was_lost_is_refused(on_mariadb, client, device, is_made):
    body = {"order_number": aged_order().order_number, "action": "picked_up"}
    with losing_commit(db.engine, is_made=is_made):
        answer = client.post(SCAN, json=body, headers=device.headers)
    assert (answer.status_code, answer.json["error_code"]) == (503, "UNAVAILABLE")
    assert len(tracks()) == is_made


@pytest.mark.parametrize("is_made", [False, True])
@pytest.mark.parametrize("header", [{}, {"Idempotency-Key": "a key that this route ignores"}])
def test_an_order_without_a_key_whose_commit_was_lost_is_refused(
    on_mariadb, client, is_made, header
):
    service = factories.service()
    body = {"name": "Ada", "email": "ada@example.com", "service_name": service.name}
    with losing_commit(db.engine, is_made=is_made):
        answer = client.post("/api/orders", json=body, headers=header)
    assert (answer.status_code, answer.json["error_code"]) == (503, "UNAVAILABLE")
    assert count_orders() == is_made


def test_a_database_that_is_away_answers_503(on_mariadb, app, make_app, device, environment):
    away = db.engine.url.set(port=1).render_as_string(hide_password=False)
    other = make_app(DATABASE_URL=away)
    answer = other.test_client().post(SCAN, json=long_form("x"), headers=device.headers)
    assert (answer.status_code, answer.json["error_code"]) == (503, "UNAVAILABLE")
    assert other.test_client().get("/api/v1/services").status_code == 503
