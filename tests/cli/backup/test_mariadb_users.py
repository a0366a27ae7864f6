"""A MariaDB user with an odd password, and with no more rights than an application needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.installations import Installation

pytestmark = pytest.mark.skipif(
    "HANDOVER_TEST_DATABASE_URL" not in os.environ, reason="only MariaDB has users"
)
ODD = "# \"quoted\" 'and' back\\slashed; $HOME %s @:/"


@pytest.fixture
def user(worker_id: str) -> str:
    """Users are the server's, which test processes share."""
    return f"handover_test_{os.environ.get('HANDOVER_TEST_NAME', '')}{worker_id}"


@pytest.fixture
def odd(place: Installation, user: str) -> Iterator[dict[str, str]]:
    """The settings of a user who has the installation's own schema and no other."""
    url = make_url(place.environment["DATABASE_URL"])
    password = ODD.replace("\\", "\\\\").replace("'", "''").replace(":/", r"\:/")
    place.sql(f"CREATE OR REPLACE USER {user} IDENTIFIED BY '{password}'")
    place.sql(f"GRANT ALL ON `{url.database}`.* TO {user}")
    changed = url.set(username=user, password=ODD)
    yield {"DATABASE_URL": changed.render_as_string(hide_password=False)}
    place.sql(f"DROP USER {user}")


def test_any_password_reaches_the_server_and_no_output(
    place: Installation, odd: dict[str, str]
) -> None:
    made = place.back_up(**odd)
    place.do("backup", "verify", str(made))


def test_a_user_without_the_right_to_a_scratch_schema_is_told_what_to_grant(
    place: Installation, kept: Path, odd: dict[str, str], user: str
) -> None:
    before = place.rows()
    for command in (["verify", str(kept)], ["restore", str(kept), "--force"]):
        refused = place.run("backup", *command, **odd)
        assert refused.exit_code == 1
        assert refused.output.startswith("Error: the database's user may not make the schema")
        assert "GRANT ALL ON `handover\\_test\\_" in refused.output
        assert f"TO '{user}'@'%'" in refused.output
    assert place.rows() == before
