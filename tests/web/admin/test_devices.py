"""The pages of devices."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from PIL import Image, ImageDraw

from app.http.application import Application
from app.models import Device
from app.support import clock
from tests import factories, ledger, symbols
from tests.holes.world import stored
from tests.scanning import SCANS, batch, event
from tests.web.admin.forms import alert_of, error_at, news_after, secret_of, value_of

LIST = "/admin/devices"
COUNTER = {
    "name": "Counter 1",
    "station": "SHOP",
    "profile": "supervisor",
    "default_action": "picked_up",
    "worker_id": "",
}


def drawn(svg: str) -> Image.Image:
    """A QR picture of ours, drawn by its rectangles."""
    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    image = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(image)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h", svg):
        draw.line((int(x), int(y), int(x) + int(length) - 1, int(y)), fill=0)
    return image.resize((side * 8, side * 8), Image.Resampling.NEAREST)


def test_a_device_enrols_with_the_code_or_its_picture(app: Application, admin: FlaskClient) -> None:
    page = admin.post(LIST, data=COUNTER)
    assert page.status_code == 201
    code = secret_of(page)
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page.text)
    assert picture is not None
    read = symbols.text(drawn(base64.b64decode(picture[1]).decode()))
    assert json.loads(read) == {"v": 1, "url": "http://handover.test", "code": code}
    enrolled = app.test_client().post("/api/v1/devices/enroll", json={"code": code})
    assert enrolled.status_code == 201
    assert (enrolled.json["profile"], enrolled.json["station"]) == ("supervisor", "SHOP")
    assert code not in admin.get(f"{LIST}/{enrolled.json['device_id']}").text


def test_a_refused_form_keeps_what_was_chosen(admin: FlaskClient) -> None:
    worker = factories.worker("Wanda")
    page = admin.post(LIST, data=COUNTER | {"name": "", "worker_id": str(worker.id)})
    assert page.status_code == 400
    assert error_at(page, "name")
    assert value_of(page, "station") == "SHOP"
    assert f'<option value="{worker.id}" selected>Wanda</option>' in page.text
    assert '<option value="supervisor" selected>' in page.text


def test_a_deactivated_worker_gets_no_device(admin: FlaskClient) -> None:
    worker = factories.worker("Will", is_active=False)
    page = admin.post(LIST, data=COUNTER | {"worker_id": str(worker.id)})
    assert page.status_code == 400
    assert error_at(page, "worker_id") == "There is no such active worker."


def test_what_a_device_told_of_itself_is_shown(
    app: Application, admin: FlaskClient, device: factories.DeviceHandle
) -> None:
    scans = [event("NOSUCH", seq=seq) for seq in (1, 5)]
    sent_at = clock.instant_text(clock.now() - timedelta(minutes=3))
    for scan in scans:
        scan["occurred_at"] = sent_at
    body = batch(*scans, queue_depth=7) | {"sent_at": sent_at}
    sent = app.test_client().post(SCANS, json=body, headers=device.headers)
    assert sent.status_code == 200, sent.text
    in_list, alone = admin.get(LIST).text, admin.get(f"{LIST}/{device.id}").text
    for page in (in_list, alone):
        assert re.search(r"3 min \d s slow", page)
    assert '<td data-label="In its queue" class="number">7</td>' in in_list
    assert "3 scans were numbered by the device and did not arrive" in alone


def test_a_device_is_revoked_at_once_and_for_good(
    app: Application, admin: FlaskClient, device: factories.DeviceHandle
) -> None:
    page = admin.get(f"{LIST}/{device.id}").text
    assert "This cannot be undone" in page
    answer = admin.post(f"{LIST}/{device.id}/revoke")
    assert news_after(admin, answer) == "Counter 1 was revoked."
    refused = app.test_client().get("/api/v1/devices/me", headers=device.headers)
    assert refused.status_code == 403
    assert "Yes, revoke it" not in admin.get(f"{LIST}/{device.id}").text


def test_the_shared_device_cannot_be_revoked(admin: FlaskClient) -> None:
    assert "Yes, revoke it" not in admin.get(f"{LIST}/1").text
    assert admin.post(f"{LIST}/1/revoke").status_code == 409
    assert stored(Device, 1).revoked_at is None


# --- a new code, and changes --------------------------------------------------------------------


def new_device(admin: FlaskClient, **more: str) -> tuple[int, str]:
    """A prepared device, and its code."""
    page = admin.post(LIST, data=COUNTER | more)
    device_id = re.search(rf'href="{LIST}/(\d+)"', page.text)
    assert device_id is not None
    return int(device_id[1]), secret_of(page)


def enrolled_with(app: Application, code: str) -> int:
    return app.test_client().post("/api/v1/devices/enroll", json={"code": code}).status_code


def test_a_new_code_takes_the_place_of_one_that_was_lost_or_too_late(
    app: Application, admin: FlaskClient
) -> None:
    device_id, lost = new_device(admin)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        page = admin.get(f"{LIST}/{device_id}").text
        assert f'action="{LIST}/{device_id}/code"' in page
        code = secret_of(admin.post(f"{LIST}/{device_id}/code"))
        assert enrolled_with(app, lost) == 401
        assert enrolled_with(app, code) == 201
    renewed = ledger.event(action="DEVICE_CODE_RENEWED")
    assert (renewed.resource_id, renewed.seq) == (device_id, 2)
    assert code not in renewed.data


def test_a_device_that_was_enrolled_or_revoked_gets_no_new_code(
    app: Application, admin: FlaskClient, device: factories.DeviceHandle
) -> None:
    boxed = factories.device("Boxed", enrolled_at=None, last_seen_at=None).id
    admin.post(f"{LIST}/{boxed}/revoke")
    for device_id in (device.id, boxed, 1):
        assert f"{LIST}/{device_id}/code" not in admin.get(f"{LIST}/{device_id}").text
        refused = admin.post(f"{LIST}/{device_id}/code")
        assert refused.status_code == 409
        assert "Prepare a new device" in alert_of(refused)
    assert ledger.events(action="DEVICE_CODE_RENEWED") == []


def test_everything_of_a_device_may_change_until_it_is_enrolled(admin: FlaskClient) -> None:
    worker = factories.worker("Wanda")
    device_id, _ = new_device(admin)
    form = {
        "name": "Van",
        "station": "",
        "profile": "scan",
        "default_action": "",
        "worker_id": str(worker.id),
    }
    for _ in range(2):
        answer = admin.post(f"{LIST}/{device_id}", data=form)
        assert news_after(admin, answer) == "The device was saved."
    row = stored(Device, device_id)
    assert (row.name, row.station, row.profile) == ("Van", None, "scan")
    assert (row.default_action, row.worker_id, row.version) == (None, worker.id, 2)
    change = ledger.event(action="DEVICE_UPDATED")
    assert ledger.data_of(change)["changes"] == {
        "station": ["SHOP", None],
        "profile": ["supervisor", "scan"],
        "default_action": ["picked_up", None],
        "worker_id": [None, worker.id],
    }


def test_what_waiting_scans_mean_does_not_change_once_a_device_is_enrolled(
    app: Application, admin: FlaskClient, device: factories.DeviceHandle
) -> None:
    worker = factories.worker("Wanda")
    form = {"name": "Van", "station": "VAN-1", "profile": "supervisor"}
    page = admin.get(f"{LIST}/{device.id}").text
    assert 'name="station"' in page
    assert 'name="worker_id"' not in page
    for name, value in (("worker_id", str(worker.id)), ("default_action", "delivered")):
        assert admin.post(f"{LIST}/{device.id}", data={**form, name: value}).status_code == 400
    assert ledger.events(action="DEVICE_UPDATED") == []
    assert admin.post(f"{LIST}/{device.id}", data=form).status_code == 303
    told = app.test_client().get("/api/v1/devices/me", headers=device.headers).json
    assert (told["station"], told["profile"]) == ("VAN-1", "supervisor")


def test_a_refused_change_is_shown_again_as_it_was_filled_in(admin: FlaskClient) -> None:
    gone = factories.worker("Will", is_active=False)
    device_id, _ = new_device(admin)
    page = admin.post(f"{LIST}/{device_id}", data={"name": "Van", "worker_id": str(gone.id)})
    assert page.status_code == 400
    assert error_at(page, "worker_id") == "There is no such active worker."
    assert value_of(page, "name") == "Van"
    assert admin.post(f"{LIST}/1", data={"name": "Van", "profile": "scan"}).status_code == 409


STATES = {
    "Fresh": {},
    "Quiet": {"last_seen_at": clock.now() - timedelta(hours=25)},
    "Boxed": {"enrolled_at": None, "last_seen_at": None},
    "Lost": {"revoked_at": clock.now()},
}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Fresh", "Quiet", "Boxed"]),
        ("state=active", ["Fresh"]),
        ("state=silent", ["Quiet"]),
        ("state=waiting", ["Boxed"]),
        ("state=revoked", ["Lost"]),
        ("state=all", ["Fresh", "Quiet", "Boxed", "Lost"]),
    ],
)
def test_the_list_shows_devices_of_a_state(
    admin: FlaskClient, query: str, shown: list[str]
) -> None:
    for name, more in STATES.items():
        factories.device(name, **more)
    page = admin.get(f"{LIST}?{query}").text
    assert [name for name in STATES if f">{name}</a>" in page] == shown
