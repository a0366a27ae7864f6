"""Free ports of loopback, for what is started beside others."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import ExitStack

_OURS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
BELOW_WHAT_THE_SYSTEM_GIVES = range(10_000 + 750 * _OURS, 10_750 + 750 * _OURS)
"""Linux gives ports from 32768 on to whoever begins a connection, gVisor from 16000 on.

Of processes that test at the same time each has its own.
"""


def free_ports(how_many: int) -> list[int]:
    """Ports that nobody listens at, and that no connection begun meanwhile can be given."""
    found: list[int] = []
    with ExitStack() as probes:
        while len(found) < how_many:
            probe = probes.enter_context(socket.socket())
            port = secrets.choice(BELOW_WHAT_THE_SYSTEM_GIVES)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
    return found


def free_port() -> int:
    """One of them."""
    return free_ports(1)[0]
