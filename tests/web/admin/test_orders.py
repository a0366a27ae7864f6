"""The pages of orders: the list, the search, one order and what may be done to it."""

from __future__ import annotations

import re
import textwrap
import uuid
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from tests import factories, ledger
from tests.factories import DeviceHandle
from tests.holes.world import rows
from tests.rules.test_statements import asked
from tests.scanning import (
    SCANS,
    aged_order,
    ago,
    assert_truthful,
    batch,
    event,
    order_of,
    tracks,
)
from tests.web.admin.forms import alert_of, error_at, news_after, value_of
from tests.web.admin.order_pages import HOSTILE, NEW, page_of, scan

# --- the list -----------------------------------------------------------------------------------


def test_the_list_leads_from_page_to_page_with_its_filters(admin: FlaskClient) -> None:
    orders = [factories.order(status="created") for _ in range(5)]
    factories.order(status="delivered")
    address, found = "/admin/orders?status=created&limit=2", []
    for _ in range(3):
        page = admin.get(address).text
        found += re.findall(r'<td data-label="Number"><a href="/admin/orders/(\w+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert found == [one.order_number for one in orders[::-1]]
    assert address == ""


def test_a_wrong_filter_is_named_and_nothing_breaks(admin: FlaskClient) -> None:
    for query in ("status=lost", "from=yesterday", "cursor=%00", "limit=9999", "late=perhaps"):
        page = admin.get(f"/admin/orders?{query}")
        assert page.status_code == 400, query
        assert alert_of(page), query


def test_the_list_asks_as_much_for_many_orders_as_for_one(admin: FlaskClient) -> None:
    factories.order()
    one = asked(lambda: admin.get("/admin/orders"), status=200)
    for _ in range(20):
        factories.order()
    assert len(asked(lambda: admin.get("/admin/orders"), status=200)) == len(one) == 2


# --- the search ---------------------------------------------------------------------------------


def test_a_label_a_number_and_a_link_lead_straight_to_the_order(admin: FlaskClient) -> None:
    order = factories.order()
    for text in (
        order.order_number,
        f"#{order.order_number.lower()}",
        order.label_code,
        f"HTTP://HANDOVER.TEST/T/{order.label_code}",
        f"http://handover.test/track/{order.label_code}",
        f"{order.order_number[:4]}-{order.order_number[4:].lower()}",
        " ".join(textwrap.wrap(order.label_code.lower(), 6)),
    ):
        answer = admin.get(f"/admin/search?q={quote(text)}")
        assert (answer.status_code, answer.headers["Location"]) == (302, page_of(order)), text


def test_a_misread_label_is_to_be_scanned_again(admin: FlaskClient) -> None:
    code = factories.order().label_code
    misread = code[:-1] + ("B" if code[-1] != "B" else "C")
    assert "misread" in alert_of(admin.get(f"/admin/search?q={misread}"))


def test_the_search_shows_orders_and_customers(app: Application, admin: FlaskClient) -> None:
    order = factories.order(name="Ada Lovelace")
    customer = factories.sign_up(app, "lovelace@example.com", name="Ada Lovelace")
    page = admin.get("/admin/search?q=lovel").text
    assert f'href="{page_of(order)}"' in page
    assert f'href="/admin/customers/{customer.id}"' in page


def test_too_little_of_a_phone_number_is_asked_for_more(admin: FlaskClient) -> None:
    for page in ("/admin/search", "/admin/customers", f"{NEW}/people"):
        assert "six digits or more" in admin.get(f"{page}?q=55512").text, page
        assert "six digits or more" not in admin.get(f"{page}?q=555123").text, page


@pytest.mark.parametrize("text", ["", " ", "\x00", HOSTILE, "%", "9" * 400, "x" * 4096, "🧺"])
def test_the_search_takes_whatever_is_typed(admin: FlaskClient, text: str) -> None:
    page = admin.get("/admin/search", query_string={"q": text})
    assert page.status_code == (400 if "\x00" in text else 200)
    assert "<script>alert" not in page.text


# --- one order ----------------------------------------------------------------------------------


def test_the_timeline_tells_who_scanned_when_where_and_how(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    worker = factories.worker("Wanda")
    order = aged_order()
    scan(app, device, order, "picked_up", worker_id=worker.id, location="PLANT-1", note="Wet")
    page = admin.get(page_of(order)).text
    for words in ("Picked up", "Wanda", "Counter 1", "PLANT-1", "Clock right", "Accepted", "Wet"):
        assert words in page, words


def test_a_long_history_is_shown_in_pages(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    order = aged_order()
    events = [
        event(
            order.label_code, "scanned", occurred_at=ago(minutes=90 - number), note=f"No{number}."
        )
        for number in range(35)
    ]
    body = batch(*events)
    assert app.test_client().post(SCANS, json=body, headers=device.headers).status_code == 200
    first = admin.get(page_of(order)).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = admin.get(following[1].replace("&amp;", "&")).text
    noted = [re.findall(r"No\d+\.", text) for text in (first, second)]
    assert noted[0] + noted[1] == [f"No{number}." for number in range(34, -1, -1)]


def test_a_page_of_an_order_asks_as_much_for_a_long_history(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    order = aged_order()
    scan(app, device, order, "picked_up")
    one = asked(lambda: admin.get(page_of(order)), status=200)
    for _ in range(9):
        scan(app, device, order, "scanned")
    assert len(asked(lambda: admin.get(page_of(order)), status=200)) == len(one) == 5


def test_a_status_is_set_and_a_step_back_needs_a_reason(admin: FlaskClient) -> None:
    order = aged_order()
    address = f"{page_of(order)}/status"
    assert "set" in news_after(admin, admin.post(address, data={"status": "completed"}))
    before = rows()
    refused = admin.post(address, data={"status": "created"})
    assert refused.status_code == 409
    assert error_at(refused, "status-reason") == "This field is required."
    assert rows() == before
    given = {"status": "created", "reason": "Mixed up"}
    assert admin.post(address, data=given).status_code == 303
    assert assert_truthful(order.id).status == "created"
    assert "Mixed up" in admin.get(page_of(order)).text


def test_an_order_is_cancelled_and_taken_back(admin: FlaskClient) -> None:
    order = aged_order()
    news_after(admin, admin.post(f"{page_of(order)}/cancel", data={"reason": "Changed mind"}))
    assert order_of(order.id).status == "cancelled"
    assert ledger.event(action="ORDER_CANCELLED").resource_id == order.id
    back = {"status": "created", "reason": "Changed again"}
    assert admin.post(f"{page_of(order)}/status", data=back).status_code == 303
    assert order_of(order.id).status == "created"


def test_a_scan_is_taken_back_once_however_often_the_button_is_pressed(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    order = aged_order()
    event_id = scan(app, device, order, "picked_up")
    form = {"event_id": str(uuid.uuid4()), "reason": "incorrect_data", "note": "Wrong bag"}
    for _ in range(2):
        assert admin.post(f"{page_of(order)}/scans/{event_id}/void", data=form).status_code == 303
    assert [row.kind for row in tracks(order_id=order.id)] == ["scan", "void"]
    assert order_of(order.id).status == "created"
    assert "Taken back" in admin.get(page_of(order)).text
    again = form | {"event_id": str(uuid.uuid4())}
    refused = admin.post(f"{page_of(order)}/scans/{event_id}/void", data=again)
    assert refused.status_code == 409
    assert "judged so before" in alert_of(refused)


def test_a_new_label_leads_to_the_order_like_the_old_one(admin: FlaskClient) -> None:
    order = aged_order()
    assert "new label" in news_after(admin, admin.post(f"{page_of(order)}/rotate-label"))
    code = order_of(order.id).label_code
    assert code != order.label_code
    for one in (code, order.label_code):
        assert admin.get(f"/admin/search?q={one}").headers["Location"] == page_of(order)


def test_the_details_are_changed_and_the_others_stay(admin: FlaskClient) -> None:
    order = aged_order(phone="555", pickup_date="2026-12-01T09:00:00Z", instructions="Ring")
    page = admin.get(f"{page_of(order)}/edit")
    fields = ("name", "email", "phone", "pickup_date", "version")
    form = {name: value_of(page, name) for name in fields}
    assert form["pickup_date"] == "2026-12-01T09:00:00Z"
    changed = form | {"name": "Ada King", "phone": " "}
    assert admin.post(f"{page_of(order)}/edit", data=changed).status_code == 303
    stored = order_of(order.id)
    assert (stored.name, stored.phone, stored.instructions) == ("Ada King", None, None)
    assert (stored.email, stored.pickup_date) == (order.email, order.pickup_date)


def test_other_services_change_the_price_while_the_order_is_received(admin: FlaskClient) -> None:
    order, dear = aged_order(), factories.service("Leather", "99.00")
    form = {"version": "1", "name": "Ada", "offers": "1"}
    refused = admin.post(f"{page_of(order)}/edit", data=form)
    assert error_at(refused, "service_id") == "Choose at least one service."
    both = form | {"service_id": [str(order.service_id), str(dear.id)]}
    assert admin.post(f"{page_of(order)}/edit", data=both).status_code == 303
    assert str(order_of(order.id).total_cost) == "111.50"


def test_an_edit_of_what_was_changed_meanwhile_is_shown_again(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    order = aged_order()
    version = value_of(admin.get(f"{page_of(order)}/edit"), "version")
    scan(app, device, order, "picked_up")
    form = {"version": version, "name": "Ada King"}
    refused = admin.post(f"{page_of(order)}/edit", data=form)
    assert refused.status_code == 409
    assert "while you were editing" in alert_of(refused)
    assert value_of(refused, "name") == "Ada King"
    again = form | {"version": value_of(refused, "version")}
    assert admin.post(f"{page_of(order)}/edit", data=again).status_code == 303
    assert order_of(order.id).name == "Ada King"


def test_a_refused_edit_keeps_what_was_typed(admin: FlaskClient) -> None:
    order = aged_order()
    form = {"version": "1", "name": "", "email": "ada@", "pickup_date": "2026-02-30"}
    refused = admin.post(f"{page_of(order)}/edit", data=form)
    assert refused.status_code == 400
    assert value_of(refused, "email") == "ada@"
    for name in ("name", "email", "pickup_date"):
        assert error_at(refused, name)


def test_hostile_words_are_shown_as_words(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    order = aged_order(
        service_row=factories.service(HOSTILE),
        name=HOSTILE,
        phone=HOSTILE[:32],
        instructions=HOSTILE,
    )
    scan(app, device, order, "picked_up", note=HOSTILE, location=HOSTILE)
    pages = [page_of(order), f"{page_of(order)}/edit", "/admin/orders", "/admin/board"]
    for address in [*pages, f"{NEW}?like={order.order_number}", "/admin/search?q=%3Cscript"]:
        page = admin.get(address)
        assert page.status_code == 200, address
        assert "<script>alert" not in page.text, address
        assert "49" not in re.findall(r"alert\(1\)&lt;/script&gt;[^<]{0,12}(49)", page.text)
