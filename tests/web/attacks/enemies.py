"""Attackers' means: a site of their own, a browser that visits it, hostile texts everywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy import Column, String, Table, select, update
from sqlalchemy.dialects import mysql
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.models import Base, Service
from tests.holes.bodies import BODIES
from tests.holes.routes import ROUTES
from tests.holes.world import Form, World
from tests.rows import writing
from tests.web.browser import LONGEST_WAIT_MS

SIGN = "{{7*7}}"
SCRIPTS = (
    f"\"'><img src=x onerror=alert(7)>{SIGN}",
    f"</title></textarea><script>alert(7)</script>{SIGN}",
    "javascript:alert(7)//<svg onload=alert(7)>",
)
EVERYWHERE = (
    "javascript:alert(7)//\"'></title></textarea><img src=x onerror=alert(7)>"
    f"<script>alert(7)</script><svg onload=alert(7)>{SIGN}"
)
"""All of them in one: it runs wherever one of them would."""

FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", '=HYPERLINK("x")')
SHORT = "<svg onload=alert(7)>"
_KEYS = ("name_key", "later_names", "phone_end")
# What programs read in a column of words.
_OF_PROGRAMS = {
    *("audit_events.data", "audit_events.pii", "tracks.reasons", "tracks.location"),
    *("tracks.verdict", "devices.state", "idempotency_keys.answer"),
    *("orders.sightings", "orders.location"),
    *(f"{table}.{name}" for table in ("users", "orders") for name in _KEYS),
}


@contextmanager
def evil_site(html: str) -> Iterator[int]:
    """A site of somebody else's that answers everything with this page; its port."""

    @Request.application
    def answer(_: Request) -> Response:
        return Response(html, mimetype="text/html")

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def victim(chromium: Browser, live: str, admin: FlaskClient) -> Iterator[Page]:
    """A browser in which an admin is signed in, and which visits other sites, too."""
    cookie = admin.get_cookie("session")
    assert cookie is not None
    context = chromium.new_context()
    context.set_default_timeout(LONGEST_WAIT_MS)
    context.add_cookies(
        [
            {
                "name": "session",
                "value": cookie.value,
                "url": live,
                "httpOnly": True,
                "sameSite": "Lax",
            }
        ]
    )
    yield context.new_page()
    context.close()


def send_everywhere(world: World, text: str) -> int:
    """Send a text in every text field of every writing route, by one who may; how many took it."""
    taken = 0
    for route in ROUTES:
        if route.name not in BODIES:
            continue
        world.path(route.template)  # a body may be about what its path names
        body = route.body(world)
        fields = [name for name, value in body.items() if isinstance(value, str)]
        for name in set(fields) - {"csrf_token"}:
            path = world.path(route.template)
            changed = {**route.body(world), name: text}
            sent = Form(changed) if isinstance(body, Form) else changed
            answer = world.send(route.opener, route.method, path, sent)
            assert answer.status_code < 500, (route.name, name, answer.text[:300])
            taken += answer.status_code < 400
    return taken


def write_everywhere(text: str) -> set[str]:
    """Put a text into every column of people's words, past every check; the columns.

    Where the text is too long for the column, a shorter one that does the same somewhere.
    """
    written = set()
    shorter = cycle(SCRIPTS)
    with writing() as session:
        for table in Base.metadata.sorted_tables:
            for column in _columns_of_words(table):
                changed = session.execute(
                    update(table).values({column.name: _fitting(column, text, next(shorter))})
                )
                if changed.rowcount:
                    written.add(f"{table.name}.{column.name}")
        for service in session.scalars(select(Service)):
            service.name = f"{text}{service.id}"
    return written


def _fitting(column: Column[str], *texts: str) -> str:
    longest = getattr(column.type, "length", None)
    return next((one for one in texts if longest is None or len(one) <= longest), SHORT)


def _columns_of_words(table: Table) -> Iterator[Column[str]]:
    """Where any Unicode may stand: what is compared byte by byte are keys and codes."""
    for column in table.columns:
        kind = column.type.dialect_impl(mysql.dialect())
        is_words = isinstance(column.type, String) and not getattr(kind, "collation", None)
        if is_words and f"{table.name}.{column.name}" not in _OF_PROGRAMS:
            yield column
