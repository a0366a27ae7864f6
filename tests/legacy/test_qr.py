"""L6: the QR image of an order number."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from app.models import OrderAlias
from tests import factories, symbols
from tests.rows import writing


@pytest.fixture
def order():
    return factories.order(
        factories.service("Wäsche"), order_number="K7WQ2RNT", email="Ada@Example.com"
    )


def read(answer) -> str:
    assert answer.status_code == 200
    return symbols.text(Image.open(io.BytesIO(answer.data)).convert("L"))


def add_alias(alias: str, order_id: int, kind: str) -> None:
    with writing() as session:
        session.add(OrderAlias(alias=alias, order_id=order_id, kind=kind))


@pytest.mark.parametrize(
    "path", ["/qr/K7WQ2RNT.png", "/static/qr/K7WQ2RNT.png", "/qr/k7wq2rnt.png", "/qr/K7WQ2RNT.png/"]
)
def test_the_image_says_the_three_declared_lines(client, order, path):
    answer = client.get(path)
    assert answer.mimetype == "image/png"
    assert read(answer) == "ORDER: K7WQ2RNT\nEMAIL: Ada@Example.com\nSERVICE: Wäsche"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_the_image_says_the_link_when_so_set(make_app, order):
    client = make_app(QR_PAYLOAD="link").test_client()
    said = read(client.get("/qr/K7WQ2RNT.png"))
    assert said == f"HTTP://HANDOVER.TEST/T/{order.label_code}"


def test_who_has_the_image_does_not_get_it_again(client, order):
    first = client.get("/qr/K7WQ2RNT.png")
    etag = first.headers["ETag"]
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = client.get("/qr/K7WQ2RNT.png", headers={"If-None-Match": known})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == etag
        assert "max-age" in answer.headers["Cache-Control"]
    assert client.get("/qr/K7WQ2RNT.png", headers={"If-None-Match": '"x"'}).data == first.data


def test_an_imported_number_gets_an_image_without_the_email(client):
    factories.order(order_number="ORD-1764622935914-001", channel="import")
    said = read(client.get("/qr/ORD-1764622935914-001.png"))
    assert said.startswith("ORDER: ORD-1764622935914-001\nSERVICE: ")


def test_an_alias_gets_an_image_without_the_email(client, order):
    add_alias("C494AB7C", order.id, "import")
    assert read(client.get("/qr/c494ab7c.png")) == "ORDER: K7WQ2RNT\nSERVICE: Wäsche"


def test_neither_an_id_nor_a_label_code_opens_an_image(client, order):
    add_alias("B" * 24, order.id, "label")
    for name in (order.id, order.label_code, "B" * 24):
        assert client.get(f"/qr/{name}.png").status_code == 404


def test_an_order_without_an_email_has_no_email_line(client):
    factories.order(order_number="K7WQ2RNT", email=None)
    assert "EMAIL" not in read(client.get("/qr/K7WQ2RNT.png"))


def test_the_longest_order_still_fits(client):
    service = factories.service("漢" * 128)
    number = "N" * 64
    factories.order(service, order_number=number, email="e" * 243 + "@example.com")
    assert read(client.get(f"/qr/{number}.png")).startswith(f"ORDER: {number}\nEMAIL: eee")


@pytest.mark.parametrize(
    "path",
    [
        "/qr/unknown.png",
        "/qr/.png",
        "/qr/../../etc/passwd.png",
        "/qr/..%2f..%2fetc%2fpasswd.png",
        "/qr/%2e%2e/%2e%2e/etc/passwd",
        "/qr/....//....//etc/passwd.png",
        "/static/qr/../../app/errors.py",
        "/static/qr/..%5c..%5csecret_key.png",
        "/qr/K7WQ2RNT.png%00.txt",
        "/qr/K7WQ2RNT%00.png",
        "/qr/K7WQ2RNT.svg",
        "/qr/K7WQ2RNT",
    ],
)
def test_nothing_but_orders_is_served(client, order, path):
    assert client.get(path).status_code == 404


def test_a_deleted_order_has_no_image(admin, client, order):
    number = order.order_number
    assert client.get(f"/qr/{number}.png").status_code == 200
    assert admin.delete(f"/admin/api/orders/{number}").status_code == 200
    assert client.get(f"/qr/{number}.png").status_code == 404


def test_images_are_limited_by_address(make_app, order):
    client = make_app(RATELIMIT_ENABLED="true").test_client()
    statuses = {client.get("/qr/K7WQ2RNT.png").status_code for _ in range(60)}
    assert statuses == {200}
    assert client.get("/qr/K7WQ2RNT.png").status_code == 429
