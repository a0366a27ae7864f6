"""What the scanner is made of: its page, its files, and the version that they are together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from flask import render_template

from app.support.words import SCAN_ACTIONS
from app.web.assets import asset
from app.web.rendering import show_status

PAGE = "/scan"
MANIFEST = "/scan/manifest.webmanifest"
MODULES = Path(__file__).parents[1] / "static" / "scanner"
WORKER = "service_worker.js"
START = "app.js"
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
    return sorted(file.name for file in MODULES.glob("*.js") if file.name != WORKER)


def modules_version() -> str:
    """A version of all scripts: they name each other by their place beside one another."""
    return _digest(asset(f"scanner/{name}") for name in module_names())


def module_address(name: str) -> str:
    """The address of a script, which changes when any of them changes."""
    return f"{PAGE}/app/{modules_version()}/{name}"


def render_page() -> str:
    """The page, the same for everybody: who scans is known to the phone alone."""
    modules = [module_address(name) for name in module_names()]
    return render_template(
        "scanner/scan.html",
        version=modules_version(),
        modules=[address for address in modules if not address.endswith(f"/{START}")],
        start=module_address(START),
        actions=_actions(),
    )


def _actions() -> list[tuple[str, str]]:
    steps = [one for one in SCAN_ACTIONS if one not in ("created", _SEEN[0])]
    return [_DEFAULT, *((one, show_status(one)) for one in steps), _SEEN]


def kept_files() -> list[str]:
    """What a phone keeps beside the page, so that it opens without a network."""
    modules = [module_address(name) for name in module_names()]
    return [*map(asset, _FILES), MANIFEST, *modules]


def shell_version() -> str:
    """The version of page and files together."""
    return _digest([render_page(), *kept_files()])


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
