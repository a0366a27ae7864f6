"""Which database server a new connection goes to: the first of those named that answers."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog
from pymysql import Connection
from pymysql.constants import CR
from pymysql.err import MySQLError, OperationalError
from sqlalchemy.engine import URL

from app.config.databases import OTHERS, Host, hosts_of

ANSWERS_WITHIN_SECONDS = 3
RESTS_SECONDS = 10
RENEWED_AFTER_SECONDS = 30
"""A connection of several hosts lives so long: then the first of them is asked anew."""

DEAD_AFTER_SECONDS = 10
_OPTIONS = (
    (socket.IPPROTO_TCP, "TCP_NODELAY", 1),
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 5),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 2),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 3),
    (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", DEAD_AFTER_SECONDS * 1000),
)

log = structlog.get_logger(__name__)

_STATE = (
    "SHOW GLOBAL STATUS WHERE variable_name IN"
    " ('wsrep_provider_name', 'wsrep_ready', 'wsrep_local_state')"
)
_SYNCED = "4"
_WAIT_FOR_OTHERS = "SET SESSION wsrep_sync_wait=7"


@dataclass
class Hosts:
    """The servers of one database in the order in which they are wanted.

    One that fails rests for a while, so that not every connection waits for it. A Galera node
    takes part when it is synced; one that feeds another with its data when no other does.
    """

    names: tuple[Host, ...]
    _rests_until: dict[Host, float] = field(default_factory=dict)

    def connect(self, parameters: dict[str, Any]) -> Connection[Any]:
        """A connection to the first that is ready, else to the first that lets us in at all.

        Raises the error of the last one where none does.
        """
        spare: Connection[Any] | None = None
        reason: MySQLError = OperationalError(CR.CR_CONN_HOST_ERROR, "no host is named")
        for host in self._by_readiness():
            try:
                connection, state = _open(host, parameters)
            except MySQLError as error:
                reason = error
                self._rest(host, str(error.args[-1]))
                continue
            if state == "ready":
                if spare is not None:
                    spare.close()
                return connection
            self._rest(host, state)
            if spare is None:
                spare = connection
            else:
                connection.close()
        if spare is None:
            raise reason
        return spare

    def _by_readiness(self) -> Iterable[Host]:
        """Those that rest come last: they are asked when nobody else is left."""
        now = time.monotonic()
        return sorted(self.names, key=lambda host: self._rests_until.get(host, 0.0) > now)

    def _rest(self, host: Host, reason: str) -> None:
        if len(self.names) == 1:
            return  # there is no other to go to
        log.warning("database_host_rests", host=f"{host[0]}:{host[1]}", reason=reason)
        self._rests_until[host] = time.monotonic() + RESTS_SECONDS


def at_one_host(url: URL) -> URL:
    """The address with that one of its servers which is ready now: for programs that know only one.

    The first, where none answers.
    """
    alone = url.difference_update_query([OTHERS])
    parameters = {"user": url.username, "password": url.password or "", "database": url.database}
    try:
        with Hosts(hosts_of(url)).connect(parameters) as connection:
            return alone.set(host=connection.host, port=connection.port)
    except MySQLError:
        return alone


def _open(host: Host, parameters: dict[str, Any]) -> tuple[Connection[Any], str]:
    """A connection and its server's state; who does not greet in time does not answer."""
    named = {
        **parameters,
        "host": host[0],
        "port": host[1],
        "read_timeout": ANSWERS_WITHIN_SECONDS,
        "defer_connect": True,
    }
    connection: Connection[Any] = Connection(**named)
    try:
        connection.connect(_dial(host))
        state = _state_of(connection)
    except MySQLError as error:
        if connection.open:
            connection.close()
        if error.args[0] == CR.CR_SERVER_LOST:  # it did not greet us in time
            raise _unreachable(host, error.args[1]) from None
        raise
    connection._read_timeout = None  # type: ignore[attr-defined]  # a statement may take its time
    return connection, state


def _unreachable(host: Host, reason: object) -> OperationalError:
    return OperationalError(CR.CR_CONN_HOST_ERROR, f"{host[0]}:{host[1]}: {reason}")


def _dial(host: Host) -> socket.socket:
    """A line on which a peer that is gone is noticed, whether we wait for it or write to it."""
    try:
        line = socket.create_connection(host, ANSWERS_WITHIN_SECONDS)
    except OSError as error:
        raise _unreachable(host, error) from None
    for level, name, value in _OPTIONS:
        if option := getattr(socket, name, None):  # not every system has all of them
            line.setsockopt(level, option, value)
    return line


def _state_of(connection: Connection[Any]) -> str:
    """`ready`, or why not; a member of a cluster is told to wait for what others committed.

    Raises OperationalError where the node is not part of its cluster.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@global.read_only")
        (is_read_only,) = cursor.fetchone() or (0,)
        cursor.execute(_STATE)
        state = {name.lower(): value for name, value in cursor.fetchall()}
        if not state.get("wsrep_provider_name"):
            return "read-only" if is_read_only else "ready"
        if state["wsrep_ready"] != "ON":
            raise OperationalError(CR.CR_CONN_HOST_ERROR, "the node is not part of its cluster")
        cursor.execute(_WAIT_FOR_OTHERS)
    if state["wsrep_local_state"] != _SYNCED:
        return "not synced"
    return "read-only" if is_read_only else "ready"
