"""Operators see every request, and nothing of the people behind it."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from app import database
from app.http.access import public
from app.http.application import Application
from app.operations.backups.folder import name_of
from app.support import clock
from tests import factories
from tests.factories import Customer, DeviceHandle
from tests.outbox import change, queue

ROOT = Path(__file__).parents[2]
TOKEN = "the-token-of-the-metrics"
LOCAL = {"REMOTE_ADDR": "127.0.0.1"}
REMOTE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    """The log's events of requests, as they are made."""
    caplog.set_level(logging.INFO, "app.request")
    found: list[dict[str, object]] = []
    caplog.handler.emit = lambda record: found.append(record.msg)  # type: ignore[method-assign]
    return found


def figure(client: FlaskClient, name: str, **labels: object) -> float:
    text = client.get("/metrics").text
    for line in text.splitlines():
        head, _, value = line.rpartition(" ")
        given = dict(re.findall(r'(\w+)="([^"]*)"', head))
        if head.startswith(name + "{") and given == {k: str(v) for k, v in labels.items()}:
            return float(value)
    return 0.0


def test_a_request_is_one_line_by_its_route(
    client: FlaskClient, lines: list[dict[str, object]]
) -> None:
    answer = client.get("/api/docs/assets/docs.css?email=ada@example.com&token=xyzzy")
    answer.close()
    (line,) = lines
    assert line["route"] == "/api/docs/assets/<string:name>"
    assert (line["method"], line["status"], line["principal"]) == ("GET", 200, "nobody")
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert float(str(line["duration_ms"])) >= 0
    assert "ada@" not in str(line)
    assert "xyzzy" not in str(line)


def test_an_unknown_path_is_not_logged(client: FlaskClient, lines: list[dict[str, object]]) -> None:
    client.get("/reset/ada@example.com")
    assert [line["route"] for line in lines] == ["none"]
    assert "ada@" not in str(lines)


def test_a_customer_is_logged_by_id_and_not_by_name(
    client: FlaskClient, customer: Customer, lines: list[dict[str, object]]
) -> None:
    lines.clear()
    client.get("/api/v1/auth/me", headers=customer.headers)
    (line,) = lines
    assert (line["principal"], line["user_id"]) == ("customer", customer.id)
    assert "Ada" not in str(line)


def test_a_device_is_logged_by_id(
    client: FlaskClient, device: DeviceHandle, lines: list[dict[str, object]]
) -> None:
    client.get("/api/v1/devices/me", headers=device.headers)
    (line,) = lines
    assert (line["principal"], line["device_id"]) == ("worker", device.id)
    assert device.token not in str(line)


def test_the_request_id_of_one_request_is_not_that_of_the_next(
    client: FlaskClient, lines: list[dict[str, object]]
) -> None:
    client.get("/api/docs", headers={"X-Request-ID": "chosen-by-the-client"})
    client.get("/api/docs")
    first, second = (line["request_id"] for line in lines)
    assert first == "chosen-by-the-client"
    assert second != first


def test_successful_probes_fill_no_log(client: FlaskClient, lines: list[dict[str, object]]) -> None:
    client.get("/health")
    client.get("/metrics")
    assert lines == []


def test_requests_are_counted_by_route_and_status(client: FlaskClient) -> None:
    labels = {"method": "GET", "route": "/api/docs/assets/<string:name>", "status": 404}
    before = figure(client, "handover_requests_total", **labels)
    client.get("/api/docs/assets/one")
    client.get("/api/docs/assets/two")
    assert figure(client, "handover_requests_total", **labels) == before + 2


def outbox_figures(client: FlaskClient) -> dict[str, float]:
    text = client.get("/metrics").text
    return {
        name: float(value)
        for name, value in re.findall(r"^handover_outbox_(\S+) (\S+)$", text, re.M)
    }


def test_the_outbox_is_measured_when_it_is_asked_for(client: FlaskClient) -> None:
    assert outbox_figures(client) == {"waiting": 0, "oldest_seconds": 0, "dead": 0}
    queue(3, created_at=clock.now() - timedelta(minutes=5))
    found = outbox_figures(client)
    assert (found["waiting"], found["dead"]) == (3, 0)
    assert 300 <= found["oldest_seconds"] < 400
    change(dead_at=clock.now())
    assert outbox_figures(client) == {"waiting": 0, "oldest_seconds": 0, "dead": 3}


def test_the_other_figures_are_shown_without_a_database(make_app, database_url) -> None:
    away = make_url(database_url)
    away = away.set(database="/nowhere/handover.db") if away.host is None else away.set(port=1)
    url = away.render_as_string(hide_password=False)
    text = make_app(DATABASE_URL=url).test_client().get("/metrics").text
    assert "handover_requests_total" in text
    assert "handover_outbox" not in text


def test_durations_are_measured(client: FlaskClient) -> None:
    labels = {"method": "GET", "route": "/ping"}
    before = figure(client, "handover_request_seconds_count", **labels)
    client.get("/ping")
    assert figure(client, "handover_request_seconds_count", **labels) == before + 1


