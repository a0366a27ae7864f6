"""Orders and their labels under /api/v1 (contract.md V11 to V15b)."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from tests import factories, symbols
from tests.contract.shapes import LABEL_CODE, ORDER, ORDER_NUMBER, answered, refused

ORDERS = "/api/v1/orders"
MESSAGE = {"message": str}
FILES = {
    "qr.png": "image/png",
    "qr.svg": "image/svg+xml",
    "label.pdf": "application/pdf",
    "label.png": "image/png",
    "label.svg": "image/svg+xml",
    "label.zpl": "text/plain",
}


@pytest.fixture
def wash(app):
    return factories.service("Wash", "12.50", duration_minutes=60)


def place(client, customer, service, **more: Any) -> dict[str, Any]:
    body = {"service_id": service.id, **more}
    answer = client.post(ORDERS, json=body, headers=customer.headers)
    return answered(answer, 201, ORDER)


def scan(client, device, number: str, action: str) -> None:
    body = {"order_number": number, "action": action}
    answer = client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    assert answer.status_code == 201


def test_V11_an_order_is_placed_at_the_services_price(client, customer, wash):
    body = {
        "service_id": wash.id,
        "pickup_date": "2026-12-24",
        "instructions": "Soft 🧺",
        "piece_count": 2,
        "total": 1,
        "total_cost": 1,
        "status": "delivered",
    }
    answer = client.post(ORDERS, json=body, headers=customer.headers)
    told = answered(answer, 201, ORDER)
    assert answer.headers["Location"] == f"{ORDERS}/{told['order_number']}"
    assert answer.headers["ETag"] == f'"{told["version"]}"'
    assert ORDER_NUMBER.fullmatch(told["order_number"])
    assert (told["customer_id"], told["name"], told["email"]) == (
        customer.id,
        "Ada",
        customer.email,
    )
    assert (told["service_id"], told["service_name"]) == (wash.id, "Wash")
    assert (told["status"], told["total_cost"]) == ("created", 12.5)
    assert (told["pickup_date"], told["instructions"]) == ("2026-12-24", "Soft 🧺")
    assert told["tracking_url"] == f"http://handover.test/track/{told['label_code']}"
    assert client.get(answer.headers["Location"], headers=customer.headers).json == told


def test_V11_a_key_makes_it_safe_to_send_again(client, customer, stranger, wash):
    headers = {**customer.headers, "Idempotency-Key": "a key of mine"}
    body = {"service_id": wash.id, "instructions": "Soft"}
    first = client.post(ORDERS, json=body, headers=headers)
    again = client.post(ORDERS, json=dict(reversed(body.items())), headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    other = client.post(ORDERS, json={**body, "instructions": "Hard"}, headers=headers)
    refused(other, 409, "IDEMPOTENCY_CONFLICT")
    theirs = client.post(ORDERS, json=body, headers={**headers, **stranger.headers})
    assert theirs.status_code == 201
    assert len(client.get(ORDERS, headers=customer.headers).json) == 1


def test_V11_only_successes_are_kept_with_a_key(client, customer, wash):
    headers = {**customer.headers, "Idempotency-Key": "again"}
    refused(
        client.post(ORDERS, json={"service_id": 424242}, headers=headers), 400, "VALIDATION_ERROR"
    )
    assert client.post(ORDERS, json={"service_id": wash.id}, headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_V11_a_key_has_1_to_255_characters(client, customer, wash, key):
    headers = {**customer.headers, "Idempotency-Key": key}
    answer = client.post(ORDERS, json={"service_id": wash.id}, headers=headers)
    refused(answer, 400, "VALIDATION_ERROR", field="Idempotency-Key")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("service_id", None),
        ("service_id", "1"),
        ("service_id", True),
        ("service_id", 424242),
        ("service_id", 10**30),
        ("pickup_date", "2026-02-30"),
        ("instructions", 5),
        ("piece_count", 0),
        ("piece_count", 256),
    ],
    ids=repr,
)
def test_V11_a_bad_field_is_named(client, customer, wash, field, value):
    body = {"service_id": wash.id, field: value}
    answer = client.post(ORDERS, json=body, headers=customer.headers)
    refused(answer, 400, "VALIDATION_ERROR", field=field)
    assert client.get(ORDERS, headers=customer.headers).json == []


def test_V11_an_inactive_service_is_not_on_offer(client, customer):
    gone = factories.service(status="inactive")
    answer = client.post(ORDERS, json={"service_id": gone.id}, headers=customer.headers)
    refused(answer, 400, "VALIDATION_ERROR", "Invalid service")


def test_V12_ones_own_orders_newest_first_by_cursor(client, customer, stranger, wash):
    made = [place(client, customer, wash) for _ in range(3)]
    place(client, stranger, wash)
    path = f"{ORDERS}?email=mallory@example.com"
    newest_first = list(reversed(made))
    assert answered(client.get(path, headers=customer.headers), 200, [ORDER]) == newest_first
    first = client.get(f"{ORDERS}?limit=2&total=1", headers=customer.headers)
    assert first.json == newest_first[:2]
    assert first.headers["X-Total-Count"] == "3"
    link = first.headers["Link"]
    assert link.endswith('; rel="next"')
    rest = client.get(link[1 : link.index(">")], headers=customer.headers)
    assert rest.json == newest_first[2:]
    assert "Link" not in rest.headers


def test_V12_orders_are_filtered_by_status_and_time(client, customer, device, wash):
    one, two = (place(client, customer, wash) for _ in range(2))
    scan(client, device, one["order_number"], "picked_up")

    def listed(query: str) -> list[int]:
        return [
            told["id"] for told in client.get(f"{ORDERS}?{query}", headers=customer.headers).json
        ]

    assert listed("status=picked_up") == [one["id"]]
    assert listed("status=created") == [two["id"]]
    assert listed(f"from={two['created_at']}") == [two["id"]]
    assert listed(f"to={two['created_at']}") == [one["id"]]
    today = one["created_at"][:10]
    assert listed(f"from={today}&to={today}") == [two["id"], one["id"]]
    assert listed("to=2020-01-01") == []
    for query in ("status=lost", "from=soon", "limit=0", "limit=201", "cursor=%21"):
        answer = client.get(f"{ORDERS}?{query}", headers=customer.headers)
        refused(answer, 400, "VALIDATION_ERROR", field=query.partition("=")[0])


@pytest.mark.parametrize("ref", ["{order_number}", "{id}", "%23{order_number}", "{lower}"])
def test_V13_an_order_is_for_its_customer_workers_and_admins(
    client, admin, device, customer, stranger, wash, ref
):
    made = place(client, customer, wash)
    path = f"{ORDERS}/" + ref.format(**made, lower=made["order_number"].lower())
    for headers in (customer.headers, device.headers):
        answer = client.get(path, headers=headers)
        assert answered(answer, 200, ORDER) == made
        assert answer.headers["ETag"] == f'"{made["version"]}"'
    assert admin.get(path).json == made
    refused(client.get(path), 401, "UNAUTHORIZED")
    refused(client.get(path, headers=stranger.headers), 404, "ORDER_NOT_FOUND")


def test_V13_V14_V15_an_unknown_order_is_404(client, customer):
    for ref in ("NOSUCH42", "424242", "9" * 40, "%00", "..%2f"):
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            answer = client.open(
                f"{ORDERS}/{ref}", method=method, json={}, headers=customer.headers
            )
            assert answer.status_code == 404
            assert answer.json["error_code"] in ("ORDER_NOT_FOUND", "NOT_FOUND")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_V14_its_customer_changes_wishes_and_cancels(client, customer, wash, method):
    made = place(client, customer, wash, instructions="Soft")
    path = f"{ORDERS}/{made['order_number']}"

    def change(**body: Any) -> Any:
        return client.open(path, method=method, json=body, headers=customer.headers)

    told = answered(change(pickup_date="2026-12-24"), 200, ORDER)
    assert (told["pickup_date"], told["instructions"]) == ("2026-12-24", "Soft")
    assert told["version"] > made["version"]
    refused(change(status="delivered"), 400, "VALIDATION_ERROR", field="status")
    refused(change(status=None), 400, "VALIDATION_ERROR", field="status")
    refused(change(pickup_date="never"), 400, "VALIDATION_ERROR", field="pickup_date")
    assert answered(change(status="cancelled"), 200, ORDER)["status"] == "cancelled"
    refused(change(instructions="Hard"), 409, "INVALID_TRANSITION")


def test_V14_an_order_in_processing_is_not_cancelled(client, customer, device, wash):
    made = place(client, customer, wash)
    scan(client, device, made["order_number"], "processing")
    path = f"{ORDERS}/{made['order_number']}"
    answer = client.put(path, json={"status": "cancelled"}, headers=customer.headers)
    refused(answer, 409, "INVALID_TRANSITION")


def test_V14_if_match_is_honoured_and_not_demanded(client, customer, wash):
    made = place(client, customer, wash)
    path = f"{ORDERS}/{made['order_number']}"
    stale = {**customer.headers, "If-Match": f'"{made["version"]}"'}
    first = client.put(path, json={"instructions": "1"}, headers=stale)
    assert first.status_code == 200
    refused(client.put(path, json={"instructions": "2"}, headers=stale), 412, "PRECONDITION_FAILED")
    for tag in (first.headers["ETag"], "*"):
        headers = {**customer.headers, "If-Match": tag}
        assert client.put(path, json={"instructions": tag}, headers=headers).status_code == 200
    garbage = {**customer.headers, "If-Match": "nonsense"}
    refused(
        client.put(path, json={"instructions": "3"}, headers=garbage), 412, "PRECONDITION_FAILED"
    )


def test_V14_V15_only_its_customer_may(client, admin, device, customer, stranger, wash):
    made = place(client, customer, wash)
    path = f"{ORDERS}/{made['order_number']}"
    for method in ("PUT", "PATCH", "DELETE"):
        refused(client.open(path, method=method, json={}), 401, "UNAUTHORIZED")
        answer = client.open(path, method=method, json={}, headers=stranger.headers)
        refused(answer, 404, "ORDER_NOT_FOUND")
        answer = client.open(path, method=method, json={}, headers=device.headers)
        refused(answer, 403, "PERMISSION_DENIED")


def test_V15_a_deleted_order_is_gone(client, customer, wash):
    made = place(client, customer, wash)
    path = f"{ORDERS}/{made['order_number']}"
    headers = {**customer.headers, "Content-Type": "application/json"}
    answered(client.delete(path, headers=headers), 200, MESSAGE)
    refused(client.get(path, headers=customer.headers), 404, "ORDER_NOT_FOUND")
    assert client.get(ORDERS, headers=customer.headers).json == []


def test_V15_an_order_in_hand_is_409(client, customer, device, wash):
    made = place(client, customer, wash)
    scan(client, device, made["order_number"], "picked_up")
    answer = client.delete(f"{ORDERS}/{made['order_number']}", headers=customer.headers)
    refused(answer, 409, "INVALID_TRANSITION")


def words_of(answer):
    """What a file says in words: packed pixels may spell anything by chance."""
    if answer.mimetype == "image/png":
        return str(Image.open(io.BytesIO(answer.data)).info)
    if answer.mimetype != "application/pdf":
        return answer.text
    document = pypdfium2.PdfDocument(answer.data)
    words = [page.get_textpage().get_text_range() for page in document]
    told = f"{words} {document.get_metadata_dict()}"
    document.close()
    return told


@pytest.mark.parametrize(("file", "kind"), FILES.items())
def test_V15b_labels_are_for_who_may_see_the_order(
    client, admin, device, customer, stranger, wash, file, kind
):
    made = place(client, customer, wash)
    path = f"{ORDERS}/{made['order_number']}/{file}"
    for answer in (
        client.get(path, headers=customer.headers),
        client.get(path, headers=device.headers),
        admin.get(path),
    ):
        assert (answer.status_code, answer.mimetype) == (200, kind)
        assert answer.data
        for personal in ("ada@example.com", "Ada"):
            assert personal not in words_of(answer)
    refused(client.get(path), 401, "UNAUTHORIZED")
    refused(client.get(path, headers=stranger.headers), 404, "ORDER_NOT_FOUND")
    refused(admin.get(f"{ORDERS}/NOSUCH42/{file}"), 404, "ORDER_NOT_FOUND")
    for query in ("pieces=0", "copies=101", "dpi=72"):
        answer = admin.get(f"{path}?{query}")
        refused(answer, 400, "VALIDATION_ERROR", field=query.partition("=")[0])
    assert admin.get(f"{path}?pieces=3&copies=2&dpi=300").status_code == 200


def test_V15b_the_code_is_the_tracking_link_whatever_the_old_images_say(
    make_app, customer, client, wash
):
    made = place(client, customer, wash)
    assert LABEL_CODE.fullmatch(made["label_code"])
    for payload in ("legacy", "link"):
        other = make_app(QR_PAYLOAD=payload).test_client()
        png = other.get(f"{ORDERS}/{made['id']}/qr.png", headers=customer.headers).data
        said = symbols.text(Image.open(io.BytesIO(png)))
        assert said == f"HTTP://HANDOVER.TEST/T/{made['label_code']}"
