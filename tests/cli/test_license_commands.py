"""`handover licenses expiring` lists what ends soon."""

from __future__ import annotations

import json

from click.testing import CliRunner

from app.cli import main
from tests import factories
from tests.licensing import TYPE, give, license_of, make_type, tamper


def expiring(environment, *more):
    result = CliRunner().invoke(main, ["licenses", "expiring", *more], env=environment)
    assert result.exit_code == 0, result.output
    return result.output


def test_it_lists_what_ends_soon_the_first_first(app, environment):
    make_type()
    ada, bo, cleo = (factories.worker(name) for name in ("Ada", "Bo", "Cleo"))
    soon, sooner = give(ada.id, ago=345), give(bo.id, ago=355)
    give(cleo.id, ago=100)
    found = json.loads(expiring(environment, "--json"))
    assert [(one["id"], one["holder"], one["status"]) for one in found] == [
        (sooner, "Bo", "valid"),
        (soon, "Ada", "valid"),
    ]
    lines = expiring(environment, "--days", "12").splitlines()
    row = license_of(sooner)
    assert lines == [f"{row.expires_at:%Y-%m-%d}  {row.code}  {TYPE} level 1  Bo"]
    assert expiring(environment, "--days", "1") == "No license expires within 1 days.\n"


def test_what_was_tampered_with_is_called_so(app, environment):
    make_type()
    license_id = give(factories.worker().id, ago=355)
    tamper(license_id, "level = 3")
    [found] = json.loads(expiring(environment, "--json"))
    assert found["status"] == "tampered"
    assert "tampered" in expiring(environment)
