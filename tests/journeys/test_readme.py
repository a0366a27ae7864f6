"""The README's walk, pasted as it stands into a shell."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from PIL import Image

from bench.ports import free_port
from tests import symbols

PROJECT = Path(__file__).parents[2]
KEPT = ("PATH", "HOME", "LANG")


def walk() -> str:
    blocks = re.findall(r"```sh\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)
    (block,) = [one for one in blocks if "scripts/run >" in one]
    return block


def test_the_readmes_walk_takes_an_order_from_the_counter_to_the_customer(tmp_path):
    script = walk().replace("PORT=8010", f"PORT={free_port()}")
    script = script.replace("$(mktemp -d)", str(tmp_path)) + '\nwait "$server"\n'
    environment = {key: os.environ[key] for key in KEPT if key in os.environ}
    shell = shutil.which("bash") or "sh"
    done = subprocess.run(
        [shell, "-c", script],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    said = done.stdout
    log = (tmp_path / "log").read_text()
    assert "SERVER_ERROR" not in said, log
    assert said.startswith('[{"id":1,"name":"Wash & Fold"'), said + log
    (picture,) = tmp_path.glob("*.png")
    number = picture.stem
    read = symbols.text(Image.open(picture))
    assert read == f"ORDER: {number}\nEMAIL: ada@example.com\nSERVICE: Wash & Fold"
    for told in (
        '"service_name":"Dry Cleaning"',
        '"pickup_date":"2030-01-15"',
        '{"message":"Admin login successful"}',
        f"{number}: picked up\n",
        f"{number}: ready (processing scan missing)\nTrue\n",
        f"{number}: processing started (it came late and changes nothing)\ndelivered\n",
        "<h1>Handed back</h1>",
        '"late_no_change"',
        '"scans_today":4',
    ):
        assert told in said, told
    timeline = said[said.index('"timeline"') :]
    steps = re.findall(r'"status":"(\w+)","at"', timeline)
    assert steps == ["created", "picked_up", "processing", "completed", "delivered"]
    assert "owner" in log
    assert "password, shown this once" not in log
