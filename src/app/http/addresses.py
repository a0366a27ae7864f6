"""Where a request comes from, behind exactly the configured number of proxies."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from flask import request


def peer_address() -> str:
    """The client's address in its shortest form."""
    return str(_peer())


def client_address() -> str:
    """What is counted as one client: an IPv4 address, or the /64 network of an IPv6 address."""
    peer = _peer()
    if isinstance(peer, IPv6Address):
        return str(IPv6Network((peer, 64), strict=False))
    return str(peer)


def _peer() -> IPv4Address | IPv6Address | str:
    """An IPv4 address stays one where a socket for both writes it as IPv6 (RFC 4291 2.5.5.2)."""
    given = request.remote_addr or "unknown"
    try:
        address = ip_address(given)
    except ValueError:
        return given
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
