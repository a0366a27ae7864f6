"""What is set up in one file is what the others rely on."""

from __future__ import annotations

import re
import runpy
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from app import LARGEST_BODY, create_app
from app.http.application import Application
from tests.deploy.tools import ROOT

CODE, STATE, SETTINGS = "/opt/handover", "/var/lib/handover", "/etc/handover/handover.env"
SOCKET = "/run/handover/web.sock"
FACTORY = "app:create_app()"


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def unit(name: str) -> dict[str, list[str]]:
    """A unit's lines with those that all services share: each key with all its values."""
    files = [ROOT / "systemd" / name]
    if name.endswith(".service"):
        files.append(ROOT / "systemd/handover-.service.d/common.conf")
    found: dict[str, list[str]] = {}
    for file in files:
        for key, value in re.findall(r"^(\w+)=(.*)$", file.read_text(), re.MULTILINE):
            found.setdefault(key, []).append(value)
    return found


def environment(name: str) -> dict[str, str]:
    pairs = " ".join(unit(name).get("Environment", [])).split()
    return dict(pair.split("=", 1) for pair in pairs)


def nginx() -> str:
    return "".join(one.read_text() for one in sorted((ROOT / "nginx").rglob("*.conf")))


def number(pattern: str, where: str) -> int:
    found = re.search(pattern, where)
    assert found is not None, pattern
    return int(found[1])


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(text("docker-compose.yml"))


@pytest.fixture
def gunicorn(monkeypatch: pytest.MonkeyPatch):
    def read(**settings: str) -> dict[str, Any]:
        for name in ("BIND", "HOST", "PORT", "WEB_CONCURRENCY", "WEB_THREADS"):
            monkeypatch.delenv(name, raising=False)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "gunicorn.conf.py"))

    return read


def test_whatever_hashes_a_strangers_password_waits_in_nginxs_one_queue(app: Application):
    block = text("nginx/handover/maps.conf").partition("$handover_hashed {")[2].partition("}\n")[0]
    queued = [re.compile(one) for one in re.findall(r'"~(\S+ \S+)" all;', block)]
    without_hashing = {
        "/admin/login/code",
        "/login/code",
        "/api/v1/devices/enroll",
        "/api/v1/businesses/join",
        "/business/join",
        "/api/v1/auth/forgot-password",
        "/api/v1/auth/verify-email/link",
        "/forgot",
        "/verify",
    }
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        is_for_guessers = getattr(app.view_functions[rule.endpoint], "limit_rule", "") == "auth"
        for path in (rule.rule, f"{rule.rule}/"):
            waits = any(one.search(f"POST {path}") for one in queued)
            assert waits == (is_for_guessers and rule.rule not in without_hashing), path


def test_nginx_systemd_and_gunicorn_meet_at_one_socket(gunicorn):
    assert unit("handover-web.socket")["ListenStream"] == [SOCKET]
    assert unit("handover-web.service")["Requires"] == ["handover-web.socket"]
    assert environment("handover-web.service")["BIND"] == f"unix:{SOCKET}"
    assert f"server unix:{SOCKET} " in text("nginx/handover/site/servers.conf")
    behind, alone = gunicorn(BIND=f"unix:{SOCKET}"), gunicorn()
    assert (behind["bind"], behind["threads"]) == (f"unix:{SOCKET}", 1)
    assert (alone["bind"], alone["threads"]) == ("127.0.0.1:8000", 2)
    assert not behind["umask"] & 0o070
    assert behind["umask"] & 0o007 == 0o007


def test_only_nginx_may_connect():
    socket = unit("handover-web.socket")
    assert (socket["SocketGroup"], socket["SocketMode"]) == (["www-data"], ["0660"])


def test_a_process_is_left_while_uploads_take_their_turns(gunicorn):
    assert 3 <= gunicorn()["workers"] <= 9
    assert gunicorn(WEB_CONCURRENCY="2", WEB_THREADS="4")["workers"] == 2


def test_what_is_behind_one_proxy_believes_one_proxy(compose):
    assert environment("handover-web.service")["TRUSTED_PROXIES"] == "1"
    assert re.search(r"TRUSTED_PROXIES=1$", text("Dockerfile"), re.MULTILINE)
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx()
    assert gunicorn_trusts_nobody()


def gunicorn_trusts_nobody() -> bool:
    read = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    return read["forwarded_allow_ips"] == read["forwarder_headers"] == ""


@pytest.mark.parametrize("name", sorted(one.name for one in (ROOT / "systemd").glob("*.service")))
def test_every_service_has_the_same_user_folders_settings_and_secrets(name):
    lines = unit(name)
    assert (lines["User"], lines["Group"]) == (["handover"], ["handover"])
    assert lines["WorkingDirectory"] == [CODE]
    assert lines["EnvironmentFile"] == [SETTINGS]
    assert lines["LoadCredential"] == ["handover:/etc/handover/secrets"]
    assert environment(name)["INSTANCE_PATH"] == f"/var/lib/{lines['StateDirectory'][0]}" == STATE
    for command in lines["ExecStart"] + lines.get("ExecStartPre", []):
        assert command.startswith(f"{CODE}/.venv/bin/")


