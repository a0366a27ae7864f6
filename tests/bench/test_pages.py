"""The pages that the bench turns to are those that a reader comes to page by page."""

from __future__ import annotations

import pytest

from app.http.application import Application
from bench import data, environment, pages, rows, stores
from bench.stores import Store
from tests.applications import make_application
from tests.conftest import make_environment


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    """A small database on SQLite, of whose lists the third page of two is the deep one."""
    monkeypatch.setitem(stores.SIZES, "10k", rows.POOL + 500)
    for module in (stores, data, environment):
        monkeypatch.setattr(module, "FOLDER", tmp_path)
    monkeypatch.setattr(pages, "PAGE", 3)
    monkeypatch.setattr(pages, "LIMIT", 2)
    made = Store("sqlite", "10k")
    data.ensure(made)
    return made


def ids(app: Application, request: bytes) -> list[int]:
    """What a request of the bench is answered."""
    first, *lines = request.decode().rstrip().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    answer = app.test_client(use_cookies=False).get(first.split()[1], headers=headers)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json]


def test_the_deep_page_is_where_the_earlier_ones_end(store, tmp_path):
    app = make_application(make_environment(store.url, INSTANCE_PATH=str(tmp_path)))
    for name in pages.LISTS:
        [first], [deep] = pages.first(store, name, 1), pages.deep(store, name, 1)
        whole = ids(app, first.replace(b"limit=2", b"limit=6"))
        assert ids(app, first) == whole[:2]
        assert ids(app, deep) == whole[4:]
