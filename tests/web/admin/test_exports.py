"""Every list as a file: what it holds, what it never runs, and what the ledger says of it."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.http.application import Application
from app.operations.exports import take
from app.web.admin import exports
from tests import factories, ledger
from tests.factories import DeviceHandle
from tests.scanning import SCAN, long_form
from tests.statements import counted_statements

EXPORTS = "/admin/exports"


def rows_of(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_file_is_csv_that_spreadsheets_open(app: Application, admin: FlaskClient) -> None:
    factories.user(app, "ada@example.com", name="Ädä 🧺, “the first”")
    answer = admin.post(f"{EXPORTS}/customers")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="handover-customers-20')
    assert disposition.endswith('.csv"')
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    assert answer.get_data().endswith(b"\r\n")
    (row,) = rows_of(answer)
    assert (row["Name"], row["E-mail"]) == ("Ädä 🧺, “the first”", "ada@example.com")


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1+1", "＝1"]
)
def test_what_people_wrote_is_no_formula(app: Application, formula: str) -> None:
    admin = factories.sign_in_admin(app)
    factories.user(app, "ada@example.com", name=formula, phone=formula)
    factories.order(name=formula, instructions=formula)
    factories.worker(formula)
    factories.device(formula, station=formula)
    factories.service(formula, category=formula)
    for what in ("customers", "orders", "workers", "devices", "services"):
        text = admin.post(f"{EXPORTS}/{what}?state=all").get_data().decode()
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        written = [cell for cell in cells if cell.replace("'", "") == formula]
        assert written, what
        assert all(cell.startswith("'") for cell in written), what


def test_the_filters_of_the_page_are_those_of_the_file(
    app: Application, admin: FlaskClient
) -> None:
    factories.user(app, name="Ada Lovelace")
    factories.user(app, name="Grace Hopper", is_active=False)
    for query, names in (
        ("", ["Grace Hopper", "Ada Lovelace"]),
        ("active=1", ["Ada Lovelace"]),
        ("q=Grace&active=", ["Grace Hopper"]),
        ("limit=1", ["Grace Hopper", "Ada Lovelace"]),
    ):
        rows = rows_of(admin.post(f"{EXPORTS}/customers?{query}"))
        assert [row["Name"] for row in rows] == names, query


def test_an_export_is_on_record_without_what_it_says_of_people(
    app: Application, admin: FlaskClient
) -> None:
    factories.user(app, "ada@example.com", name="Ada Lovelace")
    admin.post(f"{EXPORTS}/customers?q=ada@example.com&active=1")
    row = ledger.event(action="DATA_EXPORT")
    assert ledger.data_of(row) == {
        "what": "customers",
        "filters": {"q": "not told", "active": True},
        "count": 1,
        "is_cut": False,
    }
    assert (row.status_code, row.route) == (200, f"{EXPORTS}/<string:what>")


def test_every_list_is_exported(app: Application, admin: FlaskClient, device: DeviceHandle) -> None:
    order = factories.order(name="Ada", status="created")
    factories.worker("Wanda")
    factories.user(app, name="Grace")
    for code in (order.order_number, "NOSUCHORDER"):
        body = long_form(code, "completed")
        app.test_client().post(SCAN, json=body, headers=device.headers)
    expected = {
        "orders": ("Order", order.order_number),
        "scans": ("Result", "rejected"),
        "review": ("Result", "rejected"),
        "customers": ("Name", "Grace"),
        "workers": ("Name", "Wanda"),
        "devices": ("Name", "Counter 1"),
        "services": ("Name", order.service_name),
        "audit": ("What", "LOGIN"),
    }
    assert expected.keys() == exports.LISTS.keys()
    for what, (column, value) in expected.items():
        rows = rows_of(admin.post(f"{EXPORTS}/{what}"))
        assert value in {row[column] for row in rows}, what


def test_orders_and_scans_are_exported_with_their_filters(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    ready, fresh = factories.order(status="completed"), factories.order()
    for order in (ready, fresh):
        body = long_form(order.order_number, "scanned")
        app.test_client().post(SCAN, json=body, headers=device.headers)
    rows = rows_of(admin.post(f"{EXPORTS}/orders?status=completed"))
    assert [row["Order"] for row in rows] == [ready.order_number]
    rows = rows_of(admin.post(f"{EXPORTS}/scans?order={fresh.order_number}"))
    assert [row["Order"] for row in rows] == [fresh.order_number]
    assert rows_of(admin.post(f"{EXPORTS}/scans?order=NOBODYS")) == []


def test_a_long_list_is_cut_and_the_file_says_so(
    app: Application, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        factories.user(app, name=f"Customer {number}")
    monkeypatch.setattr(take, "PART", 2)
    assert len(rows_of(admin.post(f"{EXPORTS}/customers"))) == 7
    monkeypatch.setattr(take, "MOST_ROWS", 4)
    monkeypatch.setattr(exports, "MOST_ROWS", 4)
    answer = admin.post(f"{EXPORTS}/customers")
    rows = rows_of(answer)
    assert [row["Name"] for row in rows] == [f"Customer {number}" for number in (6, 5, 4, 3)]
    assert answer.headers["Content-Disposition"].endswith('-first-4.csv"')
    told = ledger.data_of(ledger.events(action="DATA_EXPORT")[-1])
    assert (told["count"], told["is_cut"]) == (4, True)


def test_an_export_asks_as_often_for_one_row_as_for_many(
    app: Application, admin: FlaskClient
) -> None:
    def asked() -> int:
        with counted_statements() as statements:
            admin.post(f"{EXPORTS}/devices?state=all")
        return len(statements)

    first = asked()
    for number in range(20):
        factories.device(f"Phone {number}", worker_id=factories.worker().id)
    assert asked() == first


def test_there_is_no_such_list(admin: FlaskClient) -> None:
    assert admin.post(f"{EXPORTS}/passwords").status_code == 404
    assert admin.post(f"{EXPORTS}/orders?status=nonsense").status_code == 400
    assert ledger.events(action="DATA_EXPORT") == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_another_site_exports_nothing(admin: FlaskClient, origin: str) -> None:
    answer = admin.post(f"{EXPORTS}/customers", headers={"Origin": origin})
    assert answer.status_code == 403
    assert ledger.events(action="DATA_EXPORT") == []
