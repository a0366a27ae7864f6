"""Whatever the order of arrival, through the database (scans.md 4, 6, 8)."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import database
from app.errors import Conflict
from app.operations.actors import SYSTEM
from app.operations.devices.scanning import get_device
from app.operations.tracks import review
from app.operations.tracks.commands import command_status
from app.operations.tracks.fold import Entry, Position, State, fold
from app.operations.tracks.lock import lock_order
from app.operations.tracks.record import record_scans
from app.operations.tracks.sightings import Place, Sighting, read_code
from app.support import clock
from app.support.tokens import derived_event_id
from tests import factories, scanning

STATUSES = ("created", "picked_up", "processing", "completed", "delivered")
_examples = itertools.count()

times = st.integers(0, 4)
scans = st.fixed_dictionaries(
    {
        "what": st.just("scan"),
        "at": times,
        "action": st.sampled_from((*STATUSES, "scanned")),
        "seq": st.none() | st.integers(1, 2),
        "piece": st.none() | st.integers(1, 3),
        "place": st.sampled_from((Place(), Place("VAN"), Place("PLANT", 48.0, 11.0))),
        "force_reason": st.sampled_from((None, None, None, "label swapped")),
        "doubts": st.sampled_from(((), (), ("unverified",))),
    }
)
commands = st.fixed_dictionaries(
    {
        "what": st.just("command"),
        "at": times,
        "action": st.sampled_from((*STATUSES, "cancelled")),
    }
)
reviews = st.fixed_dictionaries(
    {"what": st.sampled_from(("void", "apply")), "target": st.integers(0, 7)}
)
events = st.lists(scans | scans | commands | reviews | reviews, min_size=1, max_size=8)


class Stage:
    """One order, one device, and the means to let things happen to them."""

    def __init__(self) -> None:
        self.began_at = clock.now() - timedelta(minutes=30)
        self.received_at = clock.now()
        order = factories.order(created_at=self.began_at, status_since=self.began_at, piece_count=2)
        self.order_id, self.label_code = order.id, order.label_code
        self.token = factories.device(profile="supervisor").token
        self.example = str(next(_examples))
        self.intended: list[Entry] = []

    def time(self, number: int):
        return self.began_at + timedelta(minutes=number)

    def sighting(self, index: int, scan: dict[str, Any]) -> Sighting:
        wanted = {key: value for key, value in scan.items() if key not in ("what", "at")}
        if wanted["seq"] is not None:  # a number out of order costs a position its trust
            wanted["place"] = Place(wanted["place"].words)
        label, digest = read_code(self.label_code, frozenset())
        event_id = derived_event_id(self.example, str(index))
        return Sighting(
            event_id=event_id,
            label=label,
            code_digest=digest,
            content_digest=hashlib.sha256(event_id.encode()).digest(),
            occurred_at=self.time(scan["at"]),
            sent_at=self.received_at,
            **wanted,
        )

    def upload(self, sightings: list[Sighting]) -> None:
        with database.transaction():
            device = get_device(self.token, at=self.received_at)
            record_scans(sightings, received_at=self.received_at, device=device)

    def command(self, command: dict[str, Any]) -> None:
        with database.transaction():
            order = lock_order(self.order_id)
            at = self.time(command["at"])
            track = command_status(order, command["action"], reason=None, at=at, actor=SYSTEM)
        self.intended.append(Entry(at, 0, track.event_id, track.action, is_command=True))

    def review(self, index: int, what: str, target: str) -> bool:
        """Void or apply a scan; whether that was possible."""
        try:
            with database.transaction():
                if what == "apply":
                    review.apply_scan(
                        target, order=None, reason="seen", at=self.received_at, actor=SYSTEM
                    )
                    return True
                review.void_scan(
                    target,
                    void_id=derived_event_id(self.example, "void", str(index)),
                    reason="did_not_occur",
                    replaced_by=None,
                    note=None,
                    content_digest=bytes(32),
                    at=self.received_at,
                    actor=SYSTEM,
                )
        except Conflict:
            return False
        return True


def intended(sighting: Sighting) -> Entry:
    """What the fold ought to read of a scan."""
    assert sighting.occurred_at is not None
    place = sighting.place
    position = None
    if place.lat is not None and place.lon is not None:
        position = Position(round(place.lat * 1e6), round(place.lon * 1e6), sighting.occurred_at)
    return Entry(
        effective_at=sighting.occurred_at,
        seq=sighting.seq or 0,
        event_id=sighting.event_id,
        action=str(sighting.action),
        forced=sighting.force_reason is not None,
        piece=sighting.piece,
        location=place.words,
        position=position,
    )


def batches(scans: list[Sighting], data: st.DataObject) -> Iterator[list[Sighting]]:
    """The scans in uploads of one to four, some scans sent again."""
    waiting = list(scans)
    while waiting:
        size = data.draw(st.integers(1, 4))
        upload, waiting = waiting[:size], waiting[size:]
        again = data.draw(st.lists(st.sampled_from(scans), max_size=2))
        yield data.draw(st.permutations([*upload, *again]))


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), happened=events)
def test_any_order_of_arrival_with_any_repetition_gives_one_truth(app, data, happened):
    stage = Stage()
    sightings = {
        index: stage.sighting(index, one)
        for index, one in enumerate(happened)
        if one["what"] == "scan"
    }
    arrived: list[Sighting] = []
    reviews: list[int] = []
    for index in data.draw(st.permutations(range(len(happened)))):
        one = happened[index]
        if one["what"] == "scan":
            arrived.append(sightings[index])
        elif one["what"] == "command":
            stage.command(one)
        elif sightings:
            reviews.append(index)
        if data.draw(st.booleans()):
            continue
        for upload in batches(arrived, data):
            stage.upload(upload)
        arrived = []
    for upload in batches(arrived, data):
        stage.upload(upload)

    voided, applied = set(), False
    for index in reviews:
        what = happened[index]["what"]
        target = list(sightings)[happened[index]["target"] % len(sightings)]
        done = stage.review(index, what, sightings[target].event_id)
        if done and what == "void":
            voided.add(target)
        elif done:
            assert target not in voided
            applied = True
        if data.draw(st.booleans()):
            stage.upload(list(sightings.values()))

    order = scanning.assert_truthful(stage.order_id)
    rows = scanning.tracks(order_id=order.id)
    scanned = [row.event_id for row in rows if row.kind == "scan"]
    assert sorted(scanned) == sorted(one.event_id for one in sightings.values())
    if applied:  # an apply's own key decides between equal times
        return
    effective = [
        intended(one) for index, one in sightings.items() if index not in voided and not one.doubts
    ]
    expected = fold(State(since=stage.began_at), [*effective, *stage.intended], 2)
    assert scanning.true_state(order) == expected
