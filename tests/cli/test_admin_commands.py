"""`handover admin`: admins are made at the server's console and nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from app.cli import main
from app.http.application import Application
from tests import factories

Run = Callable[..., Result]
LONG = "a long enough password"


@pytest.fixture
def run(environment: dict[str, str], app: Application) -> Run:
    def command(*arguments: str, given: str | None = None) -> Result:
        return CliRunner().invoke(main, ["admin", *arguments], env=environment, input=given)

    return command


def sign_in(client: FlaskClient, login: str, password: str) -> int:
    return client.post("/admin/login", json={"username": login, "password": password}).status_code


def test_a_generated_password_is_shown_once_and_signs_in(run: Run, client: FlaskClient) -> None:
    made = run("create", "Boss", "--email", "Boss@Example.com")
    assert made.exit_code == 0, made.output
    password = re.search(r"shown this once: (\S+)", made.output)
    assert password is not None
    assert sign_in(client, "boss", password[1]) == 200
    assert sign_in(client, "boss@example.com", password[1]) == 200
    assert password[1] not in run("list").output


def test_a_password_comes_from_standard_input(run: Run, client: FlaskClient) -> None:
    made = run("create", "boss", "--password-stdin", given=f"{LONG}\n")
    assert made.exit_code == 0, made.output
    assert LONG not in made.output
    assert sign_in(client, "boss", LONG) == 200


def test_a_password_is_asked_for_twice_and_not_shown(run: Run, client: FlaskClient) -> None:
    made = run("create", "boss", "--prompt", given=f"{LONG}\n{LONG}\n")
    assert made.exit_code == 0, made.output
    assert LONG not in made.output
    assert sign_in(client, "boss", LONG) == 200


@pytest.mark.parametrize("password", ["", "short", "admin123"])
def test_a_weak_empty_or_published_password_makes_no_admin(run: Run, password: str) -> None:
    refused = run("create", "admin", "--password-stdin", given=f"{password}\n")
    assert refused.exit_code == 1
    assert "password" in refused.output
    assert json.loads(run("list", "--json").stdout) == []


def test_a_name_is_taken_once_in_any_letter_case(run: Run) -> None:
    run("create", "boss")
    again = run("create", "BOSS")
    assert again.exit_code == 1
    assert "taken" in again.output


@pytest.mark.parametrize(("name", "email"), [(" ", ""), ("x" * 65, ""), ("boss", "nothing")])
def test_an_impossible_name_or_address_is_refused(run: Run, name: str, email: str) -> None:
    assert run("create", name, "--email", email).exit_code == 1


def test_a_reset_password_replaces_the_old_one(run: Run, client: FlaskClient) -> None:
    run("create", "boss", "--password-stdin", given=f"{LONG}\n")
    assert sign_in(client, "boss", LONG) == 200
    changed = run("reset-password", "Boss", "--password-stdin", given="another long one\n")
    assert changed.exit_code == 0, changed.output
    assert client.get("/admin/api/customers").status_code == 401
    assert sign_in(client, "boss", LONG) == 401
    assert sign_in(client, "boss", "another long one") == 200


def test_only_an_admins_password_is_reset_here(run: Run, app: Application) -> None:
    factories.user(app, "ada@example.com")
    for login in ("nobody", "ada@example.com"):
        refused = run("reset-password", login)
        assert refused.exit_code == 1
        assert "no such admin" in refused.output


def test_a_locked_out_admin_signs_in_again_by_the_password_alone(
    run: Run, app: Application, client: FlaskClient
) -> None:
    boss = factories.user(app, role="admin", username="boss", password=LONG).id
    factories.second_factor(boss)
    assert sign_in(client, "boss", LONG) == 401
    done = run("switch-off-two-factor", "Boss")
    assert done.exit_code == 0, done.output
    assert sign_in(client, "boss", LONG) == 200
    again = run("switch-off-two-factor", "boss")
    assert (again.exit_code, "not on" in again.output) == (1, True)
    assert run("switch-off-two-factor", "nobody").exit_code == 1


def test_admins_are_listed_for_people_and_for_programs(run: Run, app: Application) -> None:
    factories.user(app, "ada@example.com")
    factories.user(app, role="admin", username="gone", is_active=False)
    run("create", "boss")
    listed = json.loads(run("list", "--json").stdout)
    assert [(row["username"], row["is_active"]) for row in listed] == [
        ("gone", False),
        ("boss", True),
    ]
    assert "gone  (deactivated)" in run("list").output


def test_a_password_is_never_taken_from_the_command_line(run: Run) -> None:
    assert run("create", "boss", "--password", LONG).exit_code == 2
    assert run("create", "boss", LONG).exit_code == 2
    assert run("create", "boss", "--prompt", "--password-stdin").exit_code == 2
