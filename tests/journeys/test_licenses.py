"""A license from its issue to its end over HTTP: the 25 things that were expected of the old system."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from pathlib import Path

from flask.testing import FlaskClient
from PIL import Image

from app.http.application import Application
from tests import factories, symbols
from tests.factories import Customer
from tests.proofs import license_type, words

ALL = "/api/v1/licenses"
MY = f"{ALL}/my-licenses"
HASH = re.compile(r"[0-9a-f]{64}")


def test_the_25_expectations(app: Application, admin: FlaskClient, tmp_path: Path) -> None:
    license_type("washing", title="Washing", max_level=5, validity_months=24)
    holder = factories.sign_up(app, "holder@example.com", name="Wanda")
    worker = factories.worker("Wanda", user_id=holder.id)
    client = app.test_client()

    made = admin.post(ALL, json={"worker_id": worker.id, "type": "washing"})
    assert made.status_code == 200
    license = made.json
    mine, one = f"{MY}/{license['id']}", f"{ALL}/{license['id']}"
    # 1 to 6: whose it is, its type, level 1, a number, a symbol, a hash
    assert license["worker_id"] == worker.id
    assert license["type"] == "washing"
    assert license["level"] == 1
    assert re.fullmatch(r"LIC-[0-9A-HJKMNP-TV-Z]{10}", license["code"])
    symbol = client.get(f"{mine}/qr", headers=holder.headers).json
    assert symbol["qr_code"]
    assert HASH.fullmatch(license["blockchain_hash"])

    # 7, 8: listed, and found by its id
    assert [each["id"] for each in admin.get(ALL).json] == [license["id"]]
    assert admin.get(one).json["code"] == license["code"]

    # 9: a level more
    raised = admin.patch(one, json={"level": license["level"] + 1}).json
    assert raised["level"] == 2

    # 10 to 12: the symbol is not empty, and holds the number; so does the text in its file
    picture = base64.b64decode(client.get(f"{mine}/qr", headers=holder.headers).json["qr_code"])
    assert license["code"] in symbols.text(Image.open(BytesIO(picture)))
    assert license["code"] in str(Image.open(BytesIO(picture)).info["Description"])

    # 13: another card has another symbol
    assert admin.post(f"{one}/rotate-qr").status_code == 200
    rotated = base64.b64decode(client.get(f"{mine}/qr", headers=holder.headers).json["qr_code"])
    assert rotated != picture

    # 14 to 17: a hash of 64 hex digits that verifies; zeros do not; it changes with the level
    stored = admin.get(one).json["record_hash"]
    assert HASH.fullmatch(stored)
    assert admin.post(f"{one}/verify-hash", json={"hash": stored}).json["is_valid"] is True
    assert admin.post(f"{one}/verify-hash", json={"hash": "0" * 64}).json["is_valid"] is False
    assert admin.patch(one, json={"level": 3}).json["record_hash"] != stored

    # 18 to 20: a PDF, whose type is just that, with the number, the type, the level and an image
    paper = client.get(f"{mine}/pdf", headers=holder.headers)
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.data.startswith(b"%PDF")
    said = words(paper.data, tmp_path)
    for each in (license["code"], "washing", "Level 3"):
        assert each in said
    assert b"/Subtype /Image" in paper.data

    # 21: one's own, as a bare array, and one of them
    own = client.get(MY, headers=holder.headers).json
    assert [each["id"] for each in own] == [license["id"]]
    assert client.get(mine, headers=holder.headers).json["code"] == license["code"]

    # 22, 23: asked for and approved, asked for and rejected
    assert _ask(client, mine, holder) == {"success": True}
    approved = admin.post(f"{one}/approve-upgrade", json={"new_level": 4})
    assert (approved.status_code, approved.json["level"]) == (200, 4)
    _ask(client, mine, holder)
    rejected = admin.post(f"{one}/reject-upgrade", json={"reason": "Not yet."})
    assert rejected.status_code == 200
    assert admin.get(one).json["level"] == 4

    # 24: anybody may verify it, and what is unknown is told so
    seen = client.get(f"{ALL}/verify/{license['code']}").json
    assert (seen["is_valid"], seen["status"], seen["level"]) == (True, "valid", 4)
    unknown = client.get(f"{ALL}/verify/LIC-0000000000")
    assert (unknown.status_code, unknown.json["is_valid"]) == (404, False)

    # 25: an admin issues by the account, and a revoked one is not active
    other = factories.sign_up(app, "other@example.com")
    factories.worker("Willem", user_id=other.id)
    issued = admin.post(ALL, json={"user_id": other.id, "specialization": "washing", "level": 1})
    assert issued.status_code == 200
    assert (issued.json["user_id"], issued.json["specialization_type"]) == (other.id, "washing")
    assert admin.delete(one, json={"reason": "Left."}).status_code == 200
    assert admin.get(one).json["is_active"] is False
    assert client.get(f"{ALL}/verify/{license['code']}").json["status"] == "revoked"


def _ask(client: FlaskClient, mine: str, holder: Customer) -> object:
    body = {"reason": "Ready for more."}
    answer = client.post(f"{mine}/request-upgrade", json=body, headers=holder.headers)
    assert answer.status_code == 200
    return answer.json
