"""What was backed up is restored: every row, its proofs, and who may sign in."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.applications import close_databases, make_application
from tests.factories import PASSWORD
from tests.installations import Installation


def restored(result_rows: dict[str, int]) -> dict[str, int]:
    """Those of a backup, and the record of its restoring."""
    return {**result_rows, "audit_events": result_rows["audit_events"] + 1}


def test_a_restored_backup_is_what_was_backed_up_and_its_ledger_is_clean(
    place: Installation,
) -> None:
    kept, rows = place.back_up(), place.rows()
    checkpoint = (place.folder / "audit-checkpoint").read_text()
    with place.shop() as shop:
        shop.place()
    place.do("audit", "seal")
    later = place.rows()
    said = json.loads(place.do("backup", "restore", str(kept), "--force", "--json").stdout)
    assert place.rows() == restored(rows)
    assert (place.folder / "audit-checkpoint").read_text() == checkpoint
    assert Path(said["checkpoint_aside"]).read_text() != checkpoint
    place.do("audit", "verify", "--state")
    newest = (
        "SELECT data FROM audit_events WHERE action = 'BACKUP_RESTORED' ORDER BY id DESC LIMIT 1"
    )
    data = place.ask(text(newest))[0]
    assert json.loads(data) == {"backup": said["manifest"]["created_at"]}
    client = make_application(place.environment).test_client()
    login = {"username": place.admin(), "password": PASSWORD}
    assert client.post("/admin/login", json=login).status_code == 200
    close_databases()

    safety = said["safety_backup"]
    assert Path(safety).name in {path.name for path in place.files()}
    place.do("backup", "verify", safety)
    place.do("backup", "restore", safety, "--force")
    assert place.rows() == restored(later)
    place.do("audit", "verify", "--state")


def test_a_backup_is_restored_where_there_is_nothing(
    place: Installation, kept: Path, empty: Installation
) -> None:
    rows = json.loads(place.do("backup", "verify", str(kept), "--json").stdout)["manifest"]["rows"]
    rows.pop("alembic_version")
    said = empty.do("backup", "restore", str(kept)).output
    assert "handover audit verify --state" in said
    assert "What was there before" not in said
    assert empty.rows() == restored(rows)
    empty.do("audit", "verify", "--state")
    empty.do("setup")


def test_a_database_with_rows_is_not_replaced_without_force(
    place: Installation, kept: Path
) -> None:
    before, files = place.rows(), place.files()
    refused = place.run("backup", "restore", str(kept))
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert (place.rows(), place.files()) == (before, files)


def test_a_database_that_is_in_use_is_not_replaced(place: Installation, kept: Path) -> None:
    orders, files = place.rows()["orders"], place.files()
    with place.shop() as shop:
        shop.place()
        refused = place.run("backup", "restore", str(kept), "--force")
    assert refused.exit_code == 1
    assert "stop the server" in refused.output
    assert (place.rows()["orders"], place.files()) == (orders + 1, files)


def test_a_backup_of_older_tables_is_brought_to_ours(
    place: Installation, empty: Installation
) -> None:
    empty.do("setup")
    assert empty.start("db", "downgrade").wait(300) == 0
    older = empty.back_up()
    empty.do("backup", "verify", str(older))
    empty.do("backup", "restore", str(older), "--force")
    assert "The database is at" in empty.do("setup").output
    empty.do("audit", "verify", "--state")


def test_a_backup_without_the_secret_of_its_ledger_is_not_restored(
    kept: Path, empty: Installation
) -> None:
    other = {"SIGNING_SECRET": "another-secret-of-the-tests-and-of-nothing"}
    refused = empty.run("backup", "restore", str(kept), **other)
    assert refused.exit_code == 1
    assert "SIGNING_SECRETS_RETIRED" in refused.output
    with pytest.raises(DBAPIError):
        empty.rows()


def test_a_backup_that_is_made_while_people_work_is_whole(place: Installation) -> None:
    ended = threading.Event()

    def work() -> None:
        while not ended.is_set():
            shop.place()

    with place.shop() as shop:
        worker = threading.Thread(target=work)
        worker.start()
        made = [place.back_up() for _ in range(3)]
        ended.set()
        worker.join()
    for one in made:
        place.do("backup", "verify", str(one))


def test_verifying_finds_what_was_changed_in_sql(place: Installation) -> None:
    sound = place.back_up()
    place.sql("UPDATE orders SET total_cost = 1")
    forged = place.back_up()
    found = place.run("backup", "verify", str(forged))
    assert found.exit_code == 1
    assert "total_cost is 1.00 and should be 12.50" in found.output
    place.do("backup", "restore", str(sound), "--force")
    place.do("audit", "verify", "--state")
