"""Reading pages as a person does: what a field holds, what is wrong with it, what is said."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def value_of(page: TestResponse, name: str) -> str:
    """What an input holds."""
    (field,) = re.findall(rf'<input[^>]*\sname="{name}"[^>]*>', page.text)
    found = re.search(r'\svalue="([^"]*)"', field)
    return html.unescape(found[1]) if found else ""


def error_at(page: TestResponse, field_id: str) -> str:
    """What is said to be wrong with the field of this id."""
    found = re.search(rf'<p class="error" id="{field_id}-error">([^<]*)</p>', page.text)
    assert found is not None, page.text
    return html.unescape(found[1])


def alert_of(page: TestResponse) -> str:
    found = re.search(r'<p class="alert" role="alert">([^<]*)</p>', page.text)
    return html.unescape(found[1]) if found else ""


def news_after(client: FlaskClient, answer: TestResponse) -> str:
    """What the page says to which an answer leads."""
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200, page.text
    found = re.search(r'<p class="news" role="status">([^<]*)</p>', page.text)
    assert found is not None, page.text
    return html.unescape(found[1])


def secret_of(page: TestResponse) -> str:
    """What a page shows once."""
    found = re.search(r'<input id="secret" type="text" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return html.unescape(found[1])


def without_token(text: str) -> str:
    """A page without the token of its forms, which tells the second in which it was made."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text)
