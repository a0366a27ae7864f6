"""What a script is told: pieces instead of pages, and where to go instead of a redirect."""

from __future__ import annotations

from flask.testing import FlaskClient

SCRIPT = {"HX-Request": "true"}


def test_a_refusal_is_a_piece_for_the_pages_alerts(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers=SCRIPT)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert answer.headers["HX-Retarget"] == "#alerts"
    assert 'role="alert"' in answer.text
    assert "<html" not in answer.text


def test_without_a_session_a_script_is_sent_to_the_login_page(client: FlaskClient) -> None:
    answer = client.get("/admin", headers=SCRIPT)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["HX-Redirect"] == "/admin/login"
    assert "Location" not in answer.headers


def test_a_form_without_a_session_is_told_where_to_sign_in(client: FlaskClient) -> None:
    for headers in ({}, SCRIPT):
        answer = client.post("/admin/logout", headers=headers)
        assert answer.status_code == 401
        assert 'href="/admin/login"' in answer.text
