"""The contract holds through nginx over TLS: the walk, other origins, limits, errors."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.deploy.site import ROOT, find_nginx

# All of tests/contract passes so, but for what tests/contract/conftest.py names; these are what
# nginx could change. `HANDOVER_TEST_THROUGH_NGINX=1 pytest tests/contract` asks everything.
SELECTED = ("test_served", "test_cross_origin", "test_limits", "test_error_codes")


@pytest.mark.slow
def test_the_contract_holds_through_nginx():
    find_nginx()
    name = os.environ.get("HANDOVER_TEST_NAME", "") + "_nginx"
    environment = os.environ | {"HANDOVER_TEST_THROUGH_NGINX": "1", "HANDOVER_TEST_NAME": name}
    files = [f"tests/contract/{one}.py" for one in SELECTED]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
