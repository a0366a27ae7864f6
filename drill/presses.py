"""Who presses a server without breaking it: slow clients, large bodies, idle lines, floods of logins.

Each runs in processes of its own, from addresses of its own (127.0.0.0/8 is all loopback).
"""

from __future__ import annotations

import asyncio
import itertools
import json
import multiprocessing
import random
import resource
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from tests.deploy.site import Site

LARGE_LINES = 8
LARGE_BODY = 10 * 1024 * 1024
READY_WITHIN_SECONDS = 60
_PART = 256 * 1024
_GIGABIT = 125_000_000
"""Bytes a second."""

_AT_ONCE = 50
_processes = multiprocessing.get_context("fork")
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Press:
    """`behave` is what each of so many `lines` does, again and again; a silent one says no TLS."""

    name: str
    words: str
    lines: int
    behave: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
    is_silent: bool = False


async def _be_slow(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Slowloris: a header a second, and never the last one."""
    writer.write(b"POST /api/v1/workers/scan HTTP/1.1\r\nHost: localhost\r\n")
    while True:
        await writer.drain()
        await asyncio.sleep(1)
        writer.write(b"X-Slow: 1\r\n")


async def _be_idle(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def _send_much(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A body that is ten times too large; all lines together fill a gigabit."""
    head = f"POST /api/v1/workers/scans HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LARGE_BODY}"
    writer.write(f"{head}\r\n\r\n".encode())
    for _part in range(LARGE_BODY // _PART):
        writer.write(bytes(_PART))
        await writer.drain()
        await asyncio.sleep(LARGE_LINES * _PART / _GIGABIT)


async def _log_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    guess = {"email": f"{random.random()}@example.com", "password": "guess me if you can"}
    body = json.dumps(guess)
    head = f"POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/json\r\nConnection: close\r\n\r\n"
    writer.write((head + body).encode())
    await reader.read()


PRESSES = {
    one.name: one
    for one in (
        Press("slow-clients", "1,000 clients that never end their headers", 1_000, _be_slow),
        Press("large-bodies", "10 MB a body, as fast as a gigabit line", LARGE_LINES, _send_much),
        Press("idle-lines", "10,000 connections that say nothing", 10_000, _be_idle, True),
        Press("login-flood", "16 clients that guess passwords, each from elsewhere", 16, _log_in),
    )
}


@contextmanager
def pressing(press: Press, site: Site) -> Iterator[None]:
    """Press until the end of the block; raises RuntimeError when the lines cannot be opened."""
    opened = _processes.Value("q", 0, lock=False)
    member = _processes.Process(target=_press, args=(press, site, opened), daemon=True)
    member.start()
    until = time.monotonic() + READY_WITHIN_SECONDS
    try:
        while opened.value < press.lines:
            if time.monotonic() > until or not member.is_alive():
                raise RuntimeError(f"{press.name}: only {opened.value} lines could be opened")
            time.sleep(0.05)
        yield
    finally:
        member.kill()
        member.join()


def _press(press: Press, site: Site, opened: Any) -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    context = None if press.is_silent else site.context()

    async def keep_at_it() -> None:
        is_new = True
        while True:
            with suppress(OSError):
                reader, writer = await _open(site, context)
                opened.value += is_new
                is_new = False
                try:
                    await press.behave(reader, writer)
                finally:
                    writer.close()
            await asyncio.sleep(0.01)

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(press.lines):
                group.create_task(keep_at_it())
                if number % _AT_ONCE == 0:
                    await asyncio.sleep(0.02)

    asyncio.run(all_of_them())


async def _open(
    site: Site, context: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A line from an address that hardly another one has."""
    number = next(_numbers)
    address = f"127.{random.randint(2, 250)}.{number // 250 % 250}.{1 + number % 250}"
    name = "localhost" if context else None
    return await asyncio.open_connection(
        "127.0.0.1", site.port, ssl=context, server_hostname=name, local_addr=(address, 0)
    )
