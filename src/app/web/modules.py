"""Scripts that name each other by their place beside one another, served under one version together."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Response, send_from_directory

from app.errors import NotFound
from app.web.assets import FOLDER, KEPT_FOR_GOOD_SECONDS, asset

LICENSE_CHECK = {
    "ed25519.js": "proofs/ed25519.js",
    "jws.js": "proofs/jws.js",
    "kept_proofs.js": "proofs/kept_proofs.js",
    "license_words.js": "proofs/license_words.js",
    "licenses.js": "proofs/licenses.js",
    "noble-ed25519.js": "vendor/noble-ed25519.js",
    "status_list.js": "proofs/status_list.js",
    "verify_license.js": "proofs/verify_license.js",
}
"""What reads and judges a license's QR, wherever one is read."""

_SPARE = "noble-ed25519.js"
CAMERA = {name: f"scanner/{name}" for name in ("camera.js", "reader.js", "sight.js")}
"""What reads codes before a camera."""


@dataclass(frozen=True, slots=True)
class Modules:
    """The scripts of one page: by which name each is known there, and which file it is."""

    page: str
    files: Mapping[str, str]

    def version(self) -> str:
        """A version of all of them."""
        return digest(asset(self.files[name]) for name in sorted(self.files))

    def address(self, name: str) -> str:
        """The address of one, which changes when any of them changes."""
        return f"{self.page}/app/{self.version()}/{name}"

    def early(self, start: str) -> list[str]:
        """What a page fetches beside the script that it starts: all that is not for old browsers."""
        return [self.address(name) for name in sorted(self.files) if name not in (start, _SPARE)]

    def contents(self) -> dict[str, bytes]:
        """What lies at each address."""
        version = self.version()
        return {
            f"{self.page}/app/{version}/{name}": (FOLDER / path).read_bytes()
            for name, path in sorted(self.files.items())
        }

    def send(self, version: str, name: str) -> Response:
        """One of them; that of another version is given, too, and kept by nobody."""
        if name not in self.files:
            raise NotFound
        is_current = version == self.version()
        kept = KEPT_FOR_GOOD_SECONDS if is_current else 0
        answer = send_from_directory(
            FOLDER, self.files[name], mimetype="text/javascript", max_age=kept
        )
        answer.cache_control.public = True
        if is_current:
            answer.cache_control.immutable = True
        return answer


def scripts_of(folder: str, *, but: str) -> dict[str, str]:
    """The scripts of a folder, without the one that runs beside the page."""
    names = (file.name for file in Path(FOLDER, folder).glob("*.js"))
    return {name: f"{folder}/{name}" for name in names if name != but}


def digest(parts: Iterable[str]) -> str:
    """A short name of parts together."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def integrity(content: bytes) -> str:
    """A content's hash, as browsers check it (SRI)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"
