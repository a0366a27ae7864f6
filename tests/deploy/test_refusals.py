"""What nginx refuses itself looks like the application's own refusals (contract.md 8 and 9)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import ExitStack, closing
from itertools import count, islice, repeat

import pytest
from werkzeug.wrappers import Response

from app import LARGEST_BODY
from app.errors import NotFound, RateLimited, TooLarge
from app.http import cross_origin
from tests.deploy.site import CLIENT_HEADER, ROOT, Site
from tests.serving import Answer

V1 = {"success", "error_code", "message", "details", "request_id"}
MOST_TRIES = 1_000
CROWD = 300  # three times what may wait: enough also where sending takes some seconds
SURFACES = [
    ("/api/v1/orders", V1),
    ("/api/v1", V1),
    ("/api/orders/?email=a@b.c", V1 | {"error"}),
    ("/auth/login", V1 | {"error"}),
    ("/worker/scan/", V1 | {"error"}),
    ("/employee/login", V1 | {"error"}),
    ("/admin/api/orders", V1 | {"error"}),
]


def refused(answer: Answer, status: int, code: str) -> None:
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json["error_code"] == code
    assert answer.json["success"] is False
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def until_refused(
    site: Site, path: str, addresses: Iterable[str] = repeat("127.0.0.1"), **headers: str
) -> list[Answer]:
    """Ask on one line, faster than any limit fills up again, until a limit refuses."""
    answers: list[Answer] = []
    with closing(site.connect()) as line:
        for address in islice(addresses, MOST_TRIES):
            line.request("POST", path, b"{}", headers | {CLIENT_HEADER: address})
            answer = line.getresponse()
            answers.append(Answer(answer.status, dict(answer.getheaders()), answer.read()))
            if answer.status == 429:
                break
    return answers


@pytest.mark.parametrize(("path", "keys"), SURFACES)
def test_without_an_application_each_surface_keeps_its_shape(lonely_site, path, keys):
    answer = lonely_site.ask("POST", path, b"{}", Origin="file://")
    refused(answer, 502, "UNAVAILABLE")
    assert set(answer.json) == keys
    assert answer.json.get("error") in (None, answer.json["message"])
    assert int(answer.headers["Retry-After"]) > 0


def test_people_get_a_page_and_programs_json(lonely_site):
    page = lonely_site.ask("GET", "/admin/login", Accept="text/html,*/*")
    assert (page.status, page.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert page.headers["X-Request-ID"] in page.body.decode()
    refused(lonely_site.ask("GET", "/track/X", Accept="application/json"), 502, "UNAVAILABLE")
    sent = {"Content_Type": "application/json"}
    refused(lonely_site.ask("POST", "/admin/login", b"{}", **sent), 502, "UNAVAILABLE")


@pytest.mark.parametrize("origin", ["null", "file://", "app://.", "http://localhost:5173"])
def test_a_page_elsewhere_can_read_a_refusal(lonely_site, origin):
    answer = lonely_site.ask("GET", "/api/orders", Origin=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize(
    ("path", "origin"),
    [("/api/orders", "https://evil.example"), ("/api/orders", "nullx"), ("/admin/login", "null")],
)
def test_a_foreign_page_cannot(lonely_site, path, origin):
    assert "Access-Control-Allow-Origin" not in lonely_site.ask("GET", path, Origin=origin).headers


def test_nginx_knows_the_applications_origins_and_no_others():
    text = (ROOT / "nginx/handover/maps.conf").read_text()
    block = text.partition("map $http_origin")[2].partition("}\n")[0]
    assert re.findall(r'"~(\S+)"', block) == list(cross_origin._CLIENTS)


def test_a_body_is_refused_where_the_application_would_refuse_it(site, upstream):
    most = b" " * LARGEST_BODY
    assert site.ask("POST", "/api/v1/workers/scans", most).status == 200
    answer = site.ask("POST", "/api/v1/workers/scans", most + b" ", Origin="null")
    refused(answer, TooLarge.status, TooLarge.code)
    assert answer.json["message"] == TooLarge.words
    assert answer.headers["Access-Control-Allow-Origin"] == "null"
    assert len(upstream.seen) == 1


def test_who_asks_without_end_is_sent_away_and_nobody_else_is(site):
    answers = until_refused(site, "/auth/refresh", Origin="null")
    limited = answers[-1]
    refused(limited, RateLimited.status, RateLimited.code)
    assert limited.json["message"] == RateLimited.words
    assert limited.headers["Retry-After"] == "5"
    assert limited.headers["Access-Control-Allow-Origin"] == "null"
    assert [one.status for one in answers[:100]] == [200] * 100
    assert site.ask("POST", "/auth/refresh", b"{}", X_Test_Client="192.0.2.1").status == 200
    preflight = {"Origin": "null", "Access_Control_Request_Method": "POST"}
    assert site.ask("OPTIONS", "/auth/refresh", **preflight).status == 200


def test_a_crowd_from_everywhere_waits_to_sign_in_and_nobody_else_does(site, upstream):
    with ExitStack() as stack:
        crowd = [stack.enter_context(closing(site.connect())) for _ in range(CROWD)]
        for line in crowd:
            line.connect()
        for number, line in enumerate(crowd):
            address = f"198.18.{number // 250}.{number % 250}"
            line.request("POST", "/auth/login", b"{}", {CLIENT_HEADER: address})
        assert 429 in (line.getresponse().status for line in reversed(crowd))
        signing_in = [one for one in upstream.seen if one.path == "/auth/login"]
        assert len(signing_in) < 100
        elsewhere = {"X_Test_Client": "192.0.2.1"}
        assert site.ask("POST", "/worker/scan", b"{}", **elsewhere).status == 200
        assert site.ask("POST", "/auth/refresh", b"{}", **elsewhere).status == 200
        assert site.ask("GET", "/admin/login", **elsewhere).status == 200


def test_an_ipv6_network_is_one_client(site):
    houses = (f"2001:db8:7:7:1:2:3:{number:x}" for number in count(1))
    assert until_refused(site, "/auth/refresh", houses)[-1].status == 429


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/readyz", "//metrics", "/%6detrics"])
def test_what_watchers_read_is_not_there_for_the_public(site, upstream, path):
    answer = site.ask("GET", path, X_Test_Client="192.0.2.7", Accept="application/json")
    refused(answer, NotFound.status, NotFound.code)
    assert answer.json["message"] == NotFound.words
    assert upstream.seen == []
    assert site.ask("GET", path).status == 200


@pytest.mark.parametrize("path", ["/api/v1/orders/%00", "/qr/..%2f..%2fetc%2fpasswd.png"])
def test_a_crooked_path_ends_at_the_door(site, upstream, path):
    answer = site.ask("GET", path, Accept="application/json")
    refused(answer, 400, "BAD_REQUEST")
    assert upstream.seen == []


def test_an_address_without_end_is_refused_in_json(site):
    refused(site.ask("GET", "/api/services?" + "x" * 5000), 414, TooLarge.code)


def test_what_the_application_refuses_stays_in_its_own_words(site, upstream):
    upstream.answer = lambda _: Response('{"mine": true}', 503, mimetype="application/json")
    answer = site.ask("GET", "/api/orders")
    assert (answer.status, json.loads(answer.body)) == (503, {"mine": True})
