"""QR images and health at the old URLs (contract.md L6, L23 and 7)."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from app.models import OrderAlias
from tests import factories, symbols
from tests.contract.shapes import answered
from tests.rows import writing

SPELLINGS = pytest.mark.parametrize("folder", ["/qr", "/static/qr"])


def text_of(png: bytes) -> str:
    return symbols.text(Image.open(io.BytesIO(png)))


@pytest.fixture
def order(app):
    service = factories.service("Wash & Fold")
    return factories.order(service, email="ada@example.com", channel="legacy")


@SPELLINGS
def test_L6_the_image_says_the_declared_three_lines(client, order, folder):
    answer = client.get(f"{folder}/{order.order_number}.png")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert text_of(answer.data).splitlines() == [
        f"ORDER: {order.order_number}",
        "EMAIL: ada@example.com",
        "SERVICE: Wash & Fold",
    ]


@SPELLINGS
def test_L6_an_image_is_cacheable_and_known_by_its_tag(client, order, folder):
    path = f"{folder}/{order.order_number}.png"
    first = client.get(path)
    assert first.cache_control.public
    assert first.cache_control.max_age
    assert client.get(path).data == first.data
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head(path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])


@SPELLINGS
def test_L6_the_number_is_read_in_any_case(client, order, folder):
    answer = client.get(f"{folder}/{order.order_number.lower()}.png")
    assert text_of(answer.data).startswith(f"ORDER: {order.order_number}")


@SPELLINGS
@pytest.mark.parametrize("number", ["NOSUCH42", "..%2f..%2fetc%2fpasswd", "%00", "x" * 300])
def test_L6_an_unknown_number_is_404(client, order, folder, number):
    assert client.get(f"{folder}/{number}.png").status_code == 404


def test_L6_an_id_is_no_number(client, order):
    assert client.get(f"/qr/{order.id}.png").status_code == 404


@pytest.mark.parametrize("by", ["number", "alias"])
def test_L6_a_number_that_can_be_guessed_shows_no_email(client, by):
    order = factories.order(
        email="ada@example.com", order_number="ORD-1764622935914-001", channel="import"
    )
    with writing() as session:
        session.add(OrderAlias(alias="C494AB7C", order_id=order.id, kind="import"))
    name = order.order_number if by == "number" else "c494ab7c"
    text = text_of(client.get(f"/qr/{name}.png").data)
    assert f"ORDER: {order.order_number}" in text
    assert "ada@example.com" not in text


def test_L6_an_order_of_ours_shows_no_email_to_who_guessed_an_alias_of_it(client, order):
    with writing() as session:
        session.add(OrderAlias(alias="17", order_id=order.id, kind="import"))
    assert "ada@example.com" not in text_of(client.get("/qr/17.png").data)


def test_L6_QR_PAYLOAD_link_draws_the_tracking_link(make_app, order):
    client = make_app(QR_PAYLOAD="link").test_client()
    text = text_of(client.get(f"/qr/{order.order_number}.png").data)
    assert text == f"HTTP://HANDOVER.TEST/T/{order.label_code}"


def test_L6_the_image_changes_when_the_payload_does(make_app, client, order):
    path = f"/qr/{order.order_number}.png"
    tag = client.get(path).headers["ETag"]
    other = make_app(QR_PAYLOAD="link").test_client().get(path, headers={"If-None-Match": tag})
    assert other.status_code == 200


def test_L23_health_says_that_the_database_answers(client):
    for path in ("/health", "/health/"):
        body = answered(client.get(path), 200, {"status": str, "db": str})
        assert body == {"status": "ok", "db": "ok"}
    body = answered(client.get("/healthz"), 200, {"status": str, "db": str, "limits": str})
    assert (body["status"], body["db"]) == ("ok", "ok")


def test_L23_ping_says_pong(client):
    assert answered(client.get("/ping"), 200, {"message": str}) == {"message": "pong"}
    assert client.head("/ping").status_code == 200


@pytest.mark.parametrize("path", ["/health", "/healthz"])
def test_L23_without_a_database_it_is_503_without_a_drivers_word(make_app, path):
    down = make_app(DATABASE_URL="mysql://root@127.0.0.1:1/none").test_client()
    answer = down.get(path)
    assert answer.status_code == 503
    assert answer.json == {"status": "error", "db": "error"}
    assert down.get("/ping").status_code == 200
