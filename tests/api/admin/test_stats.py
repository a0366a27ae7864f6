"""The figures of the day (contract.md V24)."""

from __future__ import annotations

from datetime import timedelta

from app.support import clock
from tests import factories
from tests.api.tracks.test_scans import long_form


def test_an_admin_sees_the_figures_of_the_day(client, admin, device):
    now = clock.now()
    scanned = factories.order(pickup_date="2020-01-01")
    factories.order(
        status="delivered", pickup_date="2020-01-01", created_at=now - timedelta(days=3)
    )
    factories.order(deleted_at=now, status="cancelled")
    factories.device(name="Lost", last_seen_at=now - timedelta(days=2))
    for action in ("picked_up", "created"):
        body = long_form(scanned.label_code, action)
        client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    stats = admin.get("/api/v1/admin/stats").json
    assert stats == {
        "orders_today": 1,
        "by_status": {
            "created": 0,
            "picked_up": 1,
            "processing": 0,
            "completed": 0,
            "delivered": 1,
            "cancelled": 0,
        },
        "scans_today": 2,
        "flagged_open": 1,
        "late": 1,
        "devices_silent": 1,
    }


def test_a_dismissed_scan_is_no_longer_open(client, admin, device):
    order = factories.order()
    for action in ("picked_up", "created"):
        body = long_form(order.label_code, action)
        client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    url = f"/api/v1/workers/scans/{body['event_id']}/dismiss"
    assert admin.post(url, json={"reason": "pressed twice"}).status_code == 201
    assert admin.get("/api/v1/admin/stats").json["flagged_open"] == 0
