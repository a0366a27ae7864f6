"""The scanner's addresses: what they allow, and that page, files and version belong together."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from app.http.application import Application
from app.web.assets import FOLDER
from app.web.policies import SCANNER_PERMISSIONS, SCANNER_POLICY
from app.web.scanner import shell


def test_the_page_may_use_the_camera_and_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/scan")
    assert page.headers["Content-Security-Policy"] == SCANNER_POLICY
    assert page.headers["Permissions-Policy"] == SCANNER_PERMISSIONS
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert not re.search(r"<script(?! type=\"module\" src=\"/scan/app/)", page.text)


def test_the_worker_stands_for_the_page_and_obeys_a_policy_of_its_own(client: FlaskClient) -> None:
    worker = client.get("/scan/worker.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Service-Worker-Allowed"] == "/scan"
    assert worker.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "connect-src 'self'" in worker.headers["Content-Security-Policy"]
    assert worker.headers["Cache-Control"] == "no-cache"


def test_everything_that_the_phone_keeps_is_there(client: FlaskClient, app: Application) -> None:
    with app.test_request_context():
        files = shell.kept_files()
    for address in files:
        with client.get(address) as answer:
            assert answer.status_code == 200, address
    page = client.get("/scan").text
    named = set(re.findall(r'(?:href|src|data-\w+)="(/[^"]+)"', page))
    assert named <= set(files)


def test_every_script_that_a_script_names_is_one_of_them(app: Application) -> None:
    names = set(shell.module_names())
    for name in names:
        text = (FOLDER / shell.SCRIPTS.files[name]).read_text(encoding="utf-8")
        assert set(re.findall(r'from "\./([^"]+)"', text)) <= names
    assert shell.START in names
    assert shell.WORKER not in names


def test_a_script_of_this_version_is_kept_for_good(client: FlaskClient, app: Application) -> None:
    with app.test_request_context():
        address = shell.module_address("queue.js")
    with client.get(address) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with client.get("/scan/app/000000000000/queue.js") as answer:
        assert answer.status_code == 200
        assert "immutable" not in answer.headers["Cache-Control"]
        assert "max-age=0" in answer.headers["Cache-Control"]


def test_what_is_no_script_of_the_scanner_is_not_found(client: FlaskClient) -> None:
    for name in ("nothing.js", "scanner.css", "service_worker.js", "..%2fadmin.js"):
        assert client.get(f"/scan/app/1/{name}").status_code == 404


def test_another_file_makes_another_version(app: Application, monkeypatch) -> None:
    with app.test_request_context():
        before = shell.version_of(shell.kept_files())
        monkeypatch.setattr(shell, "asset", lambda name: f"/static/{name}?v=another")
        assert shell.version_of(shell.kept_files()) != before


def test_the_page_can_be_put_among_the_apps(client: FlaskClient) -> None:
    manifest = client.get("/scan/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    content = manifest.get_json(force=True)
    assert (content["start_url"], content["scope"], content["display"]) == (
        "/scan",
        "/scan",
        "standalone",
    )
    assert {icon["sizes"] for icon in content["icons"]} == {"192x192", "512x512"}
    for icon in content["icons"]:
        with client.get(icon["src"]) as answer:
            assert answer.mimetype == "image/png"
