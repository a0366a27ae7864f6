"""What the verifier is made of: its page, its files, and the version that they are together."""

from __future__ import annotations

import json
from pathlib import Path

from flask import render_template

from app.http.access import settings
from app.web.assets import FOLDER, asset
from app.web.modules import CAMERA, LICENSE_CHECK, Modules, digest, integrity, scripts_of

PAGE = "/l/"
MANIFEST = "/l/manifest.webmanifest"
WORKER = "service_worker.js"
SCRIPTS = Modules("/l", {**scripts_of("proofs", but=WORKER), **LICENSE_CHECK, **CAMERA})
ICONS = ("scanner/icon-192.png", "scanner/icon-512.png")
_FOLDER = Path(FOLDER, "proofs")
_FILES = (
    "tokens.css",
    "parts.css",
    "scanner/scanner.css",
    "proofs/verifier.css",
    "mark.svg",
    "code_reader.js",
    "vendor/barcode-detector.js",
    "vendor/zxing_reader.wasm",
    *ICONS,
)


def render_page() -> str:
    """The verifier, the same for everybody."""
    return render_template("proofs/verifier.html", **script_of("verifier.js"))


def script_of(start: str) -> dict[str, object]:
    """What a page needs to know that begins with one of the scripts."""
    return {
        "issuer": settings().public_url,
        "start": SCRIPTS.address(start),
        "version": SCRIPTS.version(),
    }


def manifest() -> str:
    """What a phone needs to put the verifier among its apps."""
    icons = [
        {"src": asset(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any"}
        for name, size in zip(ICONS, (192, 512), strict=True)
    ]
    content = {
        "name": "Handover: check a license",
        "short_name": "Check license",
        "id": PAGE,
        "start_url": PAGE,
        "scope": PAGE,
        "display": "standalone",
        "background_color": "#f6f5f1",
        "theme_color": "#17614a",
        "icons": icons,
    }
    return json.dumps(content)


def kept_files() -> dict[str, str]:
    """What a phone keeps, so that the page opens without a network: addresses and hashes (SRI)."""
    files = {asset(name): (FOLDER / name).read_bytes() for name in _FILES}
    made = {PAGE: render_page().encode(), MANIFEST: manifest().encode()}
    everything = made | files | SCRIPTS.contents()
    return {address: integrity(content) for address, content in everything.items()}


def worker() -> str:
    """The script that answers for the page without a network; its text names its version."""
    files = kept_files()
    version = digest(part for file in files.items() for part in file)
    content = {"version": version, "page": PAGE, "files": files}
    text = (_FOLDER / WORKER).read_text(encoding="utf-8")
    return f"const SHELL = {json.dumps(content)};\n{text}"
