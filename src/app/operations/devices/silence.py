"""Devices that fall silent: told once for each silence, by whoever looks at the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from app.database import reading
from app.models import Device
from app.operations.devices.lists import SILENT_AFTER
from app.operations.outbox.announce import News, announce_noticed
from app.operations.outbox.deliver import Trying
from app.support.clock import instant_text

LOOKS_BACK: Final = timedelta(days=7)
"""How long a silence may have lasted when it is seen first; less than what was told is kept for."""

_OVERLAP: Final = timedelta(minutes=5)


def announce_silences(*, at: datetime, since: datetime | None, trying: Trying) -> None:
    """Tell of each device that fell silent since the last look, or within a week.

    A silence is named by what was heard last: another look, and another sender, say the same.
    """
    begin = at - LOOKS_BACK if since is None else since - _OVERLAP
    trying(lambda: _announce(begin - SILENT_AFTER, at - SILENT_AFTER))


def _announce(after: datetime, before: datetime) -> None:
    query = select(Device.id, Device.name, Device.last_seen_at).where(
        Device.last_seen_at > after,
        Device.last_seen_at < before,
        Device.revoked_at.is_(None),
        Device.origin != "shared",
    )
    with reading() as session:
        silent = session.execute(query).all()
    heard = [(one.id, one.name, instant_text(one.last_seen_at)) for one in silent]
    announce_noticed(
        "device.silent",
        *(News(number, text, {"name": name, "last_seen_at": text}) for number, name, text in heard),
    )
