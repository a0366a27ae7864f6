"""Codes of other systems are known by their shape, and never hide an order of that number."""

import pytest

from app.support.label_text import Candidate, LabelText, read_label_text

OWN = frozenset({"handover.example"})


@pytest.mark.parametrize(
    "text",
    [
        "upi://pay?pa=shop@bank&am=300",
        "https://elsewhere.example/track/K7WQ2RNT",
        "https://handover.example@elsewhere.example/K7WQ2RNT",
        "https://handover.example.elsewhere.example/K7WQ2RNT",
        "ftp://handover.example/K7WQ2RNT",
        "https://[::1/K7WQ2RNT",
        "https://\u2100.example/K7WQ2RNT",
        "WIFI:T:WPA;S:net;P:secret;;",
        "mailto:a@b.example",
        "BEGIN:VCARD\nFN:A\nEND:VCARD",
        '{"code": "SHIPMENT-06c2947f-1757951342303-qvdhyh", "entityType": "shipment"}',
        '{"entityType": " Product ", "order_number": "X1"}',
    ],
)
def test_a_foreign_text_names_no_order(text):
    assert read_label_text(text, OWN) == LabelText("foreign")


@pytest.mark.parametrize(
    "text",
    [
        "1Z999AA10123456784",
        "RR123456785DE",
        "4006381333931",
        "96385074",
        "036000291452",
        "00614141000012",
        "106141412345678908",
        "]C10104006381333931",
        "(01)04006381333931(21)7",
        "SHIPMENT-06c2947f-1757951342303-qvdhyh",
    ],
)
def test_a_shipment_or_product_label_is_foreign_unless_an_order_has_that_number(text):
    read = read_label_text(text, OWN)
    assert read.kind == "foreign"
    assert read.candidates[0] == Candidate(text.upper())


def test_a_product_text_with_separators_is_foreign_and_no_number():
    assert read_label_text("0104006381333931\x1d217", OWN) == LabelText("foreign")


@pytest.mark.parametrize("text", ["4006381333932", "1764622935914", "400638133393", "c494ab7c"])
def test_digits_without_a_right_check_digit_are_no_product(text):
    assert read_label_text(text, OWN).kind == "references"
