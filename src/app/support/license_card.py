"""A license on paper: what it says, and the symbol by which anybody checks that it is so (licenses.md 2)."""

from __future__ import annotations

from dataclasses import dataclass

from app.support.paper import WIDTH, Paper, fitting_size, wrapped
from app.support.qr import qr_png

_LEFT = 20.0
_RIGHT = WIDTH - 20.0
_SYMBOL_SIDE = 64.0
_INK = (29, 36, 32)
_QUIET = (86, 96, 89)
_ACCENT = (23, 97, 74)


@dataclass(frozen=True, slots=True)
class LicenseCard:
    """The words of a license's card; dates are texts, `link` is what its symbol says."""

    holder: str
    title: str
    type_code: str
    level: int
    code: str
    issued_on: str
    expires_on: str | None
    card_until: str
    link: str
    page: str
    issuer: str
    record_hash: str
    seal: str | None


def license_png(link: str, code: str) -> bytes:
    """The symbol alone; the file's description is the license's code."""
    return qr_png(link, box=6, description=code)


def license_pdf(card: LicenseCard) -> bytes:
    """The card as a page of A4; raises MissingGlyph for a letter that would be a blank."""
    paper = Paper(f"License {card.code}")
    paper.ink(*_ACCENT)
    paper.fill(0, 0, WIDTH, 6)
    paper.write("LICENSE", _LEFT, 26, 4.2, bold=True)
    paper.ink(*_INK)
    size = fitting_size(card.holder, _RIGHT - _LEFT, 11, bold=True)
    paper.write(card.holder, _LEFT, 42, size, bold=True)
    top = 52.0
    for line in wrapped(card.title, _RIGHT - _LEFT, 6.5)[:2]:
        paper.write(line, _LEFT, top, 6.5)
        top += 9
    paper.write(f"Level {card.level}", _LEFT, top + 2, 6.5, bold=True)
    paper.ink(*_QUIET)
    paper.rule(_LEFT, 78, _RIGHT)
    paper.picture(license_png(card.link, card.code), _RIGHT - _SYMBOL_SIDE, 84, _SYMBOL_SIDE)
    _facts(paper, card)
    _how(paper, card)
    return paper.finish()


def _facts(paper: Paper, card: LicenseCard) -> None:
    facts = [
        ("Number", card.code),
        ("Type", card.type_code),
        ("Issued", card.issued_on),
        ("Valid until", card.expires_on or "without an end"),
        ("This card is valid until", card.card_until),
    ]
    width = _RIGHT - _SYMBOL_SIDE - 6 - _LEFT
    top = 90.0
    for name, value in facts:
        paper.ink(*_QUIET)
        paper.write(name, _LEFT, top, 3)
        paper.ink(*_INK)
        paper.write(value, _LEFT, top + 5.6, fitting_size(value, width, 4.6, bold=True), bold=True)
        top += 13


def _how(paper: Paper, card: LicenseCard) -> None:
    words = (
        "Is it true? Scan the symbol with any phone: the page that opens says whether this license"
        f" is valid at this moment. Or type the number at {card.page}. The same page works without a"
        " network, once a phone has opened it."
    )
    top = 166.0
    paper.ink(*_INK)
    for line in wrapped(words, _RIGHT - _LEFT, 3.6):
        paper.write(line, _LEFT, top, 3.6)
        top += 5.4
    paper.ink(*_QUIET)
    paper.rule(_LEFT, top + 1, _RIGHT)
    for line in (
        f"Issued by {card.issuer}",
        f"Ledger record {card.record_hash}",
        card.seal or "Ledger seal: the next one will hold this record",
    ):
        top += 6.5
        paper.write(line, _LEFT, top, fitting_size(line, _RIGHT - _LEFT, 2.9))
