"""What proves a license to somebody who does not ask us: its card, its badge, its paper (licenses.md 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from sqlalchemy import and_, bindparam, select

from app.database import db
from app.errors import Conflict
from app.extensions import signing_keys
from app.models import AuditEvent, AuditSeal, License, LicenseType
from app.operations.audit.seals import fault_of_seal
from app.operations.ledger.subjects import SUBJECTS
from app.operations.licenses.standing import Standing
from app.support.license_card import LicenseCard
from app.support.license_tokens import LicenseClaims, badge_of, card_of, sign_license
from app.support.paper import missing_letters

_WORD: Final = SUBJECTS[License].word
_NOT_PROVED: Final = {
    "tampered": "This license is not as its record says: it is not proved to anybody.",
    "revoked": "This license was revoked.",
    "expired": "This license has expired.",
    "superseded": "This license was replaced by another one.",
}
_TITLE_AND_SEAL = (
    select(LicenseType.title, *AuditSeal.__table__.columns)
    .select_from(LicenseType)
    .outerjoin(
        AuditEvent,
        and_(
            AuditEvent.resource_type == _WORD,
            AuditEvent.resource_id == bindparam("license_id"),
            AuditEvent.seq == bindparam("version"),
        ),
    )
    .outerjoin(AuditSeal, AuditSeal.id == AuditEvent.seal_id)
    .where(LicenseType.code == bindparam("type_code"))
)


@dataclass(frozen=True, slots=True)
class Proof:
    """A signed token, and `link`, which is what a symbol says: where to ask, # and the token."""

    claims: LicenseClaims
    token: str
    link: str


def prove(standing: Standing, *, issuer: str, at: datetime, is_badge: bool = False) -> Proof:
    """Sign a license as it is: a card for paper, or a badge for ten minutes. Nothing is written.

    Raises Conflict for one that is not valid now: there would be nothing to prove.
    """
    if standing.status != "valid":
        raise Conflict(_NOT_PROVED[standing.status])
    found = standing.license
    said: dict[str, Any] = {
        "code": found.code,
        "serial": found.token_serial,
        "holder": standing.worker.name,
        "type_code": found.type_code,
        "level": found.level,
        "index": found.id,
    }
    claims = (
        badge_of(said, ends_at=found.expires_at, at=at)
        if is_badge
        else card_of(said, issued_at=found.issued_at, ends_at=found.expires_at, at=at)
    )
    token = sign_license(claims, issuer=issuer, key=signing_keys.ring.current)
    return Proof(claims, token, f"{issuer}/l/{found.code}#{token}")


def make_card(standing: Standing, *, issuer: str, at: datetime, tz: tzinfo) -> LicenseCard:
    """The words of a license's paper: the same all day, until the license changes or is sealed.

    Raises Conflict for a license that is not valid, and for a name with letters that the font of
    documents does not have: a blank in a name would be worse than no paper. One statement.
    """
    proof = prove(standing, issuer=issuer, at=at)
    found = standing.license
    asked = {"license_id": found.id, "version": found.version, "type_code": found.type_code}
    seen = dict(db.session.execute(_TITLE_AND_SEAL, asked).mappings().one())
    title = str(seen["title"])
    if letters := missing_letters(f"{standing.worker.name} {title}"):
        raise Conflict(
            f"The font of documents has no {', '.join(letters)}: this name cannot be printed."
        )
    return LicenseCard(
        holder=standing.worker.name,
        title=title,
        type_code=found.type_code,
        level=found.level,
        code=found.code,
        issued_on=_day(found.issued_at, tz),
        expires_on=None if found.expires_at is None else _day(found.expires_at, tz),
        card_until=_day(proof.claims.expires_at, tz),
        link=proof.link,
        page=f"{issuer}/l",
        issuer=issuer,
        record_hash=standing.record_hash or "",
        seal=_seal_words(seen, tz),
    )


def title_of(type_code: str) -> str:
    """What a type of license is called; one statement."""
    query = select(LicenseType.title).where(LicenseType.code == type_code)
    return db.session.scalar(query) or type_code


def _seal_words(seal: Mapping[str, Any], tz: tzinfo) -> str | None:
    """The ledger's seal that holds the license's record; None before it is sealed."""
    if seal["id"] is None or fault_of_seal(seal, signing_keys.ring) is not None:
        return None
    return f"Ledger seal {seal['id']} of {_day(seal['sealed_at'], tz)}: {bytes(seal['hash']).hex()}"


def _day(at: datetime, tz: tzinfo) -> str:
    local = at.astimezone(tz)
    return f"{local.day} {local:%B %Y}"
