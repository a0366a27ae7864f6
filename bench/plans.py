"""How the suites shall run: rounds, seconds, the servers' shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench import data
from bench.load import Load, Measured, run
from bench.rounds import Measure
from bench.servers import Server, Shape
from bench.stores import Kind, Size, Store

CREATED, OK = frozenset({201}), frozenset({200})


@dataclass(frozen=True, slots=True)
class Plan:
    """The options of one run, on one database."""

    kind: Kind
    rounds: int
    seconds: float
    connections: int
    processes: int
    shape: Shape
    callgrind: bool = False

    def store(self, size: Size = "10k") -> Store:
        """A filled database, as the bench made it."""
        store = Store(self.kind, size)
        data.ensure(store)
        data.restore(store, thoroughly=True)
        return store

    def load(
        self,
        server: Server,
        requests: Sequence[bytes],
        expected: frozenset[int],
        *,
        connections: int | None = None,
    ) -> Load:
        """A load of this plan's size."""
        return Load(
            server.address,
            requests,
            expected,
            connections=connections or self.connections,
            processes=min(self.processes, connections or self.connections),
            seconds=self.seconds,
        )

    def measure(
        self,
        server: Server,
        store: Store,
        make: Callable[[], Sequence[bytes]],
        expected: frozenset[int],
        *,
        connections: int | None = None,
    ) -> Measure:
        """One round: what the last one changed is put back, new requests are made."""

        def round_of() -> Measured:
            data.restore(store)
            return run(self.load(server, make(), expected, connections=connections))

        return round_of
