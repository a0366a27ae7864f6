"""The pages of customers."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.http.application import Application
from app.models import User
from tests import factories, ledger
from tests.factories import PASSWORD
from tests.holes.world import stored
from tests.rows import writing
from tests.web.admin.forms import error_at, news_after, secret_of, value_of

LIST = "/admin/customers"
ADA = {"name": "Ada Lovelace", "email": "ada@example.com", "phone": "0170 555 1234"}


def test_a_customer_is_made_with_a_link_that_sets_the_password_once(
    app: Application, admin: FlaskClient
) -> None:
    page = admin.post(LIST, data=ADA)
    assert page.status_code == 201
    assert page.headers["Cache-Control"] == "no-store"
    address, _, token = secret_of(page).partition("#")
    assert address == "http://handover.test/set-password"
    form = {"token": token, "password": PASSWORD}
    client = app.test_client()
    assert client.post("/set-password", data=form).status_code == 200
    assert client.post("/set-password", data=form).status_code == 401
    login = {"email": ADA["email"], "password": PASSWORD}
    assert client.post("/api/v1/auth/login", json=login).status_code == 200


def test_the_link_is_neither_in_a_cookie_nor_shown_again(admin: FlaskClient) -> None:
    page = admin.post(LIST, data=ADA)
    token = secret_of(page).partition("#")[2]
    assert token not in str(page.headers)
    customer_id = ledger.event(action="USER_CREATED", method="POST", status_code=201).resource_id
    assert token not in admin.get(f"{LIST}/{customer_id}").text


def test_an_address_that_is_taken_is_marked_and_the_form_keeps_the_rest(
    admin: FlaskClient, customer: factories.Customer
) -> None:
    page = admin.post(LIST, data=ADA)
    assert page.status_code == 400
    assert error_at(page, "email") == "This e-mail address is already registered."
    assert (value_of(page, "name"), value_of(page, "phone")) == (ADA["name"], ADA["phone"])


def test_a_customer_is_changed(admin: FlaskClient, customer: factories.Customer) -> None:
    changed = {"name": "Ada King", "email": "king@example.com", "phone": ""}
    answer = admin.post(f"{LIST}/{customer.id}", data=changed)
    assert news_after(admin, answer) == "The customer was saved."
    now = stored(User, customer.id)
    assert (now.name, now.email, now.phone) == ("Ada King", "king@example.com", None)


def test_a_refused_change_shows_the_customer_with_what_was_typed(
    admin: FlaskClient, customer: factories.Customer
) -> None:
    page = admin.post(f"{LIST}/{customer.id}", data=ADA | {"email": "nonsense"})
    assert page.status_code == 400
    assert value_of(page, "email") == "nonsense"
    assert error_at(page, "email")
    assert stored(User, customer.id).email == "ada@example.com"


def test_a_customer_is_deactivated_and_back_again(
    app: Application, admin: FlaskClient, customer: factories.Customer
) -> None:
    answer = admin.post(f"{LIST}/{customer.id}/deactivate")
    assert news_after(admin, answer) == "The customer can no longer sign in."
    refused = app.test_client().get("/api/v1/auth/me", headers=customer.headers)
    assert refused.status_code == 401
    answer = admin.post(f"{LIST}/{customer.id}/reactivate")
    assert news_after(admin, answer) == "The customer can sign in again."
    login = {"email": customer.email, "password": PASSWORD}
    assert app.test_client().post("/api/v1/auth/login", json=login).status_code == 200


def test_the_list_finds_by_name_phone_and_address(app: Application, admin: FlaskClient) -> None:
    factories.user(app, "ada@example.com", name="Ada Lovelace", phone="0170 5551234")
    factories.user(app, "grace@example.com", name="Grace Hopper")
    for words in ("Ada", "lovelace", "ada@ex", "5551234"):
        page = admin.get(LIST, query_string={"q": words}).text
        assert "Ada Lovelace" in page, words
        assert "Grace Hopper" not in page, words
    assert "Nobody was found" in admin.get(f"{LIST}?q=Linus").text


def test_the_list_shows_the_active_the_deactivated_or_all(
    app: Application, admin: FlaskClient
) -> None:
    factories.user(app, name="Ada Lovelace")
    factories.user(app, name="Grace Hopper", is_active=False)
    for query, shown in (("", "AG"), ("active=1", "A"), ("active=0", "G"), ("active=0&q=Ada", "")):
        page = admin.get(f"{LIST}?{query}").text
        assert [name[0] for name in ("Ada L", "Grace H") if name in page] == list(shown), query


def test_admins_are_no_customers(app: Application, admin: FlaskClient) -> None:
    boss = factories.user(app, "boss@example.com", role="admin", name="The Boss")
    assert "The Boss" not in admin.get(LIST).text
    assert admin.get(f"{LIST}/{boss.id}").status_code == 404


def test_the_list_leads_from_page_to_page_with_its_filters(
    app: Application, admin: FlaskClient
) -> None:
    for number in range(5):
        factories.user(app, name=f"Customer {number}")
    first = admin.get(f"{LIST}?active=1&limit=2")
    names = []
    page = first
    for _ in range(3):
        names += [f"Customer {n}" for n in range(5) if f">Customer {n}<" in page.text]
        if (address := next_of(page.text)) is None:
            break
        assert "active=1" in address
        page = admin.get(address)
    assert sorted(names) == [f"Customer {number}" for number in range(5)]
    assert f'href="{LIST}?active=1&amp;limit=2"' in page.text


def next_of(text: str) -> str | None:
    _, found, rest = text.partition('rel="next" href="')
    return rest.partition('"')[0].replace("&amp;", "&") if found else None


def test_a_customers_orders_are_on_their_page(
    admin: FlaskClient, customer: factories.Customer
) -> None:
    own = [factories.order(customer_id=customer.id).order_number for _ in range(3)]
    strange = factories.order(customer_id=None).order_number
    page = admin.get(f"{LIST}/{customer.id}?limit=2").text
    assert [number in page for number in own] == [False, True, True]
    assert strange not in page
    assert "3, in all" in page
    assert own[0] in admin.get(next_of(page) or "").text


def test_who_has_a_number_alone_is_changed_without_an_address(
    app: Application, admin: FlaskClient
) -> None:
    ada = factories.user(app, name="Ada", login_phone="+4930901820", phone="+4930901820")
    with writing() as session:
        session.get_one(User, ada.id).email = None
    address = f"{LIST}/{ada.id}"
    sent = {"name": "Ada L.", "email": "", "phone": "+4930901820"}
    assert news_after(admin, admin.post(address, data=sent)) == "The customer was saved."
    assert (stored(User, ada.id).name, stored(User, ada.id).email) == ("Ada L.", None)
    given = admin.post(address, data=sent | {"email": "ada@example.com"})
    assert given.status_code == 303
    taken_away = admin.post(address, data=sent)
    assert error_at(taken_away, "email")
    assert stored(User, ada.id).email == "ada@example.com"
