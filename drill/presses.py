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

from tests.deploy.site import Site

SLOW_LINES, IDLE_LINES, LARGE_LINES, FLOODING_LINES = 1_000, 10_000, 8, 16
LARGE_BODY = 10 * 1024 * 1024
READY_WITHIN_SECONDS = 120
_processes = multiprocessing.get_context("fork")
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Press:
    """`line` keeps one connection at it for ever; there are `lines` of them."""

    name: str
    words: str
    lines: int
    line: Callable[[Site, ssl.SSLContext | None], Awaitable[None]]


async def _open(
    site: Site, context: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection from an address that few others have; TLS unless there is no context."""
    number = next(_numbers)
    address = f"127.{random.randint(1, 250)}.{number // 250 % 250}.{1 + number % 250}"
    name = "localhost" if context else None
    return await asyncio.open_connection(
        "127.0.0.1", site.port, ssl=context, server_hostname=name, local_addr=(address, 0)
    )


async def _be_slow(site: Site, context: ssl.SSLContext | None) -> None:
    """Slowloris: a header a second, and never the last one."""
    _, writer = await _open(site, context)
    writer.write(b"POST /api/v1/workers/scan HTTP/1.1\r\nHost: localhost\r\n")
    while True:
        await writer.drain()
        await asyncio.sleep(1)
        writer.write(b"X-Slow: 1\r\n")


async def _be_idle(site: Site, _context: ssl.SSLContext | None) -> None:
    """Connect, and say nothing."""
    reader, _ = await _open(site, None)
    await reader.read()


async def _send_much(site: Site, context: ssl.SSLContext | None) -> None:
    """A body that is ten times too large."""
    reader, writer = await _open(site, context)
    head = f"POST /api/v1/workers/scans HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LARGE_BODY}"
    writer.write(f"{head}\r\n\r\n".encode() + bytes(LARGE_BODY))
    await writer.drain()
    await reader.read()


async def _log_in(site: Site, context: ssl.SSLContext | None) -> None:
    """Guess a password, each time from elsewhere."""
    reader, writer = await _open(site, context)
    body = json.dumps(
        {"email": f"{random.random()}@example.com", "password": "guess me if you can"}
    )
    head = f"POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/json\r\nConnection: close\r\n\r\n"
    writer.write((head + body).encode())
    await reader.read()
    writer.close()


PRESSES = {
    one.name: one
    for one in (
        Press("slow-clients", "1,000 clients that never end their headers", SLOW_LINES, _be_slow),
        Press("large-bodies", "8 clients that send 10 MB each time", LARGE_LINES, _send_much),
        Press("idle-lines", "10,000 connections that say nothing", IDLE_LINES, _be_idle),
        Press(
            "login-flood",
            "16 clients that guess passwords, each from elsewhere",
            FLOODING_LINES,
            _log_in,
        ),
    )
}


@contextmanager
def pressing(press: Press, site: Site) -> Iterator[None]:
    """Press until the end of the block; it begins when all lines have been opened once."""
    opened = _processes.Value("q", 0)
    member = _processes.Process(target=_press, args=(press, site, opened), daemon=True)
    member.start()
    until = time.monotonic() + READY_WITHIN_SECONDS
    try:
        while opened.value < press.lines and time.monotonic() < until and member.is_alive():
            time.sleep(0.05)
        yield
    finally:
        member.kill()
        member.join()


def _press(
    press: Press, site: Site, opened: multiprocessing.sharedctypes.Synchronized[int]
) -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    async def keep_at_it(context: ssl.SSLContext) -> None:
        is_first = True
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                going = asyncio.ensure_future(press.line(site, context))
                if is_first:
                    await asyncio.sleep(0)
                    opened.value += 1
                    is_first = False
                await going
            await asyncio.sleep(0.01)

    async def all_of_them() -> None:
        context = site.context()
        async with asyncio.TaskGroup() as group:
            for number in range(press.lines):
                group.create_task(keep_at_it(context))
                if number % 100 == 99:
                    await asyncio.sleep(0.05)

    asyncio.run(all_of_them())
