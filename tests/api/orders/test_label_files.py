"""V15b: QR codes and labels carry the link and nothing personal."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
from PIL import Image

from app.support.label_codes import piece_code
from tests import factories, symbols

KINDS = {
    "qr.png": "image/png",
    "qr.svg": "image/svg+xml",
    "label.png": "image/png",
    "label.svg": "image/svg+xml",
    "label.pdf": "application/pdf",
    "label.zpl": "text/plain",
}


@pytest.fixture
def order(customer):
    return factories.order(
        factories.service("Wäsche & 洗濯"),
        customer_id=customer.id,
        piece_count=3,
        name="Ada Lovelace",
        phone="+49 30 1234",
        pickup_date="2026-11-20T09:00:00Z",
    )


@pytest.fixture
def fetch(client, customer, order):
    number = order.order_number

    def get(kind, headers=None, **query):
        headers = customer.headers if headers is None else headers
        return client.get(f"/api/v1/orders/{number}/{kind}", query_string=query, headers=headers)

    return get


def link(code: str) -> str:
    return f"HTTP://HANDOVER.TEST/T/{code}"


def decoded(picture: Image.Image) -> list[str]:
    return symbols.texts(picture.convert("L"))


def pages(content: bytes) -> list[Image.Image]:
    with pypdfium2.PdfDocument(content) as document:
        return [page.render(scale=4).to_pil() for page in document]


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_has_its_type_and_name(fetch, order, kind):
    answer = fetch(kind)
    assert answer.status_code == 200
    assert answer.mimetype == KINDS[kind]
    assert order.order_number in answer.headers["Content-Disposition"]
    assert fetch(f"{kind}/").data == answer.data


@pytest.mark.parametrize("kind", ["qr.png", "label.png"])
def test_a_picture_carries_the_link_of_the_order_or_of_one_piece(fetch, order, kind):
    whole = Image.open(io.BytesIO(fetch(kind).data))
    assert decoded(whole) == [link(order.label_code)]
    piece = Image.open(io.BytesIO(fetch(kind, piece=2).data))
    assert decoded(piece) == [link(piece_code(order.label_code, 2))]


def test_an_svg_says_which_piece_it_is_for(fetch, order):
    written = fetch("label.svg", piece=2).text
    assert order.order_number in written
    assert ">2/3</text>" in written
    assert fetch("label.svg").text != written


def test_a_pdf_has_a_label_for_each_piece_and_copy(fetch, order):
    codes = [link(piece_code(order.label_code, k)) for k in (1, 2, 3)]
    assert [decoded(page) for page in pages(fetch("label.pdf").data)] == [[code] for code in codes]
    assert len(pages(fetch("label.pdf", pieces=2, copies=3).data)) == 6
    (sheet,) = pages(fetch("label.pdf", page="sheet").data)
    assert sorted(decoded(sheet)) == sorted(codes)


def test_a_single_piece_has_one_label_without_a_count(fetch, order):
    (page,) = pages(fetch("label.pdf", pieces=1).data)
    assert decoded(page) == [link(order.label_code)]
    assert "1/1" not in fetch("label.zpl", pieces=1).text


def test_zpl_has_a_format_for_each_piece(fetch):
    text = fetch("label.zpl", copies=2).text
    assert text.count("^XA") == 3
    assert text.count("^PQ2") == 3
    assert re.findall(r"\^FD(\d/\d)\^FS", text) == ["1/3", "2/3", "3/3"]
    assert "2026-11-20 09:00" in text
    assert fetch("label.zpl", dpi=300).data != fetch("label.zpl", dpi=203).data


def test_no_label_names_a_person(fetch):
    for personal in ("Ada", "Lovelace", "ada@example.com", "1234"):
        assert personal not in fetch("label.zpl").text
        assert personal not in fetch("label.svg").text


@pytest.mark.parametrize(
    "query",
    [
        {"pieces": 0},
        {"pieces": 256},
        {"piece": 4},
        {"copies": 0},
        {"copies": 101},
        {"dpi": 204},
        {"page": "wall"},
        {"pieces": "many"},
    ],
)
def test_a_wrong_query_is_named(fetch, query):
    answer = fetch("label.png", **query)
    assert answer.status_code == 400
    assert answer.json["error_code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("kind", KINDS)
def test_labels_are_for_those_who_may_read_the_order(app, fetch, kind, device, admin, order):
    eve = factories.sign_up(app, "eve@example.com")
    assert fetch(kind, headers={}).status_code == 401
    assert fetch(kind, headers=eve.headers).status_code == 404
    assert fetch(kind, headers=device.headers).status_code == 200
