"""What the scanner is made of: its page, its files, and the version that they are together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from flask import render_template

from app.http.access import settings
from app.support.words import SCAN_ACTIONS
from app.web.assets import FOLDER, asset
from app.web.modules import LICENSE_CHECK, Modules, digest, integrity, scripts_of
from app.web.rendering import show_status

PAGE = "/scan"
MANIFEST = "/scan/manifest.webmanifest"
MODULES = Path(__file__).parents[1] / "static" / "scanner"
WORKER = "service_worker.js"
START = "app.js"
SCRIPTS = Modules(PAGE, {**scripts_of("scanner", but=WORKER), **LICENSE_CHECK})
ICONS = ("scanner/icon-192.png", "scanner/icon-512.png")
_FILES = (
    "tokens.css",
    "parts.css",
    "scanner/scanner.css",
    "mark.svg",
    "code_reader.js",
    "vendor/barcode-detector.js",
    "vendor/zxing_reader.wasm",
    *ICONS,
)
_DEFAULT = ("auto", "As this device is set")
_SEEN = ("scanned", "Seen, no change")


def module_names() -> list[str]:
    """The scanner's scripts, without the one that runs beside the page."""
    return sorted(SCRIPTS.files)


def modules_version() -> str:
    """A version of all scripts together."""
    return SCRIPTS.version()


def module_address(name: str) -> str:
    """The address of a script, which changes when any of them changes."""
    return SCRIPTS.address(name)


def render_page() -> str:
    """The page, the same for everybody: who scans is known to the phone alone."""
    return render_template(
        "scanner/scan.html",
        version=modules_version(),
        modules=SCRIPTS.early(START),
        start=module_address(START),
        issuer=settings().public_url,
        actions=_actions(),
    )


def _actions() -> list[tuple[str, str]]:
    steps = [one for one in SCAN_ACTIONS if one not in ("created", _SEEN[0])]
    return [_DEFAULT, *((one, show_status(one)) for one in steps), _SEEN]


def manifest() -> str:
    """What a phone needs to put the scanner among its apps."""
    icons = [
        {"src": asset(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size in zip(ICONS, (192, 512), strict=True)
        for purpose in ("any", "maskable")
    ]
    content = {
        "name": "Handover Scanner",
        "short_name": "Scanner",
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
    modules = SCRIPTS.contents()
    made = {PAGE: render_page().encode(), MANIFEST: manifest().encode()}
    return {address: integrity(content) for address, content in (made | files | modules).items()}


def version_of(files: Mapping[str, str]) -> str:
    """The version of kept files together."""
    return digest(part for file in files.items() for part in file)