def test_scripts_operate_runs_commands_as_the_services_run():
    script = text("scripts/operate")
    for part in (
        "--uid=handover --gid=handover",
        f"--working-directory={CODE}",
        f"INSTANCE_PATH={STATE}",
        f"EnvironmentFile={SETTINGS}",
        *(f"LoadCredential={one}" for one in unit("handover-web.service")["LoadCredential"]),
    ):
        assert part in script


def test_one_application_is_served_everywhere():
    factory = FACTORY.removesuffix("()").partition(":")[2]
    assert create_app.__name__ == factory
    for name in ("systemd/handover-web.service", "Dockerfile", "scripts/run"):
        assert FACTORY in text(name), name


def test_each_timer_starts_its_service():
    timers = {one.stem for one in (ROOT / "systemd").glob("*.timer")}
    oneshots = {
        one.stem
        for one in (ROOT / "systemd").glob("*.service")
        if "Type=oneshot" in one.read_text()
    }
    assert timers == oneshots == {"handover-seal", "handover-backup", "handover-prune"}


def test_nginx_and_the_application_refuse_the_same_bodies_and_addresses(gunicorn):
    assert number(r"client_max_body_size (\d+)m;", nginx()) * 1024 * 1024 == LARGEST_BODY
    buffer = number(r"large_client_header_buffers \d+ (\d+)k;", nginx()) * 1024
    assert 0 <= buffer - gunicorn()["limit_request_line"] <= 2


def test_who_waits_for_whom_waits_longer(gunicorn):
    config = gunicorn()
    assert number(r"proxy_read_timeout (\d+)s;", nginx()) > config["timeout"]
    assert int(unit("handover-web.service")["TimeoutStopSec"][0]) > config["graceful_timeout"]
    grace = yaml.safe_load(text("docker-compose.yml"))["services"]["web"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > config["graceful_timeout"]


def test_nginx_serves_the_files_of_the_package(compose):
    assert f"root {CODE}/src/app/web;" in nginx()
    assert (ROOT / "src/app/web/static").is_dir()
    assert f"COPY src/app/web/static {CODE}/src/app/web/static" in text("Dockerfile")


def test_a_container_has_the_same_folders_and_nobodys_rights(compose):
    dockerfile = text("Dockerfile")
    assert f"INSTANCE_PATH={STATE}" in dockerfile
    assert f"WORKDIR {CODE}" in dockerfile
    assert dockerfile.index("USER 10001:10001") < dockerfile.index("CMD")
    port = re.search(r"BIND=0\.0\.0\.0:(\d+)", dockerfile)
    assert port is not None
    assert f"EXPOSE {port[1]}\n" in dockerfile
    assert f"127.0.0.1:{port[1]}/health" in dockerfile
    assert text("nginx/docker/servers.conf") == f"server web:{port[1]};\n"
    for name in ("migrate", "web", "outbox", "seal"):
        service = compose["services"][name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["volumes"] == [f"state:{STATE}"]


def test_only_nginx_is_reachable_and_nothing_starts_before_the_tables_are_there(compose):
    services = compose["services"]
    assert [name for name, one in services.items() if "ports" in one] == ["nginx"]
    assert services["mariadb"]["networks"] == services["redis"]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("web", "outbox", "seal"):
        waits = services[name]["depends_on"]["migrate"]
        assert waits == {"condition": "service_completed_successfully"}


def test_compose_gives_secrets_as_files_alone(compose):
    for name, service in compose["services"].items():
        for key, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD|TOKEN|DATABASE_URL", key) and value != "1":
                assert key.endswith("_FILE"), (name, key)
                assert value.removeprefix("/run/secrets/") in service["secrets"]
    ignored = text(".dockerignore").splitlines()
    assert "*" in ignored
    assert not [one for one in ignored if one in ("!.env", "!secrets", "!instance")]


def test_every_alarm_has_a_heading_and_measures_what_there_is(client: FlaskClient):
    rules = yaml.safe_load(text("prometheus/handover.rules.yml"))["groups"][0]["rules"]
    headings = re.findall(r"^### (Handover\w+)$", text("Deploy.md"), re.MULTILINE)
    assert headings == [one["alert"] for one in rules]
    client.get("/ping")
    shown = client.get("/metrics").text
    wanted = {one for rule in rules for one in re.findall(r"handover_\w+", rule["expr"])}
    assert [one for one in sorted(wanted) if one not in shown] == []
