"""A record says who, what, of which resource, at which version, and what changed; in one transaction."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from app import database
from app.database.guard import UnrecordedChange
from app.extensions import signing_keys
from app.models import AuditEvent, Base, User
from app.models.search_keys import SEARCH_KEYS
from app.operations.actors import SYSTEM
from app.operations.ledger import actions
from app.operations.ledger.actions import ACTIONS
from app.operations.ledger.macs import EVENTS, TRACKS, mac_of, pii_hash
from app.operations.ledger.record import record
from app.operations.ledger.subjects import RESOURCE_TYPES, SUBJECTS
from app.support.signing import KeyRing
from tests import factories
from tests.factories import PASSWORD
from tests.ledger import data_of, event, events, pii_of
from tests.rows import writing
from tests.scanning import SCAN, long_form, order_of

UNTOLD = {
    "users": {"id", "version", "created_at", "updated_at", *SEARCH_KEYS},
    "workers": {
        *("id", "version", "created_at", "updated_at", "invite_digest", "invite_expires_at"),
    },
    "services": {"id", "version", "created_at", "updated_at", "name_key"},
    "webhook_subscriptions": {
        *("id", "version", "created_at", "updated_at"),
        *("key_id", "old_key_id", "old_nonce", "old_until"),
    },
    "businesses": {
        *("id", "version", "created_at", "updated_at", "name_key", "about_key", "city_key"),
        *("rating_sum", "rating_count"),
        *("approved_name", "approved_address", "approved_city", "approved_category"),
    },
    "licenses": {"id", "version", "created_at", "updated_at"},
    "license_types": {"id", "version", "created_at", "updated_at"},
    "resources": {"id", "calendar_version"},
    "reviews": {"id", "version", "created_at", "updated_at"},
    "devices": {
        *("id", "version", "created_at", "updated_at", "state", "state_version", "drained"),
        *("token_digest", "enrol_digest", "enrol_expires_at", "enrolled_at", "last_seen_at"),
        *("hardware", "app", "app_version", "revoked_at"),
    },
    "orders": {
        *("id", "version", "created_at", "updated_at", "email_key", "status_since", "folded_at"),
        *("folded_seq", "folded_event_id", "sightings", "location", "located_at", "custodian_id"),
        *SEARCH_KEYS,
    },
}


def test_a_change_is_recorded_with_old_and_new_values(admin, app):
    service = admin.post("/api/v1/services", json={"name": "Wash", "price": 12.5}).json
    admin.put(f"/api/v1/services/{service['id']}", json={"name": "Wash", "price": 13})
    made, changed = events(resource_type="service", resource_id=service["id"])
    assert (made.action, made.seq) == ("SERVICE_CREATED", 1)
    assert data_of(made)["changes"]["price"] == [None, "12.50"]
    assert (changed.action, changed.seq) == ("SERVICE_UPDATED", 2)
    assert data_of(changed) == {"changes": {"price": ["12.50", "13.00"]}}


def test_a_record_tells_who_from_where_and_with_what_outcome(admin):
    answer = admin.post(
        "/api/v1/services", json={"name": "Wash", "price": 1}, headers={"User-Agent": "Electron/9"}
    )
    row = event(action="SERVICE_CREATED")
    admin_id = event(action="LOGIN").user_id
    assert (row.user_id, row.actor_role, row.actor_label) == (
        admin_id,
        "admin",
        f"admin {admin_id}",
    )
    assert (row.method, row.route, row.status_code) == ("POST", "/api/v1/services", 201)
    assert (row.outcome, row.request_id) == ("success", answer.headers["X-Request-ID"])
    assert (row.ip_address, row.user_agent) == ("127.0.0.1", "Electron/9")


def test_what_is_as_it_was_leaves_no_record(admin):
    service = admin.post("/api/v1/services", json={"name": "Wash", "price": 12.5}).json
    before = len(events())
    body = {"name": "Wash", "price": 12.5}
    assert admin.put(f"/api/v1/services/{service['id']}", json=body).status_code == 200
    assert len(events()) == before


def test_contact_data_stands_in_the_erasable_part_alone(app, client, customer):
    body = {"name": "Ada L", "phone": "+49 170 1234567"}
    assert client.patch("/api/v1/auth/me", json=body, headers=customer.headers).status_code == 200
    row = event(action="USER_UPDATED")
    assert data_of(row) == {"changed": ["name", "phone"]}
    assert pii_of(row)["changes"] == {"name": ["Ada", "Ada L"], "phone": [None, body["phone"]]}
    assert (row.resource_id, row.subject_user_id, row.seq) == (customer.id, customer.id, 2)


def test_a_password_is_told_by_its_columns_name_alone(admin):
    worker = admin.post("/api/v1/workers", json={"name": "Wim", "password": PASSWORD}).json
    worker_id = worker.get("worker", worker)["id"]
    admin.put(f"/api/v1/workers/{worker_id}", json={"password": "another long one"})
    row = event(action="WORKER_UPDATED")
    assert data_of(row) == {"changed": ["password_hash"], "devices_revoked": 1}
    assert row.pii is None


def test_an_order_has_one_record_for_each_of_its_versions(admin, client, customer, device):
    service_id = factories.service().id
    order = client.post(
        "/api/v1/orders", json={"service_id": service_id}, headers=customer.headers
    ).json
    path = f"/admin/api/orders/{order['id']}"
    client.post(SCAN, json=long_form(order["order_number"]), headers=device.headers)
    admin.put(path, json={"pickup_date": "2026-12-24", "status": "processing"})
    admin.put(path, json={"status": "created", "reason": "wrong bag"})
    admin.put(path, json={"status": "cancelled"})
    assert admin.delete(path).status_code == 200
    rows = events(resource_type="order", resource_id=order["id"])
    assert [(row.action, row.seq) for row in rows] == [
        ("ORDER_CREATED", 1),
        ("ORDER_UPDATED", 3),
        ("ORDER_FORCED", 4),
        ("ORDER_CANCELLED", 5),
        ("ORDER_DELETED", 6),
    ]
    assert order_of(order["id"]).version == 6
    changes = data_of(rows[1])["changes"]
    assert changes["status"] == ["picked_up", "processing"]
    assert changes["pickup_date"] == [None, "2026-12-24"]
    assert {row.subject_user_id for row in rows} == {customer.id}
    assert "wrong bag" not in rows[2].data


def test_the_rows_of_the_ledger_verify_as_the_database_gives_them_back(admin, client, device, app):
    order = factories.order(email="jörg@example.com")
    note = "Łódź 🧺 \\ \" '  "
    scan = long_form(order.order_number, note=note, location={"lat": 52.1, "lon": -0.5})
    assert client.post(SCAN, json=scan, headers=device.headers).status_code == 201
    admin.post("/api/v1/services", json={"name": "Wäsche 🧺", "price": "1.10", "category": "  x"})
    with database.transaction(write=False) as session:
        for book in (TRACKS, EVENTS):
            rows = list(session.execute(book.table.select()).mappings())
            assert rows
            for row in rows:
                assert mac_of(book, row, signing_keys.ring.current) == row["mac"]
                assert row["salt"] is None or pii_hash(book, row) == row["pii_hash"]
                assert row["key_id"] == signing_keys.ring.current.key_id


def test_another_secret_gives_another_mac_and_the_retired_one_stays_known():
    old, new = KeyRing.of("a" * 32), KeyRing.of("b" * 32, ["a" * 32])
    assert old.current.mac(b"x") != new.current.mac(b"x")
    assert new.by_id[old.current.key_id].mac(b"x") == old.current.mac(b"x")
    assert new.by_id[new.current.key_id] is new.current


# --- the guard ----------------------------------------------------------------------------------


def by_orm(session):
    session.scalars(select(User)).one().name = "Eve"


def by_core(session):
    session.execute(User.__table__.update().values(name="Eve"))


def by_sql(session):
    session.execute(text("update users set name = 'Eve'"))


def by_connection(session):
    session.connection().exec_driver_sql("  UPDATE users SET name = 'Eve'")


def by_commented_sql(session):
    session.connection().exec_driver_sql("/* c */ UPDATE users SET name = 'Eve'")


def by_deletion(session):
    session.execute(text("DELETE FROM users"))


@pytest.mark.parametrize(
    "change", [by_orm, by_core, by_sql, by_connection, by_commented_sql, by_deletion]
)
def test_a_change_without_a_record_is_not_committed(app, change):
    user_id = factories.user(app, name="Ada").id
    with pytest.raises(UnrecordedChange, match="without"), database.transaction() as session:
        change(session)
    with database.transaction(write=False) as session:
        assert session.get(User, user_id, populate_existing=True).name == "Ada"


def test_after_a_refused_commit_the_connection_is_as_new(app):
    user = factories.user(app, name="Ada")
    for _ in range(3):
        with pytest.raises(UnrecordedChange), database.transaction() as session:
            by_sql(session)
    with database.transaction() as session:
        row = session.get(User, user.id, populate_existing=True)
        row.name = "Bea"
        record(actions.USER_UPDATED, row, actor=SYSTEM)
    assert event(action="USER_UPDATED").seq == 2


def test_a_change_of_the_ledger_itself_needs_a_record_too(app, customer):
    for statement in ("UPDATE audit_events SET data = '{}'", "DELETE FROM audit_events"):
        with (
            pytest.raises(UnrecordedChange, match="audit_events"),
            database.transaction() as session,
        ):
            session.execute(text(statement))
    assert data_of(event(action="USER_CREATED"))


def test_a_record_that_fails_leaves_the_change_undone(admin, client, customer):
    """The version's place in the ledger is taken: the change and its record go together."""
    service = admin.post("/api/v1/services", json={"name": "Wash", "price": 12.5}).json
    with writing() as session:
        session.execute(AuditEvent.__table__.update().values(seq=2).where(AuditEvent.seq == 1))
    path, body = f"/api/v1/services/{service['id']}", {"name": "Other", "price": 1}
    assert admin.put(path, json=body).status_code == 409
    assert client.get(path).json["name"] == "Wash"
    assert len(events(resource_type="service")) == 1


