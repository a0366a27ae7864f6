"""Checkpoints: the last seal in a few signed lines, which outsiders keep against us (ledger.md 3)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import bindparam, select

from app.database import db
from app.errors import Unavailable
from app.extensions import signing_keys
from app.models import AuditSeal
from app.operations.audit.findings import Finding
from app.operations.audit.seals import LAST_SEAL, NO_HASH, fault_of_seal
from app.support.signed_notes import NotASignedNote, read_note, sign_note, verifier_key


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What somebody outside has kept: that seal `number` had this hash."""

    number: int
    digest: bytes


_TEXT = re.compile(
    r"(?P<origin>[^\n]+)\n(?P<number>0|[1-9][0-9]{0,17})\n(?P<hash>[A-Za-z0-9+/]{43}=)\n"
)
_HASH_OF = select(AuditSeal.hash).where(AuditSeal.id == bindparam("number"))


def origin_of(public_url: str) -> str:
    """The ledger's name in its checkpoints: the site's address without its scheme."""
    parts = urlsplit(public_url)
    return f"{parts.netloc}{parts.path}".rstrip("/")


def read_checkpoint(*, origin: str) -> str:
    """The signed note of the last seal: origin, number, hash; number 0 before the first.

    One SELECT, and nothing is written. Raises Unavailable when the last seal is not genuine:
    what somebody wrote into the database is not signed for them.
    """
    ring = signing_keys.ring
    seal = db.session.execute(LAST_SEAL).mappings().first()
    if seal is not None and fault_of_seal(dict(seal), ring) is not None:
        raise Unavailable("The ledger's last seal is not genuine.")
    number, digest = (0, NO_HASH) if seal is None else (seal["id"], seal["hash"])
    text = f"{origin}\n{number}\n{base64.b64encode(digest).decode()}\n"
    return sign_note(text, name=origin, key=ring.current)


def read_verifier_key(*, origin: str) -> str:
    """The key with which anybody checks our checkpoints; it changes with SIGNING_SECRET."""
    return verifier_key(origin, signing_keys.ring.current)


def parse_checkpoint(note: str, *, origin: str | None) -> Checkpoint:
    """A checkpoint that this ledger signed, with whichever of its keys; raises NotASignedNote.

    An origin of None is any: the one that the note itself names.
    """
    if origin is None:
        origin = note.partition("\n")[0]
    text = read_note(note, name=origin, keys=signing_keys.ring.by_id.values())
    found = _TEXT.fullmatch(text)
    if found is None or found["origin"] != origin:
        raise NotASignedNote("its text is no checkpoint of this ledger")
    return Checkpoint(int(found["number"]), base64.b64decode(found["hash"]))


def compare_checkpoint(note: str, *, origin: str | None) -> Finding | None:
    """What is wrong between a checkpoint that was kept and the ledger as it is."""
    try:
        kept = parse_checkpoint(note, origin=origin)
    except NotASignedNote as problem:
        named = note.partition("\n")[0]
        elsewhere = origin is not None and named != origin
        words = (
            f"it names {named[:80]!r}, and this installation is {origin}" if elsewhere else problem
        )
        return Finding("forged_checkpoint", "checkpoint", words=str(words))
    if kept.number == 0:
        return None
    digest = db.session.execute(_HASH_OF, {"number": kept.number}).scalar()
    if digest is None:
        return Finding("truncated", "audit_seals", kept.number)
    return None if digest == kept.digest else Finding("rewritten", "audit_seals", kept.number)
