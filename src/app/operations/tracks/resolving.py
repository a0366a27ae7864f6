"""From what a label says to the order it means: one look for a whole upload (contract.md 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from app.models.orders import SUPERSEDED_LABEL
from app.operations.devices.scanning import ScanningDevice
from app.operations.tracks import statements
from app.operations.tracks.sightings import Sighting
from app.support.licensing import Held, read_held

_KINDS = (
    "events",
    "labels",
    "numbers",
    "aliases",
    "emails",
    "public_emails",
    "ids",
    "workers",
    "worker_emails",
    "licenses",
    "email_licenses",
)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the database knows of the keys, codes, numbers and workers of one upload.

    `worker_businesses` are the businesses of active workers, by their ids; none that is deleted.
    `open_orders` are up to two of the address in an upload of one scan by e-mail alone;
    `worker_names` are ids and names of active workers by address, `licenses` those of each worker.
    """

    event_ids: frozenset[str]
    worker_businesses: dict[int, int]
    orders: dict[str, int] = field(default_factory=dict)
    superseded: dict[str, int] = field(default_factory=dict)
    ids: frozenset[int] = frozenset()
    open_orders: frozenset[int] = frozenset()
    worker_names: dict[str, tuple[int, str]] = field(default_factory=dict)
    licenses: dict[int, list[Held]] = field(default_factory=dict)

    def worker_of(self, sighting: Sighting) -> int | None:
        """The active worker whom a sighting names, by id or else by name and address."""
        if sighting.worker_id is not None:
            return sighting.worker_id if sighting.worker_id in self.worker_businesses else None
        named = sighting.named_worker
        found = None if named is None else self.worker_names.get(named.email_key)
        if named is None or found is None or not named.is_called(found[1]):
            return None
        return found[0]


@dataclass(frozen=True, slots=True)
class Resolved:
    """The order that a sighting means, or why there is none."""

    order_id: int | None = None
    piece: int | None = None
    reasons: tuple[str, ...] = ()


_UNKNOWN = Resolved(reasons=("unknown_code",))


def look_up(
    connection: Connection, sightings: Sequence[Sighting], device: ScanningDevice
) -> Lookup:
    """Ask for everything that the sightings name, in one statement.

    By an e-mail alone a stranger finds only what was placed without an account, as in L3.
    """
    emails = "public_emails" if device.is_shared else "emails"
    wanted: dict[str, set[str | int]] = {kind: set() for kind in _KINDS}
    if device.worker_id is not None:
        wanted["licenses"].add(device.worker_id)
    for sighting in sightings:
        wanted["events"].add(sighting.event_id)
        if sighting.earlier_key is not None:
            wanted["events"].add(sighting.earlier_key)
        if sighting.worker_id is not None:
            wanted["workers"].add(sighting.worker_id)
            wanted["licenses"].add(sighting.worker_id)
        elif sighting.named_worker is not None:
            wanted["worker_emails"].add(sighting.named_worker.email_key)
            wanted["email_licenses"].add(sighting.named_worker.email_key)
        if sighting.email_key is not None:
            wanted[emails].add(sighting.email_key)
        if sighting.label.label_code is not None:
            wanted["labels"].add(sighting.label.label_code)
            wanted["aliases"].add(sighting.label.label_code)
        for candidate in sighting.label.candidates:
            if candidate.is_id:
                wanted["ids"].add(int(candidate.text))
            else:
                wanted["numbers"].add(candidate.text)
                wanted["aliases"].add(candidate.text)
    kinds = tuple(kind for kind in _KINDS if wanted[kind])
    named = {kind: sorted(wanted[kind], key=str) for kind in kinds}
    rows = statements.find_all(kinds).rows(connection, named)
    found: dict[str, dict[str, int]] = {}
    ids: dict[str, set[int]] = {"id": set(), "email": set()}
    businesses: dict[int, int] = {}
    names: dict[str, tuple[int, str]] = {}
    licenses: dict[int, list[Held]] = {}
    for what, key, row_id, more in rows:
        if what == "worker_email":
            names[key] = (row_id, more)
        elif what == "license":
            licenses.setdefault(row_id, []).append(read_held(more, key))
        elif what == "worker":
            businesses[row_id] = int(key)
        elif what in ids:
            ids[what].add(row_id)
        else:
            found.setdefault(what, {})[key] = row_id
    own = found.pop("number", {}) | found.pop("code", {})
    return Lookup(
        event_ids=frozenset(found.pop("event", {})),
        worker_businesses=businesses,
        superseded=found.pop(SUPERSEDED_LABEL, {}),
        # An order's own number goes before another's alias, as in a path (contract.md 1.5).
        orders={key: row_id for some in found.values() for key, row_id in some.items()} | own,
        ids=frozenset(ids["id"]),
        open_orders=frozenset(ids["email"]),
        worker_names=names,
        licenses=licenses,
    )


def resolve(sighting: Sighting, lookup: Lookup) -> Resolved:
    """The first of the label's readings that names an order, decided by the label alone.

    Where no label was read, an e-mail address names its only open order, and never decides
    between two (contract.md 6).
    """
    label = sighting.label
    if sighting.email_key is not None:
        if len(lookup.open_orders) > 1:
            return Resolved(reasons=("ambiguous_order",))
        return Resolved(next(iter(lookup.open_orders))) if lookup.open_orders else _UNKNOWN
    if label.label_code is not None:
        if (order_id := lookup.orders.get(label.label_code)) is not None:
            return Resolved(order_id, label.piece)
        if (order_id := lookup.superseded.get(label.label_code)) is not None:
            return Resolved(order_id, label.piece, ("superseded_label",))
        return _UNKNOWN
    if label.kind == "bad_check":
        return Resolved(reasons=("bad_check",))
    for candidate in label.candidates:
        if candidate.is_id:
            if int(candidate.text) in lookup.ids:
                return Resolved(int(candidate.text), candidate.piece)
        elif (order_id := lookup.orders.get(candidate.text)) is not None:
            return Resolved(order_id, candidate.piece)
    return Resolved(reasons=("foreign_label",)) if label.kind == "foreign" else _UNKNOWN
