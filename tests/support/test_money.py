"""Prices are exact and have two decimals."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.money import HIGHEST, parse_price, price_number


@pytest.mark.parametrize(
    ("value", "price"),
    [
        (12, "12.00"),
        (12.5, "12.50"),
        (0.1 + 0.2, "0.30"),
        (99999999.99, "99999999.99"),
        (1e3, "1000.00"),
        (0, "0.00"),
        (-0.0, "0.00"),
        ("12.5", "12.50"),
        (" 12.50 ", "12.50"),
        ("12.500", "12.50"),
        ("0", "0.00"),
        (Decimal("7.1"), "7.10"),
        (Decimal("1E+2"), "100.00"),
    ],
)
def test_a_price_is_read_exactly(value: object, price: str) -> None:
    assert str(parse_price(value)) == price


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        [],
        {},
        b"12",
        "",
        "twelve",
        "12,50",
        "1e3",
        "0x10",
        "+1",
        "-1",
        "1_000",
        "12.",
        ".5",
        "١٢",
        "NaN",
        "Infinity",
        "9" * 100_000,
        -1,
        -0.01,
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
        Decimal("1E+999999"),
        Decimal("1E-999999"),
        10**400,
        100_000_000,
        99999999.995,
        "12.345",
        12.345,
        12.001,
        Decimal("0.001"),
    ],
)
def test_what_is_no_price_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        parse_price(value)


@given(st.decimals(min_value=0, max_value=HIGHEST, places=2))
def test_a_price_survives_json(price: Decimal) -> None:
    assert parse_price(json.loads(json.dumps(price_number(price)))) == price
    assert parse_price(str(price)) == price


@given(st.floats() | st.decimals() | st.integers() | st.text())
def test_nothing_raises_anything_but_value_error(value: object) -> None:
    try:
        price = parse_price(value)
    except ValueError:
        return
    assert 0 <= price <= HIGHEST
    assert price.as_tuple().exponent == -2
    assert not price.is_signed()
