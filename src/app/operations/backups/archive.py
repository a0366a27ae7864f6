"""The file of a backup: a tar whose last member is the SHA-256 of all that is before it.

The members are FORMAT, the dump in pieces of gzip, the ledger's checkpoint, and the manifest, in
this order, so that it is written in one go and in constant memory; plain tar and gunzip read it.
"""

from __future__ import annotations

import hashlib
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO

FORMAT = 1
CHUNK = 1 << 20
LARGEST_MEMBER = 64 << 20
MANIFEST, CHECKPOINT, DUMP = "manifest.json", "audit-checkpoint", "dump/"

_PIECE = 8 << 20
_FASTEST = 1
_GZIP = 31  # zlib's word for a gzip stream
_BLOCK = tarfile.BLOCKSIZE
_SAYS = "handover-backup {}\ntar -xOf FILE --wildcards 'dump/*' | gunzip  # is the dump\n"


class BadBackup(Exception):
    """A file that is no whole, unchanged backup which this version can read; the text says why."""


class Writer:
    """Writes members one after the other."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self.add("FORMAT", _SAYS.format(FORMAT).encode())

    def add(self, name: str, content: bytes) -> None:
        member = _member(name, content)
        self._digest.update(member)
        self._out.write(member)

    def add_dump(self, chunks: Iterable[bytes]) -> None:
        """Compress the chunks into members of some mebibytes."""
        packer = zlib.compressobj(_FASTEST, wbits=_GZIP)
        piece, number = bytearray(), 1
        for chunk in chunks:
            piece += packer.compress(chunk)
            if len(piece) >= _PIECE:
                self.add(f"{DUMP}{number:06}.gz", bytes(piece))
                piece.clear()
                number += 1
        self.add(f"{DUMP}{number:06}.gz", bytes(piece) + packer.flush())

    def end(self) -> None:
        self._out.write(_end(self._digest))


def check(stream: IO[bytes]) -> None:
    """Read all of a backup and prove it whole, byte by byte; raises BadBackup."""
    head = stream.read(2 * _BLOCK)
    _check_format(head)
    digest, held = hashlib.sha256(), head
    tail = len(_end(digest))
    while chunk := stream.read(CHUNK):
        held += chunk
        digest.update(held[:-tail])
        held = held[-tail:]
    if held != _end(digest):
        raise BadBackup("it is cut off or was changed: its checksum is not that of its bytes")


def members(stream: IO[bytes], wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """The members whose names are wanted, each with its content; a file is read at these alone."""
    try:
        with tarfile.open(fileobj=stream, mode="r:" if stream.seekable() else "r|") as archive:
            for member in archive:
                if not wanted(member.name):
                    continue
                content = archive.extractfile(member)
                if content is None or member.size > LARGEST_MEMBER:
                    raise BadBackup(f"its member {member.name} is not one of a backup")
                yield member.name, content.read()
    except tarfile.TarError as error:
        raise BadBackup(f"it cannot be read as a tar: {error}") from None


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The dump, of the contents of its members."""
    unpacker = zlib.decompressobj(wbits=_GZIP)
    try:
        for piece in pieces:
            while piece:
                yield unpacker.decompress(piece, CHUNK)
                piece = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise BadBackup(f"its dump cannot be unpacked: {error}") from None


def _check_format(head: bytes) -> None:
    words = head[_BLOCK:].split(b"\n")[0].split()
    if not head.startswith(b"FORMAT\0") or len(words) != 2 or words[0] != b"handover-backup":
        raise BadBackup("it is not a backup of Handover")
    if words[1] != str(FORMAT).encode():
        raise BadBackup(
            f"it has format {words[1].decode(errors='replace')}, and this version reads {FORMAT}: "
            "restore it with the version that made it"
        )


def _member(name: str, content: bytes) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    return info.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % _BLOCK)


def _end(digest: hashlib._Hash) -> bytes:
    return _member("SHA256", digest.hexdigest().encode() + b"\n") + bytes(2 * _BLOCK)
