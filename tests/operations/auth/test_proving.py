"""What was proved by a password stays true until the sign-in that relies on it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from app import database
from app.database.guard import UNRECORDED
from app.errors import InvalidCredentials
from app.http.application import Application
from app.models import TokenFamily, User
from app.operations.auth.accounts import log_in
from app.support import clock
from app.support.passwords import PasswordHasher
from app.support.turns import Turns
from tests import factories
from tests.factories import PASSWORD, Customer


class SlowHasher(PasswordHasher):
    """A hasher during whose work something else happens."""

    def __init__(self, folder: Path, meanwhile: Any) -> None:
        super().__init__(1, 128, 1, Turns(folder, 1))
        self.meanwhile = meanwhile

    def verify(self, stored: str | None, password: str) -> bool:
        right = super().verify(stored, password)
        self.meanwhile()
        return right


@pytest.mark.parametrize("change", [{"password_hash": "changed"}, {"is_active": False}])
def test_a_password_changed_during_its_verification_signs_nobody_in(
    app: Application, tmp_path: Path, change: dict[str, Any]
) -> None:
    user_id = factories.user(app, "ada@example.com").id

    def meanwhile() -> None:
        with database.db.engine.begin() as connection:
            connection.execution_options(**UNRECORDED).execute(
                User.__table__.update().where(User.__table__.c.id == user_id).values(**change)
            )

    with pytest.raises(InvalidCredentials):
        database.replaying(
            lambda: log_in(
                email="ada@example.com",
                password=PASSWORD,
                passwords=SlowHasher(tmp_path, meanwhile),
                signer=app.extensions["handover_jwt"],
                at=clock.now(),
            )
        )
    assert database.db.session.scalars(select(TokenFamily)).all() == []


def test_no_transaction_is_open_while_a_password_is_verified(
    app: Application, tmp_path: Path
) -> None:
    factories.user(app, "ada@example.com")
    open_ones: list[bool] = []
    hasher = SlowHasher(tmp_path, lambda: open_ones.append(database.db.session().in_transaction()))
    database.replaying(
        lambda: log_in(
            email="ada@example.com",
            password=PASSWORD,
            passwords=hasher,
            signer=app.extensions["handover_jwt"],
            at=clock.now(),
        )
    )
    assert open_ones == [False]


def test_a_principal_costs_one_statement(app: Application, customer: Customer) -> None:
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(database.db.engine, "before_cursor_execute", note)
    try:
        app.test_client().get("/api/v1/auth/me", headers=customer.headers)
    finally:
        event.remove(database.db.engine, "before_cursor_execute", note)
    reads = [one for one in statements if one.startswith("SELECT")]
    assert len(reads) <= 2
    assert "token_families" in reads[0]