def test_made_up_methods_make_no_new_figures(client: FlaskClient) -> None:
    client.open("/ping", method="BREW")
    client.open("/ping", method="STEEP")
    assert "BREW" not in client.get("/metrics").text
    assert figure(client, "handover_requests_total", method="other", route="none", status=405) > 0


def test_a_transaction_that_is_run_again_is_counted(make_app) -> None:
    app: Application = make_app()
    tries: list[int] = []

    @app.get("/unlucky")
    @public
    def unlucky() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise database.Replay(outcome_unknown=False, taken=False)
        return "at last"

    client = app.test_client()
    before = figure(client, "handover_replays_total", route="/unlucky")
    assert client.get("/unlucky").text == "at last"
    assert figure(client, "handover_replays_total", route="/unlucky") == before + 2


def test_the_figures_say_how_the_installation_stands(client: FlaskClient) -> None:
    began = clock.now()
    factories.device(last_seen_at=began - timedelta(hours=25))
    factories.device()
    body = {"name": "Ada", "email": "a@b.c", "service_name": factories.service().name}
    assert client.post("/api/orders", json=body).status_code == 201
    shown = dict(
        line.rsplit(" ", 1)
        for line in client.get("/metrics").text.splitlines()
        if line.startswith("handover_") and "{" not in line
    )
    assert float(shown["handover_database_up"]) == 1
    assert float(shown["handover_devices_silent"]) == 1
    assert float(shown["handover_disk_free_bytes"]) > 0
    age = (clock.now() - began).total_seconds()
    assert 0 < float(shown["handover_unsealed_oldest_seconds"]) <= age


def test_without_a_database_the_figures_say_so_and_the_rest_is_there(make_app) -> None:
    down = make_app(DATABASE_URL="mysql://root@127.0.0.1:1/none").test_client()
    text = down.get("/metrics").text
    assert "handover_database_up 0.0" in text
    assert "handover_disk_free_bytes" in text
    assert "handover_devices_silent" not in text


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_read_the_figures(client: FlaskClient, peer: str) -> None:
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": peer})
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"


@pytest.mark.parametrize("peer", ["203.0.113.9", "10.0.0.1", "::ffff:203.0.113.9", "fe80::1", ""])
def test_for_others_there_are_no_figures(client: FlaskClient, peer: str) -> None:
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": peer})
    assert answer.status_code == 404
    assert "handover_" not in answer.text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_a_proxy_on_this_machine_does_not_open_the_figures(
    client: FlaskClient, header: str
) -> None:
    answer = client.get("/metrics", environ_base=LOCAL, headers={header: "127.0.0.1"})
    assert answer.status_code == 404


def test_a_forged_address_does_not_open_the_figures(make_app) -> None:
    client = make_app(TRUSTED_PROXIES="1").test_client()
    forged = {"X-Forwarded-For": "127.0.0.1"}
    assert client.get("/metrics", environ_base=REMOTE, headers=forged).status_code == 404


def test_the_token_opens_the_figures_from_anywhere(make_app) -> None:
    client = make_app(METRICS_TOKEN=TOKEN).test_client()
    right = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.9"}
    assert client.get("/metrics", environ_base=REMOTE, headers=right).status_code == 200


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer tökén"]
)
def test_a_wrong_token_opens_nothing(make_app, given: str) -> None:
    client = make_app(METRICS_TOKEN=TOKEN).test_client()
    headers = {"Authorization": given}
    assert client.get("/metrics", environ_base=REMOTE, headers=headers).status_code == 404


def test_without_a_setting_no_token_opens_the_figures(client: FlaskClient) -> None:
    for given in ("Bearer None", "Bearer ", "Bearer"):
        headers = {"Authorization": given}
        assert client.get("/metrics", environ_base=REMOTE, headers=headers).status_code == 404


def test_the_figures_are_those_of_all_processes(
    environment: dict[str, str], tmp_path: Path
) -> None:
    code = (
        "from app import create_app\n"
        "client = create_app().test_client()\n"
        "client.get('/ping')\n"
        "print(client.get('/metrics').text)\n"
    )
    figures = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    for processes in (1, 2):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | environment | figures,
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        line = 'handover_requests_total{method="GET",route="/ping",status="200"}'
        assert f"{line} {processes}.0" in done.stdout


def test_the_age_of_the_newest_backup_is_a_figure(app: Application, client: FlaskClient) -> None:
    def age() -> float:
        [line] = [
            line
            for line in client.get("/metrics").text.splitlines()
            if line.startswith("handover_backup_age_seconds ")
        ]
        return float(line.split()[1])

    assert age() == float("inf")
    folder = app.settings.backup.folder
    folder.mkdir()
    at = datetime.now(UTC) - timedelta(hours=2)
    made = folder / name_of(at, encryption="gpg", is_safety=False)
    made.touch()
    try:
        assert 7200 <= age() < 7260
    finally:
        made.unlink()
        folder.rmdir()
