"""Prices: exact decimals inside, JSON numbers with two decimals outside."""

import re
from decimal import ROUND_HALF_UP, Decimal

HIGHEST = Decimal("99999999.99")
_CENT = Decimal("0.01")
_NUMBER = re.compile(r"[0-9]{1,10}(\.[0-9]{1,10})?")
_BINARY_NOISE = Decimal("0.000001")


def parse_price(value: object) -> Decimal:
    """Read a price of at most two decimals, 0 to 99999999.99 (contract.md 5).

    A number or a text such as "12.5". A float may miss its two decimals by binary noise
    (0.1 + 0.2); nothing else is rounded. ValueError for anything else.
    """
    price = _exact(value)
    if not price.is_finite() or not 0 <= price <= HIGHEST:
        raise ValueError(f"A price lies between 0 and {HIGHEST}.")
    rounded = abs(price.quantize(_CENT, ROUND_HALF_UP))
    if rounded != price and not (isinstance(value, float) and abs(rounded - price) < _BINARY_NOISE):
        raise ValueError("A price has at most two decimals.")
    return rounded


def _exact(value: object) -> Decimal:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    raise ValueError("A price is a number, such as 12.50.")


def price_number(price: Decimal) -> float:
    """The JSON number of a price, with two decimals."""
    return float(price.quantize(_CENT, ROUND_HALF_UP))
