"""A custody certificate on paper: the order, every event in two lines, the symbol that proves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from app.support.certificates import Certificate, digest_of
from app.support.clock import parse_instant
from app.support.paper import HEIGHT, WIDTH, Paper, spelled_out, width_of, wrapped
from app.support.qr import qr_png

_LEFT, _RIGHT = 14.0, WIDTH - 14.0
_BOTTOM = HEIGHT - 16.0
_SIZE = 2.6
_LINE = 3.7
_SYMBOL_SIDE = 50.0
_COLUMNS = {"number": _LEFT, "time": 22.0, "what": 64.0, "where": 112.0}
_ENDS = {"time": 62.0, "what": 110.0, "where": _RIGHT}
_INK = (29, 36, 32)
_QUIET = (86, 96, 89)
_ACCENT = (23, 97, 74)


def certificate_pdf(certificate: Certificate, *, tz: tzinfo) -> bytes:
    """The certificate for people; its JSON file is what can be checked to the byte.

    Letters that the font lacks are written as their numbers. Times are those of the zone.
    """
    content = certificate.content
    paper = Paper(f"Custody certificate {content['order']['order_number']}")
    top = _head(paper, certificate, tz)
    for number, event in enumerate(content["events"], start=1):
        lines = _lines(event, tz)
        if top + len(lines["what"]) * _LINE > _BOTTOM:
            top = _next_page(paper, content)
        top = _event(paper, number, lines, top, is_void=event["voided"])
    paper.ink(*_INK)
    if top + _LINE > _BOTTOM:
        top = _next_page(paper, content)
    count = len(content["events"])
    _put(
        paper,
        f"End of the certificate: {count} {'event' if count == 1 else 'events'}.",
        _LEFT,
        top + 2,
    )
    return paper.finish()


def _head(paper: Paper, certificate: Certificate, tz: tzinfo) -> float:
    content = certificate.content
    order, seal = content["order"], content["seal"]
    paper.ink(*_ACCENT)
    paper.fill(0, 0, WIDTH, 5)
    _put(paper, "CUSTODY CERTIFICATE", _LEFT, 18, 3.6, bold=True)
    paper.ink(*_INK)
    _put(paper, f"Order {order['order_number']}", _LEFT, 29, 8, bold=True)
    sealed = seal and f"no. {seal['number']} of {_time(seal['sealed_at'], tz)}"
    facts = [
        ("Service", order["service"]),
        ("Placed", _time(order["placed_at"], tz)),
        ("Pieces", str(order["pieces"])),
        ("Status", f"{order['status'].replace('_', ' ')}, since {_time(order['since'], tz)}"),
        ("Issued", f"{_time(content['issued_at'], tz)} by {content['issuer']}"),
        ("Ledger seal", sealed or "none yet"),
        ("", seal["hash"] if seal else ""),
    ]
    top = 37.0
    width = _RIGHT - _SYMBOL_SIDE - 4 - _LEFT - 22
    for name, value in facts:
        paper.ink(*_QUIET)
        _put(paper, name, _LEFT, top, 3)
        paper.ink(*_INK)
        for line in wrapped(spelled_out(value), width, 3)[:2]:
            _put(paper, line, _LEFT + 22, top, 3)
            top += 4.6
    paper.picture(qr_png(certificate.link(), box=6), _RIGHT - _SYMBOL_SIDE, 12, _SYMBOL_SIDE)
    paper.ink(*_QUIET)
    words = (
        "The symbol opens a page that checks the signature, which covers the digest below. The"
        " certificate's JSON file, given to that page, proves each event to the letter."
    )
    top = max(top, 66.0) + 2
    for line in [*wrapped(words, _RIGHT - _LEFT, 2.9), f"Digest (SHA-256) {digest_of(content)}"]:
        _put(paper, line, _LEFT, top, 2.9)
        top += 4.4
    return _columns(paper, top + 2)


def _columns(paper: Paper, top: float) -> float:
    paper.ink(*_QUIET)
    for column, words in (
        ("number", "No."),
        ("time", "When, and by which clock"),
        ("what", "What"),
        ("where", "Where, by whom, with which license"),
    ):
        _put(paper, words, _COLUMNS[column], top, _SIZE, bold=True)
    paper.rule(_LEFT, top + 1.4, _RIGHT)
    return top + 5.4


def _lines(event: Mapping[str, Any], tz: tzinfo) -> dict[str, list[str]]:
    worker = event["worker"]
    what = (
        event["action"]
        if event["kind"] in ("scan", "command")
        else f"{event['kind']} of {event['about']}"
    )
    notes = [what.replace("_", " ")]
    if event["piece"] is not None:
        notes.append(f"piece {event['piece']}")
    if event["forced"]:
        notes.append("forced")
    if event["voided"]:
        notes.append("TAKEN BACK")
    judged = [event["result"], *(one.replace("_", " ") for one in event["reasons"])]
    who = [event["place"] or "no place", (worker and worker["name"]) or "no worker named"]
    evidence = _evidence(event["license"])
    first = {
        "time": [_time(event["effective_at"], tz), f"clock {event['clock']}"],
        "what": [", ".join(notes), "; ".join(judged)],
        "where": [", ".join(who), evidence],
    }
    lines = {
        column: [
            line
            for text in texts
            if text
            for line in wrapped(spelled_out(text), _ENDS[column] - _COLUMNS[column], _SIZE)
        ]
        for column, texts in first.items()
    }
    lines["where"].append(f"record {event['record'][:32]}")
    height = max(len(one) for one in lines.values())
    return {column: texts + [""] * (height - len(texts)) for column, texts in lines.items()}


def _evidence(proofs: Any) -> str:
    """What a scan keeps of its worker's licenses: none, the one that was required, or several."""
    if proofs is None:
        return ""
    several = proofs if isinstance(proofs, list) else [proofs]
    said = [
        f"{one['license']} level {one['level']}, version {one['version']}"
        if one.get("license")
        else "none held"
        for one in several
    ]
    return f"license: {'; '.join(said)}"


def _event(
    paper: Paper, number: int, lines: Mapping[str, list[str]], top: float, *, is_void: bool
) -> float:
    paper.ink(*(_QUIET if is_void else _INK))
    _put(paper, str(number), _COLUMNS["number"], top)
    for column, texts in lines.items():
        for row, text in enumerate(texts):
            paper.put(text, _COLUMNS[column], top + row * _LINE, _SIZE)
    return top + len(lines["what"]) * _LINE + 1.6


def _next_page(paper: Paper, content: Mapping[str, Any]) -> float:
    paper.turn()
    paper.ink(*_QUIET)
    _put(paper, f"Custody certificate, order {content['order']['order_number']}", _LEFT, 12)
    page = f"Page {paper.pages}"
    _put(paper, page, _RIGHT - width_of(page, _SIZE), 12)
    return _columns(paper, 19)


def _put(
    paper: Paper,
    text: str,
    left: float,
    baseline: float,
    size: float = _SIZE,
    *,
    bold: bool = False,
) -> None:
    paper.write(spelled_out(text), left, baseline, size, bold=bold)


def _time(text: str, tz: tzinfo) -> str:
    return parse_instant(text).astimezone(tz).isoformat(" ", "seconds")