def test_a_refused_change_leaves_no_record_of_it(admin):
    admin.post("/api/v1/services", json={"name": "Wash", "price": 12.5})
    before = len(events())
    assert admin.post("/api/v1/services", json={"name": "Wash", "price": 1}).status_code == 409
    assert len(events()) == before


def rename_another(session, first, second):
    first.name = second.name = "Eve"
    record(actions.USER_UPDATED, first, actor=SYSTEM)


def change_on(session, first, second):
    first.name = "Eve"
    record(actions.USER_UPDATED, first, actor=SYSTEM)
    first.phone = "1"


@pytest.mark.parametrize("work", [rename_another, change_on])
def test_what_was_changed_beside_the_recorded_is_refused(app, work):
    ids = [factories.user(app).id for _ in range(2)]
    with pytest.raises(UnrecordedChange, match="users"), database.transaction() as session:
        work(session, *(session.get(User, one) for one in ids))
    assert events(action="USER_UPDATED") == []


def test_a_savepoint_has_no_record_of_its_own(app):
    with (
        pytest.raises(RuntimeError, match="savepoint"),
        database.transaction() as session,
        session.begin_nested(),
    ):
        record(actions.LOGIN, actor=SYSTEM)


def change_and_look(session):
    by_sql(session)
    database.end_reading()


