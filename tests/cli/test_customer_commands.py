"""`handover customers import`: people of an old server sign in with the passwords they know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from app import database
from app.cli import main
from app.http.application import Application
from app.models import User
from tests import factories, ledger
from tests.factories import PASSWORD

Run = Callable[[str], Result]
HEADER = "name,email,phone,password_hash"


@pytest.fixture
def run(environment: dict[str, str], app: Application) -> Run:
    def command(file: str) -> Result:
        return CliRunner().invoke(main, ["customers", "import", file], env=environment)

    return command


def people() -> dict[str | None, User]:
    with database.transaction(write=False) as session:
        found = session.scalars(select(User).execution_options(populate_existing=True))
        return {one.email: one for one in found}


def given(folder: Path, *lines: str) -> str:
    file = folder / "people.csv"
    file.write_text("\n".join((HEADER, *lines)), encoding="utf-8")
    return str(file)


def test_people_of_the_old_server_sign_in_with_what_they_know(
    run: Run, client: FlaskClient, tmp_path: Path
) -> None:
    old = {
        "scrypt@example.com": generate_password_hash(PASSWORD, method="scrypt"),
        "pbkdf2@example.com": generate_password_hash(PASSWORD, method="pbkdf2:sha256:1000"),
        "none@example.com": "",
    }
    lines = [f"Ada,{email.upper()}, 555 ,{hashed}" for email, hashed in old.items()]
    done = run(given(tmp_path, *lines))
    assert (done.exit_code, done.stdout) == (0, "Taken over: 3. Here already: 0. Wrong: 0.\n")
    for email, hashed in old.items():
        status = client.post(
            "/api/v1/auth/login", json={"email": email, "password": PASSWORD}
        ).status_code
        assert status == (200 if hashed else 401)
    found = people()
    assert found["scrypt@example.com"].password_hash.startswith("$argon2id$")
    assert found["none@example.com"].password_hash is None
    assert {(one.phone, one.role, one.verified_at) for one in found.values()} == {
        ("555", "customer", None)
    }
    assert len(ledger.events(action="USER_CREATED")) == 3


def test_a_file_may_be_sent_again_and_changes_nobody(
    run: Run, app: Application, tmp_path: Path
) -> None:
    ada = factories.user(app, "ada@example.com", name="Ada")
    hashed = generate_password_hash("another good one")
    done = run(given(tmp_path, f"Eve,ada@example.com,,{hashed}"))
    assert (done.exit_code, done.stdout) == (0, "Taken over: 0. Here already: 1. Wrong: 0.\n")
    assert people()["ada@example.com"].password_hash == ada.password_hash


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (",eve@example.com,,", "name"),
        ("Eve,nonsense,,", "email"),
        (f"Eve,eve@example.com,{'5' * 33},", "phone"),
        ("Eve,eve@example.com,,secret", "password_hash"),
        ("Eve,eve@example.com,,scrypt:1048576:8:1$salt$" + "0" * 128, "password_hash"),
    ],
)
def test_a_wrong_line_is_told_and_the_others_are_taken(
    run: Run, app: Application, tmp_path: Path, line: str, field: str
) -> None:
    done = run(given(tmp_path, line, "Bob,bob@example.com,,"))
    assert done.exit_code == 1
    assert done.stdout == "Taken over: 1. Here already: 0. Wrong: 1.\n"
    assert f"line 2: {field}:" in done.stderr
    assert "secret" not in done.stderr
    assert set(people()) == {"bob@example.com"}


def test_a_file_without_addresses_is_refused(run: Run, app: Application, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,phone\nEve,555\n", encoding="utf-8")
    done = run(str(file))
    assert (done.exit_code, "no column email" in done.stderr) == (1, True)
