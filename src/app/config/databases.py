"""The database's address: one server, or several of which the first that is ready is used."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

Host: TypeAlias = tuple[str, int]

OTHERS: Final = "others"
"""Under this name an address keeps its further hosts: `?others=db2:3307,db3:3306`."""

_PORT: Final = 3306
_AUTHORITY = re.compile(r"(\w[\w+]*://(?:[^:/@]*(?::[^@]*)?@)?)([^/?,@]*),([^/?@]*)([/?].*)", re.S)
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::([0-9]{1,5}))?", re.I)


def read_database_url(text: str) -> URL:
    """An address, also one like mysql://user:password@db1,db2:3307/name; raises ValueError."""
    several = _AUTHORITY.fullmatch(text)
    try:
        if several is None:
            url = make_url(text)
        else:
            before, first, others, rest = several.groups()
            url = make_url(f"{before}{first}{rest}").update_query_dict({OTHERS: others})
    except ArgumentError as error:
        raise ValueError(str(error)) from None
    hosts_of(url)
    return url


def hosts_of(url: URL) -> tuple[Host, ...]:
    """Its servers, the one that is wanted first; none for a file or a socket.

    Raises ValueError where a further one is no host.
    """
    if url.host is None:
        return ()
    others = str(url.query[OTHERS]).split(",") if OTHERS in url.query else ()
    return ((url.host, url.port or _PORT), *map(_host, others))


def _host(text: str) -> Host:
    found = _HOST.fullmatch(text)
    if found is None or not 0 < int(found[3] or _PORT) < 65536:
        raise ValueError("a host is not like name:port")
    return found[1] or found[2], int(found[3] or _PORT)
