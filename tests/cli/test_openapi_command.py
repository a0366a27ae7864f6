"""`handover openapi write` writes the same document every time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from app.cli import main
from app.http.application import Application
from app.http.describing import get_openapi_text

ROOT = Path(__file__).parents[2]


def test_the_document_is_written_to_a_file(
    environment: dict[str, str], app: Application, tmp_path: Path
) -> None:
    file = tmp_path / "openapi.json"
    arguments = ["openapi", "write", "--output", str(file)]
    result = CliRunner().invoke(main, arguments, env=environment)
    assert result.exit_code == 0, result.output
    assert file.read_text(encoding="utf-8") == get_openapi_text(app)


def test_the_document_does_not_depend_on_the_process(
    environment: dict[str, str], app: Application
) -> None:
    code = "from app.cli import main; main()"
    for seed in ("1", "2"):
        process = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")}
        done = subprocess.run(
            [sys.executable, "-c", code, "openapi", "write", "--output", "-"],
            env=os.environ | environment | process,
            capture_output=True,
            timeout=300,
            check=True,
        )
        assert done.stdout.decode() == get_openapi_text(app)
