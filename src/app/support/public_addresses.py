"""Addresses to which this server may post: public ones, and networks that its operator allows.

Names are looked up when something is sent, and what they lead to is judged then (outgoing.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import urlsplit

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

LONGEST_URL: Final = 512

# Of the IANA registries of special-purpose and multicast addresses: all that is not everybody's.
_SPECIAL: Final = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
            *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24"),
            *("192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24"),
            *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
            *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
        ),
    )
)
_UNICAST: Final = ip_network("2000::/3")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.I)
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*", re.I)
_PATH = re.compile(r"[!-~]*")


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that was found to be sound: where to connect, and what to ask for there."""

    is_encrypted: bool
    host: str
    port: int
    path: str
    authority: str


def is_public(address: Address) -> bool:
    """Whether an address is everybody's; one that has another in it (mapped, 6to4, NAT64) is not."""
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    return not any(address in network for network in _SPECIAL)


def may_reach(address: Address, allowed: Collection[Network]) -> bool:
    """Whether something may be posted to an address."""
    return is_public(address) or is_allowed(address, allowed)


def is_allowed(address: Address, allowed: Collection[Network]) -> bool:
    """Whether the operator named a network of this address; a mapped one is what it is mapped to."""
    plain = plain_address(address)
    return any(plain in network for network in allowed)


def plain_address(address: Address) -> Address:
    """An IPv4 address that is written as one of IPv6, as itself."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def read_target(url: str, allowed: Collection[Network] = ()) -> Target:
    """A URL to which a webhook may be posted; ValueError says what is wrong with it.

    https, or http where the operator allows networks; a host name, or an address in its usual
    form that may be reached, with http one of those networks; no user, no fragment, no characters
    but ASCII ones without blanks.
    """
    if len(url) > LONGEST_URL or not _PATH.fullmatch(url) or "\\" in url:
        raise ValueError(f"At most {LONGEST_URL} plain characters, without blanks.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("Not a web address.") from None
    if parts.scheme not in ("https", "http"):
        raise ValueError("Not a web address that begins with https://.")
    if parts.scheme == "http" and not allowed:
        raise ValueError("Begin it with https://: what is sent would be readable on its way.")
    if "@" in parts.netloc or "#" in url:
        raise ValueError("Without a user, a password and a fragment.")
    if port == 0 or parts.netloc.endswith(":"):
        raise ValueError("Not a port.")
    may = may_reach if parts.scheme == "https" else is_allowed
    if not _is_reachable(host, parts.netloc.startswith("["), lambda one: may(one, allowed)):
        raise ValueError("Not a host that can be reached from here.")
    is_encrypted = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = host.removesuffix(".")
    return Target(is_encrypted, host, port or (443 if is_encrypted else 80), path, parts.netloc)


def _is_reachable(host: str, is_bracketed: bool, may: Callable[[Address], bool]) -> bool:
    labels = host.removesuffix(".").split(".")
    if is_bracketed or _NUMERIC.fullmatch(labels[-1]):
        try:
            return "%" not in host and may(ip_address(host))
        except ValueError:  # an address in decimal, octal or any other form that we do not read
            return False
    return len(host) <= 253 and all(map(_LABEL.fullmatch, labels))
