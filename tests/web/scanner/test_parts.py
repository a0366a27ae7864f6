"""The scanner's small rules by themselves: how long to wait, what is seen anew, which clock counts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app.http.application import Application
from app.support.words import REASONS
from app.web.policies import SCANNER_POLICY
from app.web.scanner import shell
from app.web.words import STATUS_WORDS
from tests.web.browser import Watch, answering
from tests.web.gallery import open_page

pytestmark = pytest.mark.browser

Ask = Callable[[str, str], Any]


@pytest.fixture(scope="module")
def page(chromium: Browser, migrated_app: Application) -> Iterator[Page]:
    """One page for all questions: what they ask of needs no row, and no element."""
    with answering(migrated_app) as address:
        context = chromium.new_context(base_url=address)
        watch = Watch(context, address)
        yield context.new_page()
        context.close()
    assert watch.complaints == []


@pytest.fixture
def ask(page: Page, migrated_app: Application) -> Ask:
    """What an expression is that names the module `m`: in a document of its own each time."""

    def answer(module: str, question: str) -> Any:
        with migrated_app.test_request_context():
            address = shell.module_address(module)
        open_page(page, "", SCANNER_POLICY)
        return page.evaluate(f"(address) => import(address).then((m) => {question})", address)

    return answer


def test_the_wait_grows_to_ten_minutes_with_jitter(ask: Ask) -> None:
    waits = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 99].map((n) => m.waitAfter(n, undefined, {}) / 1000)"
    least = ask("pace.js", waits.format("0"))
    most = ask("pace.js", waits.format("1"))
    assert least == [1, 2, 5, 15, 60, 120, 300, 600, 600, 600]
    assert most == [1.5 * wait for wait in least]


@pytest.mark.parametrize(("told", "wait"), [(0, 0.5), (7, 7.5), (86_400, 3600.5)])
def test_what_the_server_says_counts_within_reason(ask: Ask, told: int, wait: float) -> None:
    assert ask("pace.js", f"m.waitAfter(5, {told}, 0.5) / 1000") == wait


@pytest.mark.parametrize(
    ("set_by_hours", "least", "most"), [(0, 30_000, 61_000), (-3, 0, 0), (3, 0, 0)]
)
def test_no_wait_outlives_a_clock_that_is_set(
    ask: Ask, set_by_hours: int, least: int, most: int
) -> None:
    question = f"""m.slowDown(60, true).then(() => {{
      const now = Date.now() + {set_by_hours} * 3600_000;
      Date.now = () => now;
      return m.timeLeft();
    }})"""
    assert least <= ask("pace.js", question) <= most


def test_a_wait_that_was_agreed_this_millisecond_is_not_over(ask: Ask) -> None:
    question = """(async () => {
      const now = Date.now();
      Date.now = () => now;
      const left = [];
      for (let n = 0; n < 40; n += 1) {
        await m.slowDown(60, true);
        left.push(await m.timeLeft());
      }
      return Math.min(...left);
    })()"""
    assert ask("pace.js", question) >= 60_000


def test_a_label_is_anew_only_after_it_was_gone(ask: Ask) -> None:
    question = """(() => {
      const see = m.makeSight();
      return [["a", 0], ["a", 2000], ["b", 3000], ["a", 4900], ["a", 8000], ["b", 8100]]
        .map(([text, at]) => see([text, text], at).length);
    })()"""
    assert ask("sight.js", question) == [1, 0, 1, 0, 1, 1]


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ({"boot": "this"}, {"boot": "this", "at": 1000, "now": 61_000}),
        ({"boot": "another"}, None),
        ({"wall": 70_000}, {"boot": "this", "at": 1000, "now": 61_000}),  # it was set back since
        ({"wall": -500_000}, None),  # it slept, or was set on: nobody knows
    ],
)
def test_the_counting_clock_counts_unless_the_phone_slept(
    ask: Ask, then: dict[str, Any], expected: object
) -> None:
    stamp = {"boot": "this", "at": 1000, "wall": 0} | then
    now = {"boot": "this", "at": 61_000, "wall": 60_000}
    assert ask("clock.js", f"m.counted({stamp}, {now}) ?? null") == expected


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        ("undefined", "Not compared yet"),
        ("1500", "Right"),
        ("-10805000", "3 h fast – the server corrects it"),
        ("10799000", "3 h slow – the server corrects it"),
        ("-3569000", "59 min 29 s fast – the server corrects it"),
        ("120000", "2 min slow – the server corrects it"),
    ],
)
def test_the_clock_is_told_in_words(ask: Ask, offset: str, words: str) -> None:
    assert ask("words.js", f"m.clockWords({offset})") == words


def test_the_scanner_speaks_the_words_of_the_other_pages(ask: Ask) -> None:
    assert ask("verdict.js", "m.STEPS") == STATUS_WORDS
    assert ask("verdict.js", "Object.keys(m.REASONS)") == list(REASONS)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"applied": True}, "K7: handed back"),
        (
            {"applied": True, "reasons": ["skipped_states"], "skipped": ["processing"]},
            "K7: handed back (“In progress” was not scanned)",
        ),
        (
            {"status": "completed", "reasons": ["regression", "stale"]},
            "K7: still ready (the order is further already; the scan is more than 72 hours old)",
        ),
        ({"action": "scanned", "status": "processing"}, "K7: seen, still in progress"),
        ({"order_number": None, "reasons": ["quarantined"]}, "kept for review"),
        ({"reasons": ["stolen"]}, "the server's own words"),
        ({"action": "folded", "applied": True}, "the server's own words"),
        ({"status": None}, "the server's own words"),
    ],
)
def test_a_verdict_is_told_in_the_words_of_the_tiles(
    ask: Ask, told: dict[str, Any], words: str
) -> None:
    verdict = {"order_number": "K7", "action": "delivered", "status": "delivered", "reasons": []}
    verdict |= {"message": "the server's own words", **told}
    question = f"m.verdictWords({json.dumps({'kind': 'scan', 'verdict': verdict})})"
    assert ask("verdict.js", question) == words


def test_missing_scans_are_told_by_number(ask: Ask) -> None:
    assert ask("words.js", "m.gapWords([[3, 3], [7, 9]])") == "4: no. 3, 7–9"


EARLY_KEYS = """(() => {
  const read = [];
  m.listenToWedge((text) => read.push(text));
  const field = document.body.appendChild(document.createElement("input"));
  field.value = "VAN 3";
  [..."bcdfghjklnprstvxbcdfghjk", "Enter"].forEach((key, place) => {
    const press = new KeyboardEvent("keydown", { key, bubbles: true });
    Object.defineProperty(press, "timeStamp", { value: 100 + place });
    field.dispatchEvent(press);
    if (key.length === 1) field.value += key;
  });
  return [read, field.value];
})()"""


def test_what_a_field_held_comes_back_in_a_pages_first_moment_too(ask: Ask) -> None:
    assert ask("wedge.js", EARLY_KEYS) == [["bcdfghjklnprstvxbcdfghjk"], "VAN 3"]
