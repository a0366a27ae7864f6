"""The types of licenses, as an admin keeps them and a worker reads them."""

from __future__ import annotations

import pytest

from tests import factories
from tests.ledger import events
from tests.licensing import API, give, make_type

TYPES = f"{API}/types"


def test_a_type_is_added_and_changed(admin):
    body = {"code": "Forklift A", "title": "Forklift", "max_level": 5, "validity_months": 24}
    made = admin.post(TYPES, json=body)
    assert (made.status_code, made.json) == (
        201,
        {
            "code": "forklift_a",
            "title": "Forklift",
            "max_level": 5,
            "validity_months": 24,
            "covers": [],
            "is_active": True,
        },
    )
    make_type("forklift_b")
    told = admin.patch(
        f"{TYPES}/forklift_b", json={"covers": ["forklift_a", "forklift_b"], "max_level": 4}
    )
    assert (told.json["covers"], told.json["max_level"]) == (["forklift_a"], 4)
    assert admin.patch(f"{TYPES}/forklift_b", json={"max_level": 4}).status_code == 200
    assert [row.action for row in events(resource_type="license_type")] == [
        "LICENSE_TYPE_CREATED",
        "LICENSE_TYPE_CREATED",
        "LICENSE_TYPE_UPDATED",
    ]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "code"),
        ({"code": "ü"}, 400, "code"),
        ({"code": "x" * 33}, 400, "code"),
        ({"code": "a", "max_level": 0}, 400, "max_level"),
        ({"code": "a", "validity_months": 0}, 400, "validity_months"),
        ({"code": "a", "covers": ["nothing"]}, 400, "covers"),
        ({"code": "forklift"}, 409, "code"),
    ],
)
def test_what_is_no_type_is_said_by_its_field(admin, body, status, field):
    make_type("forklift")
    answer = admin.post(TYPES, json=body)
    assert answer.status_code == status, answer.text
    assert field in answer.json["details"]


def test_a_type_goes_not_below_what_is_issued_or_required(admin):
    make_type("forklift")
    license_id = give(factories.worker().id, "forklift", level=3)
    answer = admin.patch(f"{TYPES}/forklift", json={"max_level": 2})
    assert "max_level" in answer.json["details"]
    admin.delete(f"{API}/{license_id}")
    factories.service(required_license="forklift", required_level=3)
    answer = admin.patch(f"{TYPES}/forklift", json={"max_level": 2})
    assert "max_level" in answer.json["details"]


def test_a_worker_reads_the_active_types(admin, client, customer, device):
    for code in ("press", "forklift"):
        make_type(code)
    admin.patch(f"{TYPES}/press", json={"is_active": False})
    for one in (customer, device):
        told = client.get(TYPES, headers=one.headers).json
        assert [kind["code"] for kind in told] == ["forklift"]
    assert [kind["code"] for kind in admin.get(TYPES).json] == ["forklift", "press"]
    assert client.post(TYPES, json={"code": "x"}, headers=customer.headers).status_code == 403
    body = {"worker_id": factories.worker().id, "type": "press"}
    assert "type" in admin.post(API, json=body).json["details"]
    assert admin.patch(f"{TYPES}/nothing", json={}).status_code == 404
