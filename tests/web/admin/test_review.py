"""The pages on which a person decides about scans."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from tests import factories, ledger
from tests.factories import DeviceHandle
from tests.scanning import SCAN, assert_truthful, long_form, order_of, tracks
from tests.web.admin.forms import alert_of, error_at, news_after, value_of

LIST = "/admin/review"


def scanned(app: Application, device: DeviceHandle, code: str, action: str) -> str:
    body = long_form(code, action, note="seen <i>there</i>")
    answer = app.test_client().post(SCAN, json=body, headers=device.headers)
    assert answer.status_code == 201, answer.text
    return str(body["event_id"])


@pytest.fixture
def flagged(app: Application, device: DeviceHandle) -> str:
    """A scan that jumped over steps; it has its effect."""
    return scanned(app, device, factories.order().order_number, "completed")


@pytest.fixture
def rejected(app: Application, device: DeviceHandle) -> str:
    return scanned(app, device, "NOSUCHORDER", "picked_up")


def waiting(admin: FlaskClient, query: str = "") -> list[str]:
    return re.findall(rf'href="{LIST}/([0-9a-f-]{{36}})"', admin.get(f"{LIST}?{query}").text)


def test_what_waits_is_listed_and_counted(
    app: Application, admin: FlaskClient, device: DeviceHandle, flagged: str, rejected: str
) -> None:
    scanned(app, device, factories.order().order_number, "picked_up")
    assert waiting(admin) == [rejected, flagged]
    assert "2 scans wait" in admin.get(LIST).text
    assert "1 scan waits" in admin.get(f"{LIST}?kind=rejected").text
    assert waiting(admin, "kind=flagged") == [flagged]
    assert waiting(admin, "kind=rejected") == [rejected]
    assert waiting(admin, "kind=unverified") == waiting(admin, "kind=quarantined") == []


def test_an_unverified_scan_waits_apart_from_the_flagged(
    app: Application, admin: FlaskClient, flagged: str
) -> None:
    number = factories.order().order_number
    old = {"order_number": number, "action": "picked_up", "worker_id": factories.worker().id}
    assert app.test_client().post("/worker/scan", json=old).status_code == 200
    (unverified,) = waiting(admin, "kind=unverified")
    assert waiting(admin, "kind=flagged") == [flagged]
    page = admin.get(f"{LIST}/{unverified}").text
    assert "Apply it" in page
    assert value_of(admin.get(f"{LIST}/{unverified}"), "order") == number


def test_what_a_revoked_device_still_sends_is_quarantined(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    admin.post(f"/admin/devices/{device.id}/revoke")
    body = long_form(factories.order().order_number)
    sent_at = body.pop("sent_at")
    batch = {"sent_at": sent_at, "events": [body]}
    answer = app.test_client().post(f"{SCAN}s", json=batch, headers=device.headers)
    assert answer.status_code == 200
    assert waiting(admin, "kind=quarantined") == [body["event_id"]]
    assert waiting(admin, "kind=rejected") == []


def test_the_list_leads_from_page_to_page(
    app: Application, admin: FlaskClient, device: DeviceHandle, rejected: str, flagged: str
) -> None:
    more = [scanned(app, device, code, "picked_up") for code in ("NOTHERE1", "NOTHERE2")]
    first = waiting(admin, "limit=2")
    following = re.search(
        r'rel="next" href="/admin/review\?([^"]+)"', admin.get(f"{LIST}?limit=2").text
    )
    assert following is not None
    second = waiting(admin, following[1].replace("&amp;", "&"))
    assert first + second == [*reversed(more), flagged, rejected]


def test_a_scan_that_found_no_order_is_applied_to_one(admin: FlaskClient, rejected: str) -> None:
    order = factories.order()
    form = {"order": f"#{order.order_number.lower()}", "reason": "The label was torn"}
    answer = admin.post(f"{LIST}/{rejected}/apply", data=form)
    assert news_after(admin, answer) == f"The scan was applied to order {order.order_number}."
    assert order_of(order.id).status == "picked_up"
    assert_truthful(order.id)
    assert waiting(admin) == []
    assert ledger.event(action="SCAN_APPLIED").status_code == 303


def test_applying_needs_a_reason_and_an_order_that_exists(
    admin: FlaskClient, rejected: str
) -> None:
    path = f"{LIST}/{rejected}/apply"
    nobodys = admin.post(path, data={"order": "NOBODYS", "reason": "I think so"})
    assert nobodys.status_code == 400
    assert error_at(nobodys, "order") == "There is no order with this number."
    assert (value_of(nobodys, "order"), 'value="I think so"' in nobodys.text) == ("NOBODYS", True)
    assert error_at(admin.post(path, data={"order": "", "reason": "so"}), "order")
    without = admin.post(path, data={"order": factories.order().order_number, "reason": " "})
    assert error_at(without, "apply-reason") == "This field is required."
    assert waiting(admin) == [rejected]


def test_a_scan_is_dismissed_and_stays_as_it_is(admin: FlaskClient, flagged: str) -> None:
    answer = admin.post(f"{LIST}/{flagged}/dismiss", data={"reason": "It was so"})
    assert news_after(admin, answer) == "The scan was dismissed."
    assert waiting(admin) == []
    (scan,) = tracks(event_id=flagged)
    assert order_of(scan.order_id).status == "completed"
    page = admin.get(f"{LIST}/{flagged}").text
    assert "It was so" in page
    assert "Dismiss it" not in page
    assert "Take it back" in page


def test_a_scan_is_taken_back_once_however_often_it_is_clicked(
    admin: FlaskClient, flagged: str
) -> None:
    key = value_of(admin.get(f"{LIST}/{flagged}"), "event_id")
    form = {"event_id": key, "reason": "did_not_occur", "note": "Wrong bag"}
    for _ in range(2):
        answer = admin.post(f"{LIST}/{flagged}/void", data=form)
        assert news_after(admin, answer) == "The scan was taken back."
    (scan,) = tracks(event_id=flagged)
    assert order_of(scan.order_id).status == "created"
    assert_truthful(scan.order_id)
    assert len(tracks(kind="void")) == 1


def test_of_two_who_decide_the_second_is_told(admin: FlaskClient, flagged: str) -> None:
    form = {"reason": "It was so"}
    admin.post(f"{LIST}/{flagged}/dismiss", data=form)
    page = admin.post(f"{LIST}/{flagged}/dismiss", data=form)
    assert (page.status_code, alert_of(page)) == (409, "This scan was judged so before.")


def test_a_note_is_shown_as_it_is_and_never_run(admin: FlaskClient, flagged: str) -> None:
    page = admin.get(f"{LIST}/{flagged}").text
    assert "seen &lt;i&gt;there&lt;/i&gt;" in page
    assert "<i>there" not in page


def test_a_scan_that_does_not_exist_is_not_found(admin: FlaskClient) -> None:
    path = f"{LIST}/01938f0e-6c1b-7c11-9a52-0d3f5f6e7a10"
    assert admin.get(path).status_code == 404
    for decision in ("apply", "dismiss"):
        assert admin.post(f"{path}/{decision}", data={"reason": "so"}).status_code == 404
    assert admin.get(f"{LIST}?kind=nonsense").status_code == 400
