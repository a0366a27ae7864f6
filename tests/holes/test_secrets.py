"""No secret is stored in clear, and none is in the log."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app import database
from app.http.access import public
from app.http.application import Application
from app.models import Base
from app.support import logs
from tests import factories, mails
from tests.holes.routes import ROUTES
from tests.holes.world import World

WORDS = "correct horse battery staple"
# Longer than any run of digits in the time, or in the name, of a request.
PIN, WRONG_PIN = "2468109753864", "8642097531024"
PHONE = "+155501420007777"
HOSTILE = [
    f"{{'orderId': 'c494ab7c', 'customerName': \"O'Neil Brannigan\", 'phone': '{PHONE}'}}",
    '{"order_number": "NOSUCH77", "email": "zelda@private.example", "token": "tok_label_0xyzzy"}',
    "ORDER: NOSUCH77\nEMAIL: zelda@private.example\nSERVICE: Brannigan's best",
    "upi://pay?pa=brannigan@bank&pn=Brannigan&am=10",
    "\x1b[31m\r\nforged log line password=hunter22 Brannigan",
]


class Walk:
    """Every way in which a secret is made, sent or shown; `secrets` and `contacts` collect them."""

    def __init__(self, app: Application) -> None:
        self.client = app.test_client()
        self.admin = factories.sign_in_admin(app, "chief@private.example")
        self.secrets = [factories.PASSWORD, WORDS, PIN, WRONG_PIN, "wrong password here"]
        self.contacts = ["zelda", "Brannigan", "private.example", PHONE, PHONE[1:]]
        self.cookie = self.admin.get_cookie("session").value
        self.secrets.append(self.cookie)
        self._customers()
        self._admins()
        self._devices()

    def _post(self, path: str, body: Any, client: FlaskClient | None = None, **headers: str) -> Any:
        return (client or self.client).post(path, json=body, headers=headers)

    def _keep(self, answer: Any, *names: str) -> list[str]:
        found = [answer.json[name] for name in names]
        self.secrets += found
        return found

    def _customers(self) -> None:
        contact = {
            "name": "Zelda Brannigan",
            "email": "zelda@private.example",
            "phone": PHONE,
        }
        for path in ("/api/v1/auth/register", "/auth/signup"):
            body = {**contact, "email": f"{path[-3:]}zelda@private.example", "password": WORDS}
            self._keep(self._post(path, body), "access_token", "refresh_token")
        login = {"email": "terzelda@private.example", "password": WORDS}
        signed_in = self._post("/api/v1/auth/login", login)
        access, refresh = self._keep(signed_in, "access_token", "refresh_token")
        self._keep(self._post("/api/v1/auth/refresh", {"refresh_token": refresh}), "refresh_token")
        self._post("/auth/login", {**login, "password": "wrong password here"})
        bearer = {"Authorization": f"Bearer {access}"}
        wash = factories.service()
        self._post("/api/v1/orders", {"service_id": wash.id}, **bearer, **{"Idempotency-Key": "k"})
        self._post("/api/orders", {**contact, "service_name": wash.name})
        self.client.get("/api/orders?email=zelda@private.example")
        self.client.get("/api/v1/orders?email=zelda@private.example", headers=bearer)
        self.client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {access}x"})
        label = factories.order().label_code
        self.contacts.append(label)
        for path in ("/T/", "/track/", "/api/v1/track/"):
            self.client.get(path + label)
        self.client.get(f"/reset/zelda@private.example?token={access}")
        self._mails(signed_in.json["customer"]["id"], login["email"])

    def _mails(self, user_id: int, email: str) -> None:
        """Six digits may stand in any time: it is the links that are looked for."""
        token = mails.code(user_id).token
        self._post("/api/v1/auth/forgot-password", {"email": email})
        used = mails.link(user_id).token
        self.secrets += [token, used]
        for _ in range(2):
            self._post("/api/v1/auth/verify-email/link", {"token": token})
            self.client.post("/verify", data={"token": token})
            self._post("/api/v1/auth/reset-password", {"token": used, "password": WORDS})
            self.client.post("/reset", data={"token": used, "password": WORDS})

    def _admins(self) -> None:
        body = {"name": "Zelda", "email": "linked.zelda@private.example"}
        made = self._post("/admin/api/customers", body, self.admin)
        link = made.json["set_password_url"].partition("#")[2]
        other = self._post(
            "/admin/api/customers", {**body, "email": "b.zelda@private.example"}, self.admin
        )
        unused = other.json["set_password_url"].partition("#")[2]
        self.secrets += [link, unused]
        self._post("/api/v1/auth/set-password", {"token": link, "password": WORDS})
        self._post("/admin/login", {"username": "zelda@private.example", "password": WORDS})
        form = {"username": "chief@private.example", "password": "wrong password here"}
        self.client.post("/admin/login", data=form)

    def _devices(self) -> None:
        waiting, used = (
            self._post("/api/v1/devices", {"name": "Counter"}, self.admin) for _ in range(2)
        )
        self._keep(waiting, "code")
        (code,) = self._keep(used, "code")
        enrolled = self._post("/api/v1/devices/enroll", {"code": code})
        (token,) = self._keep(enrolled, "token")
        self._post("/api/v1/devices/enroll", {"code": code})
        body = {"name": "Wanda", "email": "wanda.zelda@private.example", "password": PIN}
        self._keep(self._post("/api/v1/workers", body, self.admin), "token")
        login = {"email": body["email"], "password": PIN}
        self._keep(self._post("/api/v1/workers/login", login), "worker_token")
        self._keep(self._post("/employee/login", login), "token")
        self._post("/employee/login", {**login, "password": WRONG_PIN})
        bearer = {"Authorization": f"Bearer {token}"}
        for label in HOSTILE:
            self._post("/api/v1/workers/scan", {"qr_data": label, "note": "x"}, **bearer)
            self._post("/worker/scan", {"orderData": label, "action": "Ready"}, **bearer)
            self._post("/api/tracks", {"orderData": label, "workerName": "Zelda Brannigan"})
            batch = {"sent_at": "2026-11-20T00:00:00Z", "events": [{"code": label}]}
            self._post("/api/v1/workers/scans", batch, **bearer)
        rolled = self.client.post("/api/v1/devices/roll", headers=bearer)
        self._keep(rolled, "token")


def cells() -> Iterator[tuple[str, bytes]]:
    """Every text and every blob of the database, by its column."""
    with database.transaction(write=False) as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                for column, value in row.items():
                    if isinstance(value, str):
                        yield f"{table.name}.{column}", value.encode()
                    elif isinstance(value, bytes):
                        yield f"{table.name}.{column}", value


def test_hole_no_token_code_or_password_is_stored_in_clear(app: Application) -> None:
    walk = Walk(app)
    stored = list(cells())
    assert len({column for column, _ in stored}) > 40
    assert ("users.email", b"linked.zelda@private.example") in stored
    for secret in walk.secrets:
        spellings = {secret, secret[:20], secret[-20:], secret.replace("-", "")}
        for column, value in stored:
            for spelling in spellings:
                assert len(spelling) < 6 or spelling.encode() not in value, (column, secret)


def test_hole_no_raw_label_is_stored(app: Application) -> None:
    Walk(app)
    stored = list(cells())
    for label in HOSTILE:
        assert all(label.encode() not in value for _, value in stored), label
        assert ("tracks.code_digest", sha256(label.encode()).digest()) in stored
    for column, value in stored:
        if column.startswith("tracks."):
            assert b"Brannigan" not in value, column
            assert PHONE.encode() not in value, column
            assert b"tok_label" not in value, column


@pytest.mark.parametrize("as_json", [True, False], ids=["for machines", "for people"])
def test_hole_no_secret_and_no_contact_is_in_the_log(
    make_app, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    app: Application = make_app(LOG_LEVEL="DEBUG")

    @app.get("/api/v1/unlucky")
    @public
    def unlucky() -> str:
        database.db.session.execute(text("SELECT 1 FROM no_table WHERE a = :a"), {"a": WORDS})
        raise AssertionError("there is such a table")

    logs.configure_logs("DEBUG", as_json=as_json)
    try:
        walk = Walk(app)
        world = World(app)
        for route in ROUTES:
            world.send("made up", route.method, world.path(route.template), {"password": WORDS})
        assert app.test_client().get("/api/v1/unlucky").status_code == 500
        printed = capsys.readouterr()
        said = printed.err + printed.out
    finally:
        logs.configure_logs("WARNING", as_json=False)
    assert said.count("\n") > 100
    assert "/api/v1/workers/scan" in said
    assert "no_table" in said
    for secret in {*walk.secrets, *walk.contacts, *world.bearers.values()}:
        assert secret not in said, secret
    assert "@" not in said.replace("@app", "")
    for label in HOSTILE:
        assert label not in said
        assert repr(label)[1:-1] not in said
    assert "forged log line" not in said
    for digest in (row for column, row in cells() if column.endswith("digest")):
        assert digest.hex() not in said
