"""Reads the raw text of a scanned label: which order it may name, in which order to look.

Labels that are already printed must scan (`contract.md 7`). Nothing here knows the database:
whether "an exact order number or alias" exists is the caller's question, so the answer is an
ordered list of candidates.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from app.support.foreign_labels import is_trade_code, is_uri
from app.support.label_codes import MOST_PIECES, BadCheck, Label, find_label
from app.support.label_objects import read_object

LabelKind = Literal["label", "references", "bad_check", "foreign", "unknown"]

LONGEST_TEXT = 4096
LONGEST_NUMBER = 64
_LONGEST_EMAIL = 255

_NUMBER_KEYS = ("order_number", "orderNumber")
_ID_KEYS = ("orderId", "order_id")
_CODE_KEYS = ("code", "entityId")
_EMAIL_KEYS = ("email", "customerEmail", "orderEmail")

_LINE_BREAK = re.compile(r"[\r\n,;|]")
_ORDER_ENTITY = re.compile(r"ORDER-([0-9A-F]{8})-[0-9]{10,}-[0-9A-Z]+")
_PREFIX = "ORDER-"
_PIECE = re.compile(r"(.+)-([0-9]{1,3})")
_ID = re.compile(r"[1-9][0-9]{0,17}")


class UnreadableLabel(Exception):
    """The text is empty or longer than 4,096 characters: answer 400, record nothing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may name an order: upper case, trimmed, without a leading `#`, at most 64 characters.

    `piece` is k where the text was read as `<order number>-<k>`. `is_id` says that an object
    gave this as its order's integer id (1 to 18 digits); any other candidate is a number or an
    alias and never an id.
    """

    text: str
    piece: int | None = None
    is_id: bool = False


@dataclass(frozen=True, slots=True)
class LabelText:
    """What a label says.

    `label`: our own code, in `label_code`, and its `piece`. `bad_check`: our letters, misread.
    `references`: try the candidates, first one first. `foreign`: another system's code; a
    shipment's number may still be an order's, so its candidates are tried as well, and
    `foreign_label` is the verdict only when none is found. `unknown`: nothing to look for.
    `email` is lower-case, a cross-check at most: it never decides between orders.
    """

    kind: LabelKind
    candidates: tuple[Candidate, ...] = ()
    label_code: str | None = None
    piece: int | None = None
    email: str | None = None


def read_label_text(text: str, own_hosts: frozenset[str]) -> LabelText:
    """Read a label by the eight steps of `contract.md 7`, in time linear in its length.

    `own_hosts` are lower-case host names without ports (PUBLIC_URL's, and others from the
    settings) whose links' last path segment names an order; nothing is fetched. Raises
    `UnreadableLabel`, and nothing else, whatever the text.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise UnreadableLabel
    label = find_label(text)
    if isinstance(label, Label):
        return LabelText("label", label_code=label.code, piece=label.piece)
    if isinstance(label, BadCheck):
        return LabelText("bad_check")
    read = read_object(text)
    if read is not None:
        return _of_object(read)
    if is_uri(text):
        return _of_link(text, own_hosts)
    lines = _declared_lines(text)
    texts = [text, lines.get("ORDER", "")]
    candidates = _candidates(texts)
    if is_trade_code(text):
        return LabelText("foreign", candidates)
    return _references(candidates, _email(lines.get("EMAIL")))


def _of_object(read: dict[str, object]) -> LabelText:
    email = next(filter(None, (_email(read.get(key)) for key in _EMAIL_KEYS)), None)
    entity = read.get("entityType")
    if isinstance(entity, str) and entity.strip().lower() != "order":
        return LabelText("foreign")
    candidates = _candidates([_text(read.get(key)) for key in _NUMBER_KEYS])
    if not candidates:
        ids = [_text(read.get(key)) for key in _ID_KEYS]
        codes = [_text(read.get(key)) for key in _CODE_KEYS]
        candidates = _candidates([value for value in ids if not _ID.fullmatch(value)] + codes)
        digits = [value for value in dict.fromkeys(ids) if _ID.fullmatch(value)]
        # Of the old servers' 8 hexadecimal digits, all that name an order, some have no letter.
        candidates = candidates or (
            *_candidates(digits),
            *(Candidate(value, is_id=True) for value in digits),
        )
    return _references(candidates, email)


def _of_link(text: str, own_hosts: frozenset[str]) -> LabelText:
    try:
        link = urlsplit(text)
        is_ours = link.scheme in {"http", "https"} and link.hostname in own_hosts
    except ValueError:
        is_ours = False
    if not is_ours:
        return LabelText("foreign")
    segment = link.path.rstrip("/").rpartition("/")[2]
    return _references(_candidates([unquote(segment)]), None)


def _references(candidates: tuple[Candidate, ...], email: str | None) -> LabelText:
    return LabelText("references" if candidates else "unknown", candidates, email=email)


def _declared_lines(text: str) -> dict[str, str]:
    """Read `KEY: value` lines; of two lines with one key the first counts."""
    lines: dict[str, str] = {}
    for line in _LINE_BREAK.split(text):
        key, colon, value = line.partition(":")
        if colon:
            lines.setdefault(key.strip().upper(), value)
    return lines


def _candidates(texts: list[str]) -> tuple[Candidate, ...]:
    """Read each text as a number, whole and without `ORDER-`, and only then as piece k of one."""
    numbers = list(dict.fromkeys(number for text in texts for number in _numbers(text)))
    pieces = [piece for number in numbers for piece in _as_piece(number)]
    return (*(Candidate(number) for number in numbers), *pieces)


def _numbers(text: str) -> Iterator[str]:
    number = text.strip().removeprefix("#").strip().upper()
    if not number or len(number) > LONGEST_NUMBER or not number.isprintable():
        return
    yield number
    entity = _ORDER_ENTITY.fullmatch(number)
    if entity:
        yield entity[1]
    elif number.startswith(_PREFIX):
        yield from _numbers(number.removeprefix(_PREFIX))


def _as_piece(number: str) -> Iterator[Candidate]:
    match = _PIECE.fullmatch(number)
    if match and 1 <= int(match[2]) <= MOST_PIECES:
        yield Candidate(match[1].strip(), piece=int(match[2]))


def _text(value: object) -> str:
    """Give a string or a whole number as text; anything else, also True, as nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def _email(value: object) -> str | None:
    """Give an e-mail address trimmed and in lower case; None when it is none."""
    if not isinstance(value, str):
        return None
    address = value.strip().lower()
    fits = len(address) <= _LONGEST_EMAIL and "@" in address and address.isprintable()
    return address if fits else None
