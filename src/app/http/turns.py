"""Large uploads and sign-ins take turns, so that a crowd of them leaves room for everybody else."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import IO

from flask import Flask, current_app, g

from app import database
from app.config import Settings
from app.errors import Unavailable
from app.support.turns import Turns

MOST_TURNS = 3
"""With the upload that waits four: not half of the nine processes that gunicorn.conf.py allows."""

PATIENCE_SECONDS = 2.0
_TURNS = "handover_upload_turns"
_PLACES = "handover_hashing_places"
_BACK_IN_SECONDS = (1, 2)


class FewAtOnce:
    """Some work, one waits to be the next; who finds that place taken, too, has to come again."""

    def __init__(self, folder: Path, count: int) -> None:
        self._work = Turns(folder / "work", count)
        self._next = Turns(folder / "next", 1)

    def begin(self) -> IO[bytes] | None:
        """A turn, at once or after a short wait; closing it gives it back."""
        if (turn := self._work.try_take()) is not None:
            return turn
        place = self._next.try_take()
        if place is None:
            return None
        with place:
            return self._work.take_within(PATIENCE_SECONDS)


def register(app: Flask, settings: Settings) -> None:
    """Half of the processors at most work at uploads, and half at passwords.

    SQLite's one writer has no use for two uploads.
    """
    is_embedded = database.sqlite_file(settings) is not None
    count = 1 if is_embedded else max(1, min(settings.cores // 2, MOST_TURNS))
    app.extensions[_TURNS] = FewAtOnce(settings.instance_path / "upload-turns", count)
    places = max(1, settings.cores // 2)
    app.extensions[_PLACES] = FewAtOnce(settings.instance_path / "hashing-places", places)
    app.teardown_request(_give_back)


def hold_turn() -> None:
    """Hold a turn until this request is over, its COMMIT and its replays included.

    To be called before anything is locked. Raises Unavailable when none is free and another
    waits already: many that waited here would take all processes from others.
    """
    if "turn" in g:
        return
    turns: FewAtOnce = current_app.extensions[_TURNS]
    turn = turns.begin()
    if turn is None:
        raise Unavailable(
            "Other uploads are being recorded. Send the same batch again in a moment.",
            retry_after=secrets.choice(_BACK_IN_SECONDS),
        )
    g.turn = turn


def hold_place() -> None:
    """Hold one of the few places where passwords are hashed until this request is over.

    To be called before anything is locked. Raises Unavailable when none is free and another waits
    already: a flood of logins, each from another address, would take processors and processes
    from the devices that scan.
    """
    if "place" in g:
        return
    places: FewAtOnce = current_app.extensions[_PLACES]
    place = places.begin()
    if place is None:
        raise Unavailable(
            "Many are signing in. Try again in a moment.",
            retry_after=secrets.choice(_BACK_IN_SECONDS),
        )
    g.place = place


def _give_back(_error: BaseException | None) -> None:
    for name in ("turn", "place"):
        if (held := g.pop(name, None)) is not None:
            held.close()
