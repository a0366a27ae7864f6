"""Licenses as tests need them: issued by an admin, held by somebody with an account and a device."""

from __future__ import annotations

import itertools
import json
import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from jwcrypto.jwk import JWKSet
from jwcrypto.jws import JWS
from PIL import Image
from sqlalchemy import text

from app.http.application import Application
from app.models import License, LicenseType
from app.operations.actors import SYSTEM
from app.operations.licenses.issue import issue_license
from app.operations.licenses.types import create_type
from app.support import clock
from tests import factories, symbols
from tests.factories import Customer, writing

NAME = "Őze Алина"
_count = itertools.count(1)
MY = "/api/v1/licenses/my-licenses"


@dataclass
class Held:
    """A license, and who may show it: an account, and a device that is bound to its holder."""

    id: int
    code: str
    worker_id: int
    account: Customer
    device: factories.DeviceHandle


def license_type(code: str = "dry_cleaning", **more: Any) -> None:
    with writing() as session:
        if session.query(LicenseType).filter_by(code=code).first() is None:
            values = {"title": "Dry cleaning", "max_level": 5, "validity_months": 24} | more
            create_type(code=code, **values, at=clock.now(), actor=SYSTEM)


def held(
    app: Application, name: str = NAME, *, level: int = 2, type_code: str = "dry_cleaning"
) -> Held:
    """A license that was issued to somebody new."""
    license_type(type_code)
    account = factories.sign_up(app, f"holder{next(_count)}@example.com")
    worker = factories.worker(name, user_id=account.id)
    device = factories.device("Phone", worker_id=worker.id)
    with writing():
        standing = issue_license(
            worker_id=worker.id, type_code=type_code, level=level, at=clock.now(), actor=SYSTEM
        )
        made = standing.license
        return Held(made.id, made.code, worker.id, account, device)


def in_sql(statement: str, **values: Any) -> None:
    """What somebody does behind the application's back."""
    with writing() as session:
        session.execute(text(statement), values)


def row(license_id: int) -> License:
    with writing() as session:
        found = session.get(License, license_id, populate_existing=True)
        assert found is not None
        return found


def link_of(client: FlaskClient, one: Held, *, badge: bool = False) -> str:
    """What the symbol of a license says now."""
    query = "?badge=1" if badge else ""
    answer = client.get(f"{MY}/{one.id}/qr{query}", headers=one.account.headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json["payload"])


def verified(token: str, client: FlaskClient) -> dict[str, Any]:
    """The claims, by an independent library and the published keys alone; it raises for a forgery."""
    signed = JWS()
    signed.deserialize(token)
    signed.verify(JWKSet.from_json(client.get("/.well-known/jwks.json").text))
    return dict(json.loads(signed.payload))


def symbol(pdf: bytes, folder: Path) -> str:
    """What the only symbol on a document's first page says, read from its pixels."""
    (folder / "paper.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", "200", "-f", "1", "-l", "1", "-png", folder / "paper.pdf"]
    drawn = subprocess.run(command, check=True, capture_output=True)
    return symbols.text(Image.open(BytesIO(drawn.stdout)))


def words(pdf: bytes, folder: Path) -> str:
    """The text that can be copied out of a document."""
    (folder / "paper.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", folder / "paper.pdf", "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()
