"""The first admin, published credentials, and who may act on other people's data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import database
from app.errors import Invalid, InvalidCredentials, PermissionDenied
from app.http.application import Application
from app.models import BrowserSession, User
from app.operations.actors import NOBODY, SYSTEM, Actor, Role
from app.operations.auth import admins
from app.operations.auth.admin_sessions import PUBLISHED, log_in_admin
from app.operations.auth.admins import AdminWithPassword, ensure_first_admin
from app.operations.customers.change import create_customer
from app.operations.devices.preparing import create_device
from app.operations.workers.change import deactivate_worker
from app.support import clock
from app.support.passwords import PasswordHasher
from tests import factories
from tests.factories import PASSWORD

STRANGERS = [NOBODY, Actor(Role.CUSTOMER, user_id=1), Actor(Role.WORKER, device_id=1)]


@pytest.fixture
def passwords(app: Application) -> PasswordHasher:
    hasher: PasswordHasher = app.extensions["handover_passwords"]
    return hasher


def ensure(
    passwords: PasswordHasher, username: str | None = None, password: str | None = None
) -> AdminWithPassword | None:
    return database.replaying(
        lambda: ensure_first_admin(
            username=username, password=password, passwords=passwords, at=clock.now(), actor=SYSTEM
        )
    )


def test_the_first_admin_gets_a_generated_password(passwords: PasswordHasher) -> None:
    made = ensure(passwords)
    assert made is not None
    assert (made.user.username, made.user.role) == ("admin", "admin")
    assert made.generated_password is not None
    assert passwords.verify(made.user.password_hash, made.generated_password)


def test_the_first_admin_gets_the_settings_name_and_password(passwords: PasswordHasher) -> None:
    made = ensure(passwords, "Boss@Example.com", PASSWORD)
    assert made is not None
    assert (made.user.username, made.generated_password) == ("boss@example.com", None)


def test_while_there_is_any_admin_none_is_made(app: Application, passwords: PasswordHasher) -> None:
    factories.user(app, role="admin", is_active=False)
    assert ensure(passwords) is None


def test_two_processes_that_start_at_once_make_one_admin(
    app: Application, passwords: PasswordHasher
) -> None:
    def start(_: int) -> bool:
        with app.app_context():
            return ensure(passwords) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(start, range(4))) == [False, False, False, True]
    assert len(database.db.session.scalars(select(User)).all()) == 1


@pytest.mark.parametrize(("name", "password"), [*sorted(PUBLISHED), ("boss", "12345678")])
def test_no_admin_is_made_with_credentials_that_everybody_knows(
    passwords: PasswordHasher, name: str, password: str
) -> None:
    with pytest.raises(Invalid):
        ensure(passwords, name.title(), password)
    assert database.db.session.scalars(select(User)).all() == []


@pytest.mark.parametrize(
    ("login", "password"), [("", ""), ("boss", ""), ("", PASSWORD), (" ", " ")]
)
def test_an_empty_login_is_refused_before_any_look_up(
    app: Application, passwords: PasswordHasher, login: str, password: str
) -> None:
    factories.user(app, role="admin", username="", password="")
    with pytest.raises(InvalidCredentials):
        database.replaying(
            lambda: log_in_admin(
                login=login,
                password=password,
                passwords=passwords,
                lifetime=timedelta(hours=1),
                at=clock.now(),
            )
        )
    assert database.db.session.scalars(select(BrowserSession)).all() == []


def test_an_admin_is_found_by_user_name_before_address(
    app: Application, passwords: PasswordHasher
) -> None:
    named = factories.user(app, "a@example.com", role="admin", username="boss@example.com").id
    factories.user(app, "boss@example.com", role="admin", password="of the other one")
    database.replaying(
        lambda: log_in_admin(
            login="boss@example.com",
            password=PASSWORD,
            passwords=passwords,
            lifetime=timedelta(hours=1),
            at=clock.now(),
        )
    )
    assert database.db.session.scalars(select(BrowserSession.user_id)).one() == named


@pytest.mark.parametrize("actor", STRANGERS)
def test_operations_on_other_people_refuse_strangers_themselves(
    app: Application, actor: Actor
) -> None:
    at = clock.now()
    for call in (
        lambda: admins.list_admins(actor=actor),
        lambda: create_customer(name="B", email="b@b.example", phone=None, at=at, actor=actor),
        lambda: deactivate_worker(1, at=at, actor=actor),
        lambda: create_device(
            name="D",
            station=None,
            profile="scan",
            default_action=None,
            worker_id=None,
            at=at,
            actor=actor,
        ),
    ):
        with pytest.raises(PermissionDenied):
            database.replaying(call)
