"""The pages of the audit log."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from app.http.application import Application
from app.models import Order
from app.operations.audit.sealing import seal_all
from tests import factories, ledger
from tests.rows import writing
from tests.rules.test_statements import asked
from tests.web.admin.forms import alert_of, error_at, value_of
from tests.web.admin.order_pages import page_of

LIST = "/admin/audit"


def shown(admin: FlaskClient, query: str = "") -> list[int]:
    """The records on a page, by number."""
    page = admin.get(f"{LIST}?{query}")
    assert page.status_code == 200, page.text
    return [int(one) for one in re.findall(rf'href="{LIST}/(\d+)"', page.text)]


def test_every_filter_narrows_the_list(app: Application, admin: FlaskClient) -> None:
    customer = factories.sign_up(app, "ada@example.com")
    made = admin.post("/api/v1/services", json={"name": "Wash", "price": "3.00"}).json
    order = app.test_client().post(
        "/api/v1/orders", json={"service_id": made["id"]}, headers=customer.headers
    )
    number = order.json["order_number"]
    (placed,) = ledger.events(action="ORDER_CREATED")
    (offered,) = ledger.events(action="SERVICE_CREATED")
    assert {placed.id, offered.id} < set(shown(admin))
    assert shown(admin, "action=ORDER_CREATED") == [placed.id]
    assert shown(admin, f"kind=order&number={number}") == [placed.id]
    assert shown(admin, f"kind=service&number={made['id']}") == [offered.id]
    assert placed.id in shown(admin, f"account={customer.id}")
    assert offered.id not in shown(admin, f"account={customer.id}")
    assert placed.id in shown(admin, "address=127.0.0.1")
    assert shown(admin, "address=192.0.2.1") == []
    assert shown(admin, "to=2020-01-01") == []
    assert placed.id in shown(admin, "from=2020-01-01&action=&kind=&number=")


def test_a_record_about_an_order_leads_to_it_by_its_number(admin: FlaskClient) -> None:
    def change(order: Order) -> None:
        answer = admin.put(f"/admin/api/orders/{order.id}", json={"pickup_date": "2026-12-24"})
        assert answer.status_code == 200

    order, odd, gone = factories.order(), factories.order(order_number="A/7"), factories.order()
    change(order)
    one = asked(lambda: admin.get(LIST), status=200)
    for each in (odd, gone):
        change(each)
    admin.delete(f"/admin/api/orders/{gone.id}")
    assert len(asked(lambda: admin.get(LIST), status=200)) == len(one) == 2
    record = ledger.events(action="ORDER_UPDATED")[0]
    for page in (LIST, f"{LIST}/{record.id}"):
        assert f'<a href="{page_of(order)}">Order {order.order_number}</a>' in admin.get(page).text
    listed = admin.get(LIST).text
    assert f'<a href="/admin/orders/{odd.id}">Order A/7</a>' in listed
    assert f"Order {gone.order_number} (deleted)" in listed
    assert page_of(gone) not in listed


def test_the_list_leads_from_page_to_page(admin: FlaskClient) -> None:
    for number in range(5):
        admin.post("/api/v1/services", json={"name": f"No. {number}", "price": "3.00"})
    expected = [row.id for row in reversed(ledger.events(action="SERVICE_CREATED"))]
    query, found = "action=SERVICE_CREATED&limit=2", []
    for _ in range(3):
        found += shown(admin, query)
        following = re.search(
            r'rel="next" href="[^?]*\?([^"]+)"', admin.get(f"{LIST}?{query}").text
        )
        query = following[1].replace("&amp;", "&") if following else ""
    assert found == expected
    assert query == ""


def test_a_filter_that_makes_no_sense_is_marked(admin: FlaskClient) -> None:
    for query, field, typed in (
        ("kind=order&number=NOBODYS", "number", "NOBODYS"),
        ("number=7", "number", "7"),
        ("account=me", "account", "me"),
        ("address=here", "address", "here"),
        ("from=yesterday", "from", "yesterday"),
    ):
        page = admin.get(f"{LIST}?{query}")
        assert page.status_code == 400, query
        assert error_at(page, field), query
        assert value_of(page, field) == typed


def test_a_record_tells_what_changed_before_and_after(admin: FlaskClient) -> None:
    made = admin.post("/api/v1/services", json={"name": "<i>Wash", "price": "3.00"}).json
    admin.put(f"/api/v1/services/{made['id']}", json={"price": "4.50"})
    changed = ledger.event(action="SERVICE_UPDATED")
    page = admin.get(f"{LIST}/{changed.id}").text
    assert '<td data-label="Before">3.00</td>' in page
    assert '<td data-label="After">4.50</td>' in page
    assert f'href="/admin/services/{made["id"]}"' in page
    created = ledger.event(action="SERVICE_CREATED")
    assert "&lt;i&gt;Wash" in admin.get(f"{LIST}/{created.id}").text


def test_what_a_record_says_of_a_person_is_shown_and_a_secret_is_not(
    admin: FlaskClient, customer: factories.Customer
) -> None:
    created = ledger.event(action="USER_CREATED", subject_user_id=customer.id)
    page = admin.get(f"{LIST}/{created.id}").text
    assert "ada@example.com" in page
    assert re.search(r"Password hash</td>\s*<td[^>]*>not told", page)


def test_a_record_is_proved_by_itself_and_then_by_its_seal(admin: FlaskClient) -> None:
    admin.post("/api/v1/services", json={"name": "Wash", "price": "3.00"})
    path = f"{LIST}/{ledger.event(action='SERVICE_CREATED').id}"
    assert "It waits for its seal" in admin.get(path).text
    seal_all()
    page = admin.get(path).text
    assert "Nothing of this record was changed" in page
    assert "Seal 1 closed it" in page


def test_a_record_that_was_changed_in_the_database_is_not_proved(admin: FlaskClient) -> None:
    admin.post("/api/v1/services", json={"name": "Wash", "price": "3.00"})
    seal_all()
    record_id = ledger.event(action="SERVICE_CREATED").id
    forge()
    page = admin.get(f"{LIST}/{record_id}")
    assert alert_of(page).startswith("This record is not proved.")
    assert f"audit_events {record_id} (seal 1) was changed" in page.text


def test_verifying_says_what_it_proved_and_is_on_record(admin: FlaskClient) -> None:
    page = admin.post(f"{LIST}/verify")
    assert page.status_code == 200
    assert "All that was looked at is sound." in page.text
    assert "handover audit verify --state" in page.text
    told = ledger.data_of(ledger.event(action="LEDGER_VERIFIED"))
    assert (told["findings"], told["seals"]) == (0, 0)
    assert told["rows"] == len(ledger.events()) - 1


def test_verifying_names_what_is_wrong(admin: FlaskClient) -> None:
    admin.post("/api/v1/services", json={"name": "Wash", "price": "3.00"})
    record_id = ledger.event(action="SERVICE_CREATED").id
    forge()
    page = admin.post(f"{LIST}/verify")
    assert alert_of(page).startswith("Something is wrong")
    assert f"audit_events {record_id} was changed" in page.text
    assert ledger.data_of(ledger.event(action="LEDGER_VERIFIED"))["findings"] == 1


def test_a_record_that_does_not_exist_is_not_found(admin: FlaskClient) -> None:
    assert admin.get(f"{LIST}/999999999").status_code == 404


def forge() -> None:
    with writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE audit_events SET actor_label = 'somebody' WHERE action = 'SERVICE_CREATED'"
        )
