"""A process whose line was cut keeps nobody waiting: what it had locked is let go."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from app.database import db
from app.database.engines import SILENT_FOR_SECONDS
from app.database.faults import is_lost
from app.models import Order
from tests.faults.undoing import is_sqlite
from tests.scanning import aged_order

pytestmark = pytest.mark.slow


def test_what_a_silent_process_has_locked_is_let_go(app):
    if is_sqlite(db.engine):
        pytest.skip("SQLite's locks end with their process")
    locking = select(Order.id).where(Order.id == aged_order().id).with_for_update()
    with db.engine.connect() as silent, db.engine.connect() as other:
        silent.execute(locking).all()
        other.execute(text(f"SET SESSION innodb_lock_wait_timeout={6 * SILENT_FOR_SECONDS}"))
        assert len(other.execute(locking).all()) == 1
        with pytest.raises(OperationalError) as told:
            silent.execute(select(1))
        assert is_lost(told.value)  # and so the request is run again
        other.invalidate()
