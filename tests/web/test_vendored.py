"""Foreign files are what their manifests say, and load nothing from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from app import web

OURS = Path(web.__file__).parent / "static" / "vendor"
FOLDERS = [OURS, Path(__file__).parent / "vendor"]
RUN = [path for path in sorted(OURS.iterdir()) if path.suffix in (".css", ".js", ".wasm")]
FREE = {"0BSD", "MIT", "MPL-2.0"}
# Names of XML languages, a maker's mark and a paper: nothing that a browser asks.
NAMES = {"http://www.w3.org", "https://picocss.com", "https://hyperelliptic.org"}
# What the code reader would fetch its wasm from: code_reader.js says where it lies instead.
OVERRIDDEN = {"barcode-detector.js": {"https://fastly.jsdelivr.net"}}


@pytest.mark.parametrize("folder", FOLDERS, ids=["shipped", "of the tests"])
def test_every_file_has_its_entry_and_every_entry_its_file(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert files == manifest.keys()
    for name, entry in manifest.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == entry["sha256"], name
        assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", entry["version"])
        assert entry["licence"] in FREE


@pytest.mark.parametrize("folder", FOLDERS, ids=["shipped", "of the tests"])
def test_every_package_comes_with_its_licence(folder: Path) -> None:
    entries = json.loads((folder / "manifest.json").read_text()).values()
    licensed = {entry["package"] for entry in entries if entry["path"].startswith("LICENSE")}
    assert licensed == {entry["package"] for entry in entries}


@pytest.mark.parametrize("file", RUN, ids=lambda path: path.name)
def test_no_shipped_file_knows_of_another_host(file: Path) -> None:
    hosts = set(re.findall(rb"(?:https?|wss?):/{1,2}[a-zA-Z0-9.-]+", file.read_bytes()))
    assert {host.decode() for host in hosts} - NAMES == OVERRIDDEN.get(file.name, set())


def test_the_reader_and_its_wasm_are_of_one_version() -> None:
    manifest = json.loads((OURS / "manifest.json").read_text())
    reader = (OURS / "barcode-detector.js").read_text(encoding="utf-8")
    assert f"`{manifest['zxing_reader.wasm']['version']}`" in reader
    assert manifest["zxing_reader.wasm"]["sha256"] in reader