def test_a_change_cannot_slip_out_with_a_look(app):
    user = factories.user(app, name="Ada")
    with pytest.raises(UnrecordedChange), database.transaction() as session:
        change_and_look(session)
    with database.transaction() as session:
        row = session.get(User, user.id, populate_existing=True)
        assert row.name == "Ada"
        row.phone = "1"
        record(actions.USER_UPDATED, row, actor=SYSTEM)
    with database.transaction(write=False) as session:
        assert session.get(User, user.id, populate_existing=True).name == "Ada"


# --- the registry -------------------------------------------------------------------------------


def test_a_record_says_only_what_the_registry_allows(app):
    with pytest.raises(ValueError, match="password"):
        record(actions.LOGIN, actor=SYSTEM, password="x")


def test_every_word_stands_once_and_in_capitals():
    assert [action.word for action in ACTIONS.values()] == list(ACTIONS)
    assert all(word.replace("_", "").isupper() and len(word) <= 32 for word in ACTIONS)
    assert {action.outcome for action in ACTIONS.values()} == {"success", "refused", "error"}


def test_every_column_of_a_resource_is_told_or_left_out_on_purpose():
    for model, subject in SUBJECTS.items():
        columns = {column.name for column in Base.metadata.tables[model.__tablename__].columns}
        assert subject.told <= columns
        if subject.told:
            assert columns - subject.told == UNTOLD[model.__tablename__], model
    assert len(set(RESOURCE_TYPES)) == len(SUBJECTS)


def test_a_record_of_what_changed_no_row_is_written(app):
    with database.transaction():
        record(actions.DATA_EXPORT, actor=SYSTEM, what="orders", count=0)
    assert event(action="DATA_EXPORT").actor_role == "system"
