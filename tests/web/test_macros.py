"""What pages are made of: fields tell their errors, questions need no script, times are local."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import flash, render_template_string
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.support import clock
from tests.web.gallery import AT, open_page, render

FORMS = '{% from "macros/forms.html" import checkbox, confirm, field, select, textarea %}'
VALUES = '{% from "macros/values.html" import money, since, status_badge, verdict_badge, when %}'
TABLES = '{% from "macros/tables.html" import pager, table %}'


def test_a_field_names_its_error_and_its_hint(app: Application) -> None:
    text = (
        "{{ field('price', 'Price', '1', errors=['Too long.', 'Not a price.'], hint='In pence.') }}"
    )
    html = render(app, FORMS + text)
    assert 'aria-invalid="true" aria-describedby="price-error price-hint"' in html
    assert '<p class="error" id="price-error">Too long. Not a price.</p>' in html
    assert '<p class="hint" id="price-hint">In pence.</p>' in html


def test_a_field_without_trouble_says_nothing_of_any(app: Application) -> None:
    html = render(app, FORMS + "{{ field('name', 'Name', given.name, given.errors) }}", given={})
    assert "aria-" not in html
    assert 'value=""' in html


def test_what_is_optional_is_said_and_what_is_not_is_required(app: Application) -> None:
    text = "{{ field('a', 'A', required=true) }}|{{ field('b', 'B') }}"
    needed, free = render(app, FORMS + text).split("|")
    assert " required" in needed
    assert "optional" not in needed
    assert "optional" in free


def test_more_arguments_become_attributes(app: Application) -> None:
    text = "{{ field('a', 'A', maxlength=5, autofocus=true, readonly=false, data_x='\"') }}"
    html = render(app, FORMS + text)
    assert ' maxlength="5" autofocus data-x="&#34;">' in html
    assert "readonly" not in html


def test_a_password_is_never_written_back(app: Application) -> None:
    html = render(app, FORMS + "{{ field('p', 'P', 'secret', type='password') }}")
    assert "secret" not in html


def test_what_was_entered_is_shown_as_text(app: Application) -> None:
    text = "{{ field('a', x, x) }}{{ textarea('b', x, x) }}{{ select('c', x, [(x, x)], x) }}"
    html = render(app, FORMS + text, x='"><script>')
    assert "<script>" not in html
    assert html.count('"&#34;&gt;&lt;script&gt;"') == 2


@pytest.mark.browser
def test_a_text_keeps_its_first_line_even_if_it_is_empty(app: Application, page: Page) -> None:
    open_page(page, render(app, FORMS + "{{ textarea('a', 'A', '\nb') }}"))
    expect(page.get_by_label("A")).to_have_value("\nb")


def test_the_chosen_option_is_selected_whatever_its_type(app: Application) -> None:
    text = "{{ select('a', 'A', [(1, 'One'), (2, 'Two')], '2') }}"
    assert re.findall(r"<option.*selected>(\w+)", render(app, FORMS + text)) == ["Two"]


def test_a_time_is_the_businesss_with_the_instant_beside_it(app: Application, make_app) -> None:
    shop = make_app(BUSINESS_TIMEZONE="Europe/Berlin")
    html = render(shop, VALUES + "{{ when(at, zone=true) }}", at=AT)
    assert 'datetime="2026-11-20T06:39:12Z"' in html
    assert ">20 Nov 2026, 07:39 CET</time>" in html
    assert render(app, VALUES + "{{ when(at) }}{{ since(at) }}", at=None) == "–never"


def test_a_distance_in_time_tells_the_instant_too(app: Application) -> None:
    html = render(app, VALUES + "{{ since(at) }}", at=clock.now() - timedelta(hours=3, seconds=9))
    assert ">3 hours ago</time>" in html
    assert re.search(r'title="\d+ \w+ \d{4}, \d\d:\d\d:\d\d UTC"', html)


def test_money_has_two_decimals(app: Application) -> None:
    html = render(app, VALUES + "{{ money(a) }}{{ money(b) }}", a=Decimal("1234.5"), b=None)
    assert html == '<data class="money" value="1234.5">1,234.50</data>–'


@pytest.mark.parametrize(
    ("status", "words"),
    [("completed", "Ready"), ("no_show", "No-show"), ("cancelled", "Cancelled")],
)
def test_a_badge_says_its_status_in_words(app: Application, status: str, words: str) -> None:
    assert f"</span> {words}</span>" in render(app, VALUES + "{{ status_badge(s) }}", s=status)


def test_a_verdict_names_its_reasons(app: Application) -> None:
    html = render(app, VALUES + "{{ verdict_badge('flagged', ['too_old', 'stale']) }}")
    assert "Flagged</span>" in html
    assert "Too old, Stale" in html


def test_a_pager_that_leads_nowhere_is_not_there(app: Application) -> None:
    assert render(app, TABLES + "{{ pager() }}") == ""
    assert 'rel="next"' not in render(app, TABLES + "{{ pager(previous='?a') }}")


def test_what_was_done_is_told_on_the_next_page_once(app: Application) -> None:
    page = '{% extends "admin/layout.html" %}'
    with app.test_request_context():
        flash("Order K7WQ2RNT was changed.")
        flash("The label could not be drawn.", "alert")
        html = render_template_string(page)
    assert html.count('<p class="news" role="status">Order K7WQ2RNT was changed.</p>') == 1
    assert html.count('<p class="alert" role="alert">The label could not be drawn.</p>') == 1
