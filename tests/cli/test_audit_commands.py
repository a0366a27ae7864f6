"""`handover audit`: seal, verify, checkpoint and forget at the server's console."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from app import database
from app.cli import main
from app.http.application import Application
from app.support import clock
from app.support.signed_notes import read_note
from app.support.signing import SigningKey
from tests import factories, ledger
from tests.conftest import SECRETS
from tests.factories import PASSWORD, Customer
from tests.rows import writing

Run = Callable[..., Result]


@pytest.fixture
def run(environment: dict[str, str], app: Application) -> Run:
    def command(*arguments: str, given: str | None = None, **changes: str) -> Result:
        database.db.session.remove()
        env = environment | changes
        return CliRunner().invoke(main, ["audit", *arguments], env=env, input=given)

    return command


def damage() -> int:
    """Change a record as no operation does; its id."""
    row = ledger.events()[-1]
    with writing() as session:
        session.execute(
            text("UPDATE audit_events SET actor_label = 'Eve' WHERE id = :id"), {"id": row.id}
        )
    return row.id


def json_of(result: Result, exit_code: int = 0) -> Any:
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_sealing_says_what_it_sealed_and_then_has_nothing_to_do(
    run: Run, customer: Customer
) -> None:
    waiting = len(ledger.events())
    assert json_of(run("seal", "--json")) == {"rows": waiting, "seals": 1, "findings": []}
    again = run("seal")
    assert (again.exit_code, again.stdout) == (0, "Sealed 0 rows in 0 seals.\n")


def test_sealing_names_the_row_that_it_leaves_out_and_fails(
    app: Application, run: Run, customer: Customer
) -> None:
    factories.sign_up(app, "bob@example.com")
    row_id = damage()
    sealed = run("seal")
    assert sealed.exit_code == 1
    assert f"audit_events {row_id} was changed" in sealed.stdout
    assert ledger.event(id=row_id).seal_id is None
    assert {one.seal_id for one in ledger.events() if one.id != row_id} == {1}


def test_a_sound_ledger_is_verified_and_then_sealed(run: Run, customer: Customer) -> None:
    rows = len(ledger.events())
    verified = run("verify")
    assert verified.exit_code == 0, verified.output
    assert verified.stdout.startswith(f"Sound: {rows} row, 0 seals; {rows} row sealed now.\n")
    assert "Not checked: whether the business rows agree (--state); a checkpoint" in verified.stdout
    assert json_of(run("verify", "--json")) == {
        "rows": rows,
        "seals": 1,
        "sealed_now": 0,
        "findings": [],
        "more": {},
    }


def test_verifying_without_sealing_writes_nothing(run: Run, customer: Customer) -> None:
    assert json_of(run("verify", "--no-seal", "--json"))["seals"] == 0
    assert {one.seal_id for one in ledger.events()} == {None}


def test_a_finding_names_the_row_says_what_to_do_and_fails(run: Run, customer: Customer) -> None:
    run("seal")
    row_id = damage()
    verified = run("verify")
    assert verified.exit_code == 1
    assert f"audit_events {row_id} (seal 1) was changed after it was written" in verified.stdout
    assert "What to do:\n- Before anything else copy the database" in verified.stdout
    assert "Findings: 1, in 1 row" in verified.stdout
    [finding] = json_of(run("verify", "--json"), exit_code=1)["findings"]
    assert finding == {
        "what": "edited",
        "table": "audit_events",
        "row_id": row_id,
        "seal_id": 1,
        "words": "",
    }


def test_the_state_is_derived_when_it_is_asked_for(run: Run, customer: Customer) -> None:
    assert run("verify", "--state").exit_code == 0
    with writing() as session:
        session.execute(text("UPDATE users SET version = 9"))
    assert run("verify").exit_code == 0
    verified = run("verify", "--state")
    assert verified.exit_code == 1
    assert f"users {customer.id} has versions without a record" in verified.stdout


def test_a_rotated_secret_without_its_predecessor_is_explained(
    run: Run, customer: Customer
) -> None:
    run("seal")
    other = "another-secret-of-the-tests-and-of-nothing-else"
    verified = run("verify", SIGNING_SECRET=other)
    assert verified.exit_code == 1
    assert "an older one in SIGNING_SECRETS_RETIRED" in verified.stdout
    retired = {"SIGNING_SECRET": other, "SIGNING_SECRETS_RETIRED": SECRETS["SIGNING_SECRET"]}
    assert run("verify", **retired).exit_code == 0


def test_a_checkpoint_kept_in_a_file_shows_that_the_ledger_was_cut_off(
    run: Run, customer: Customer, tmp_path: Path
) -> None:
    run("seal")
    kept = tmp_path / "checkpoint"
    kept.write_text(run("checkpoint").stdout, encoding="utf-8")
    assert run("verify", "--checkpoint", str(kept)).exit_code == 0
    moved = {"PUBLIC_URL": "https://elsewhere.test"}
    assert "forged_checkpoint" in run("verify", "--json", "--checkpoint", str(kept), **moved).stdout
    named = ("verify", "--checkpoint", str(kept), "--origin", "handover.test")
    assert run(*named, **moved).exit_code == 0
    with writing() as session:
        session.execute(text("DELETE FROM audit_seals"))
        session.execute(text("DELETE FROM audit_events"))
    verified = run("verify", "--checkpoint", str(kept))
    assert verified.exit_code == 1
    assert "audit_seals 1 is not there: the ledger ends before it" in verified.stdout


@pytest.fixture
def kept(app: Application) -> Path:
    return app.settings.instance_path / "audit-checkpoint"


def attack(*statements: str) -> None:
    with writing() as session:
        for statement in statements:
            session.execute(text(statement))


CHAIN_ANEW = (
    "DELETE FROM audit_seals",
    "DELETE FROM audit_events WHERE action = 'USER_CREATED'",
    "UPDATE audit_events SET seal_id = NULL",
)


def test_sealing_keeps_the_checkpoint_of_the_last_seal(
    run: Run, customer: Customer, kept: Path
) -> None:
    run("verify", "--no-seal")
    assert not kept.exists()
    assert run("seal").exit_code == 0
    assert kept.read_text(encoding="utf-8") == run("checkpoint").stdout
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in kept.parent.glob("*audit-checkpoint*")] == [kept.name]
    before = kept.read_text(encoding="utf-8")
    assert run("verify").exit_code == 0
    run("forget", "--before", clock.instant_text(clock.now()), "--yes")
    assert run("seal").exit_code == 0
    assert kept.read_text(encoding="utf-8") == run("checkpoint").stdout != before


def test_a_ledger_that_was_chained_anew_is_not_sealed_and_says_what_to_do(
    app: Application, run: Run, customer: Customer, kept: Path
) -> None:
    factories.user(app, "bob@example.com")
    body = {"email": "bob@example.com", "password": PASSWORD}
    assert app.test_client().post("/api/v1/auth/login", json=body).status_code == 200
    run("seal")
    note = kept.read_text(encoding="utf-8")
    attack(*CHAIN_ANEW)
    for command in ("seal", "verify"):
        refused = run(command)
        assert refused.exit_code == 1
        assert "audit_seals 1 is not there: the ledger ends before it" in refused.stdout
        assert f"move {kept} elsewhere, keep it, and seal again" in " ".join(refused.stdout.split())
        assert {one.seal_id for one in ledger.events()} == {None}
    assert json_of(run("seal", "--json"), exit_code=1)["findings"][0]["what"] == "truncated"
    assert kept.read_text(encoding="utf-8") == note
    kept.rename(kept.with_name("before-the-restore"))
    assert run("seal").exit_code == 0
    assert kept.read_text(encoding="utf-8") != note
    kept.with_name("before-the-restore").replace(kept)
    assert json_of(run("seal", "--json"), exit_code=1)["findings"][0]["what"] == "rewritten"
    [finding] = json_of(run("verify", "--json"), exit_code=1)["findings"]
    assert (finding["what"], finding["row_id"]) == ("rewritten", 1)


@pytest.mark.parametrize("content", ["", "nothing of ours\n", "\xff"])
def test_a_kept_file_that_is_no_checkpoint_stops_the_sealing(
    run: Run, customer: Customer, kept: Path, content: str
) -> None:
    kept.write_text(content, encoding="latin-1")
    refused = run("seal")
    assert refused.exit_code == 1
    assert "checkpoint is no checkpoint of this ledger: " in refused.stdout
    assert str(kept) in refused.stdout
    assert run("verify").exit_code == 1
    assert {one.seal_id for one in ledger.events()} == {None}


def test_a_kept_checkpoint_outlives_another_address_and_another_secret(
    app: Application, run: Run, customer: Customer
) -> None:
    run("seal")
    factories.sign_up(app, "bob@example.com")
    moved = {
        "PUBLIC_URL": "https://elsewhere.test",
        "SIGNING_SECRET": "another-secret-of-the-tests-and-of-nothing-else",
        "SIGNING_SECRETS_RETIRED": SECRETS["SIGNING_SECRET"],
    }
    assert json_of(run("verify", "--json", **moved))["sealed_now"] == 1
    assert run("seal", **moved).exit_code == 0


@pytest.mark.parametrize("number", [2**63 - 1, 2])
def test_verifying_names_a_forged_last_seal_to_which_nothing_is_chained(
    run: Run, customer: Customer, kept: Path, number: int
) -> None:
    run("seal")
    note = kept.read_text(encoding="utf-8")
    attack(
        "INSERT INTO audit_seals"
        f" SELECT {number}, prev_hash, count, root, sealed_at, key_id, hash, signature"
        " FROM audit_seals"
    )
    before = clock.instant_text(clock.now())
    run("forget", "--before", before, "--yes", "--force")
    assert f"audit_seals {number} was changed, or not sealed by" in run("seal").stdout
    verified = json_of(run("verify", "--json"), exit_code=1)
    assert ("forged_seal", number) in [(one["what"], one["row_id"]) for one in verified["findings"]]
    assert kept.read_text(encoding="utf-8") == note
    assert {one.seal_id for one in ledger.events(action="PII_ERASED")} == {None}


def test_verifying_goes_on_when_sealing_fails(run: Run, customer: Customer, tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    verified = json_of(run("verify", "--json", INSTANCE_PATH=gone), exit_code=1)
    [finding] = verified["findings"]
    assert finding["what"] == "not_sealed"
    assert "No such file or directory" in finding["words"]
    assert verified["rows"] == len(ledger.events())


def test_each_sealing_logs_the_last_seal(run: Run, customer: Customer) -> None:
    logged = run("seal", LOG_LEVEL="INFO").stderr
    with database.transaction(write=False) as session:
        [digest] = session.execute(text("SELECT hash FROM audit_seals")).scalars()
    assert "ledger_sealed" in logged
    assert digest.hex(":", 8) in logged


def test_a_checkpoint_is_a_note_that_its_key_checks(run: Run, customer: Customer) -> None:
    key = SigningKey.derive(SECRETS["SIGNING_SECRET"])
    empty = read_note(run("checkpoint").stdout, name="handover.test", keys=[key])
    assert empty == f"handover.test\n0\n{'A' * 43}=\n"
    run("seal")
    note = read_note(run("checkpoint").stdout, name="handover.test", keys=[key])
    assert note.startswith("handover.test\n1\n")
    shown = run("checkpoint", "--key").stdout
    assert shown.startswith("handover.test+")
    assert shown.count("+") >= 2


def test_a_forged_last_seal_gets_no_checkpoint(run: Run, customer: Customer) -> None:
    run("seal")
    with writing() as session:
        session.execute(text("UPDATE audit_seals SET sealed_at = '2026-01-01 00:00:00.000000'"))
    refused = run("checkpoint")
    assert refused.exit_code == 1
    assert refused.stdout == ""


def test_forgetting_asks_once_and_does_what_was_confirmed(run: Run, customer: Customer) -> None:
    before = clock.instant_text(clock.now())
    declined = run("forget", "--before", before, given="n\n")
    assert declined.exit_code == 1
    assert ledger.events(salt=None) == []
    confirmed = run("forget", "--before", before, given="y\n")
    assert confirmed.exit_code == 0, confirmed.output
    assert "Erased the personal data of 0 scans and 1 record." in confirmed.stdout
    assert run("verify", "--state").exit_code == 0
    record = ledger.event(action="PII_ERASED")
    assert (record.method, record.route) == ("CLI", "main audit forget")
    assert record.actor_role == "system"


def test_where_nothing_is_to_be_forgotten_nothing_is_asked(run: Run, customer: Customer) -> None:
    nothing = run("forget", "--before", "2020-01-01")
    assert nothing.stdout == "Erased the personal data of 0 scans and 0 records.\n"
    assert ledger.events(action="PII_ERASED") == []


def test_yes_is_not_asked(run: Run, customer: Customer) -> None:
    before = clock.instant_text(clock.now())
    assert run("forget", "--before", before, "--yes").exit_code == 0
    assert ledger.event(action="USER_CREATED").ip_address is None


@pytest.mark.parametrize("before", ["yesterday", "", "2026-13-01", "2026-11-20T05:39:12"])
def test_what_is_no_time_forgets_nothing(run: Run, customer: Customer, before: str) -> None:
    refused = run("forget", "--before", before, "--yes")
    assert refused.exit_code == 2
    assert "a day such as 2026-11-20" in refused.output


def test_evidence_is_not_forgotten(run: Run, customer: Customer) -> None:
    row_id = damage()
    before = clock.instant_text(clock.now())
    refused = run("forget", "--before", before, "--yes")
    assert refused.exit_code == 1
    assert f"audit_events {row_id} was changed" in refused.stdout
    assert ledger.events(salt=None) == []
    assert run("forget", "--before", before, "--yes", "--force").exit_code == 0


def test_rows_of_which_the_same_is_to_be_said_share_a_sentence(run: Run, app: Application) -> None:
    for number in range(5):
        factories.sign_up(app, f"a{number}@example.com")
    first, *_, last = (one.id for one in ledger.events())
    other = run("verify", SIGNING_SECRET="another-secret-of-the-tests-and-of-nothing-else")
    assert f"audit_events {first}-{last} is signed with a key" in other.stdout
    assert len(other.stdout.splitlines()) < 9


def test_a_checkpoint_of_another_site_is_told_by_its_name(run: Run, customer: Customer) -> None:
    run("seal")
    note = run("checkpoint", PUBLIC_URL="https://old.example").stdout
    moved = run("verify", "--checkpoint", "-", given=note)
    assert "it names 'old.example', and this installation is handover.test" in moved.stdout
    named = run("verify", "--checkpoint", "-", "--origin", "old.example", given=note)
    assert named.exit_code == 0, named.output


def test_a_time_to_come_forgets_nothing(run: Run, customer: Customer) -> None:
    refused = run("forget", "--before", "2999-01-01", "--yes")
    assert refused.exit_code == 2
    assert "has not come yet" in refused.output
    assert ledger.events(salt=None) == []


def test_the_help_says_what_verifying_cannot_find(run: Run) -> None:
    words = " ".join(run("verify", "--help").stdout.split())
    assert "Not found: an unsealed row of something without a version" in words
    assert "someone who holds the application's keys" in words
