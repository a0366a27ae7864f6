"""Knows the codes of other systems by their shape: links, payments, shipments, products."""

import re

# `ORDER:` has the form of a scheme too: without `//` only these well-known ones count.
_URI = re.compile(r"[a-z][a-z0-9+.-]*://|(?:mailto|tel|sms|smsto|geo|wifi|mecard|begin|urn):", re.I)

_GS1 = re.compile(r"\](?:C1|d2|Q3|e0|J1)|\((?:00|01|02|10|17|21|37|400|420)\)", re.I)
_UPS = re.compile(r"1Z[0-9A-Z]{16}", re.I)
_POSTAL = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}", re.I)
_OTHER_ENTITY = re.compile(r"(?!ORDER-)[A-Z]+-[0-9a-f]{8}-[0-9]{10,}-[0-9a-z]+", re.I)
_TRADE_LENGTHS = frozenset({8, 12, 13, 14, 18})
_GROUP_SEPARATOR = "\x1d"


def is_uri(text: str) -> bool:
    """Say whether the text is a link or another URI (RFC 3986), whosever it may be."""
    return _URI.match(text) is not None


def is_trade_code(text: str) -> bool:
    """Say whether the text looks like a shipment's or a product's code.

    These are GS1 element strings, GTINs and SSCCs with a right check digit, UPS and postal
    (UPU S10) tracking numbers, and `SHIPMENT-<8 hex>-<ms>-<random>` and its kin. A number of
    an order may look like that too, so the shape alone never refuses one.
    """
    return (
        _GROUP_SEPARATOR in text
        or _GS1.match(text) is not None
        or any(shape.fullmatch(text) for shape in (_UPS, _POSTAL, _OTHER_ENTITY))
        or _is_trade_number(text)
    )


def _is_trade_number(text: str) -> bool:
    if len(text) not in _TRADE_LENGTHS or not (text.isascii() and text.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(text)]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0
