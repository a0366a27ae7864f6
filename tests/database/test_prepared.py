"""A prepared statement gives what SQLAlchemy gives: values, rows, errors, events, the guard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from app import database
from app.database.faults import violated
from app.database.guard import UNRECORDED, UnrecordedChange
from app.database.prepared import Prepared
from app.models import Service
from tests import factories
from tests.scanning import SCAN, long_form
from tests.statements import counted_statements

BY_ID = Prepared(select(*Service.__table__.columns).where(Service.id == bindparam("id")))
BY_STATUS = Prepared(
    select(Service.id, Service.name)
    .where(
        Service.status.in_(("active", "inactive")), Service.id.in_(bindparam("ids", expanding=True))
    )
    .order_by(Service.id)
)
RENAME = Prepared(
    update(Service)
    .where(Service.id == bindparam("row_id"))
    .values(
        name=bindparam("new_name"),
        version=Service.version + 1,
        updated_at=bindparam("at", type_=Service.updated_at.type),
    )
    .execution_options(**UNRECORDED)
)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def services(app) -> list[int]:
    return [factories.service(name).id for name in ("Wash", "Iron", "Öle %s ?")]


def test_rows_are_what_sqlalchemy_reads(services):
    with database.transaction(write=False) as session:
        for service_id in services:
            plain = session.execute(BY_ID.statement, {"id": service_id}).one()
            row = BY_ID.first(database.connection(), {"id": service_id})
            assert row._asdict() == plain._asdict()
            assert row.created_at.tzinfo is UTC
        assert BY_ID.first(database.connection(), {"id": 0}) is None


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_lists_take_any_length(services, count):
    with database.transaction(write=False):
        rows = BY_STATUS.rows(database.connection(), {"ids": services[:count]})
    assert [row.id for row in rows] == services[:count]


def test_an_instant_of_another_zone_is_stored_in_utc(services):
    at = NOON.astimezone(timezone(timedelta(hours=5)))
    with database.transaction():
        change = {"row_id": services[0], "new_name": "Clean", "at": at}
        assert RENAME.change(database.connection(), change) == 1
    with database.transaction(write=False):
        row = BY_ID.first(database.connection(), {"id": services[0]})
    assert (row.name, row.version, row.updated_at) == ("Clean", 2, NOON)


def test_an_instant_without_a_zone_is_a_programming_error(services):
    naive = {"row_id": services[0], "new_name": "Clean", "at": NOON.replace(tzinfo=None)}
    with pytest.raises(ValueError, match="time zone"), database.transaction():
        RENAME.change(database.connection(), naive)


def test_a_value_that_is_missing_is_never_guessed(services):
    with pytest.raises(KeyError, match="new_name"), database.transaction():
        RENAME.change(database.connection(), {"row_id": services[0], "at": NOON})


def test_a_statement_that_leaves_a_column_to_a_default_is_refused(services):
    careless = Prepared(update(Service).where(Service.id == bindparam("row_id")).values(name="x"))
    with pytest.raises(TypeError, match="updated_at"), database.transaction():
        careless.change(database.connection(), {"row_id": services[0]})


def test_a_taken_key_is_the_error_that_sqlalchemy_raises(services):
    with pytest.raises(database.Replay) as caught, database.transaction():
        RENAME.change(
            database.connection(), {"row_id": services[0], "new_name": "Iron", "at": NOON}
        )
    error = caught.value.__cause__
    assert isinstance(error, IntegrityError)
    assert violated(error) == "uq_services_business_id_name"


def test_a_change_without_a_record_is_not_committed(services):
    unrecorded = Prepared(
        update(Service)
        .where(Service.id == bindparam("row_id"))
        .values(name=bindparam("new_name"), updated_at=Service.updated_at)
    )
    with pytest.raises(UnrecordedChange, match="services"), database.transaction():
        unrecorded.change(database.connection(), {"row_id": services[0], "new_name": "Clean"})


def test_each_execution_is_told_to_those_who_count(services):
    with counted_statements() as statements, database.transaction(write=False):
        BY_ID.first(database.connection(), {"id": services[0]})
        BY_STATUS.rows(database.connection(), {"ids": services})
    assert len(statements) == 2
    assert "IN (?, ?, ?)" in statements[1].replace("%s", "?")


def test_what_is_prepared_and_what_is_not_share_one_transaction(services):
    def change_and_fail():
        with database.transaction() as session:
            change = {"row_id": services[0], "new_name": "Clean", "at": NOON}
            RENAME.change(database.connection(), change)
            assert session.get(Service, services[0]).name == "Clean"
            assert session.connection() is database.connection()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    with database.transaction(write=False) as session:
        assert session.get(Service, services[0]).name == "Wash"


def test_a_scan_makes_no_session(client, device):
    order = factories.order()
    database.db.session.remove()
    answer = client.post(SCAN, json=long_form(order.label_code), headers=device.headers)
    assert answer.status_code == 201
    assert not database.db.session.registry.has()
