"""News in the words of a language, with the dates and the money of a locale."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.operations.notifications.audience import TOLD
from app.operations.notifications.own_words import OF_CUSTOMERS
from app.operations.notifications.words import (
    HERE,
    lay_out,
    locale_of,
    render,
    show_cost,
    show_pickup,
    show_time,
)
from app.web.business.messages import WORDS

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 12, 24, 9, 30, tzinfo=UTC)
VALUES = {
    "status": "picked_up",
    "business": "Clean & Co",
    "reason": "Rain",
    "name": "Door 1",
    "rating": 4,
    "is_visit": False,
    "since": "then",
    "number": "K7WQ2RNT",
    "service": "Wash",
    "cost": "€12.50",
    "when": "now",
    "pickup": "",
    "code": "123456",
}
CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Your order %(number)s is ready"
msgstr "Ihr Auftrag %(number)s ist fertig – 100%%"

msgid "What: %(service)s"
msgstr "Leistung: %(service)s"

msgid "Stop these mails"
msgstr "Keine Mails mehr"
"""
TEMPLATES = sorted(path.name for path in (HERE / "templates").glob("*.txt"))


def rendered(name: str, language: str, folder: Path, **values: object) -> tuple[str, list[str]]:
    return render((name,), VALUES | values, locale=locale_of(language), folder=folder)


@pytest.fixture
def german(tmp_path: Path) -> Path:
    (tmp_path / "de.po").write_text(CATALOGUE, encoding="utf-8")
    return tmp_path


def test_every_event_that_is_told_has_a_template() -> None:
    for part, events in TOLD.items():
        for event in events:
            names = {f"{event}.{part}.txt", f"{event}.txt"}
            assert names & set(TEMPLATES), event


def test_every_event_that_a_business_may_add_to_has_a_label_on_its_page() -> None:
    assert tuple(WORDS) == OF_CUSTOMERS


@pytest.mark.parametrize("name", [one for one in TEMPLATES if one != "layout.txt"])
@pytest.mark.parametrize("is_visit", [True, False])
@pytest.mark.parametrize("status", ["created", "picked_up", "processing", "completed", "delivered"])
def test_every_template_gives_a_subject_and_paragraphs(
    tmp_path: Path, name: str, is_visit: bool, status: str
) -> None:
    subject, paragraphs = rendered(
        name.removesuffix(".txt"), "en", tmp_path, is_visit=is_visit, status=status
    )
    assert 5 < len(subject) < 120
    assert "\n" not in subject
    assert paragraphs
    assert not any("\n" in one or not one.strip() for one in paragraphs)


def test_a_catalogue_is_another_language_and_what_it_lacks_is_english(german: Path) -> None:
    subject, paragraphs = rendered("order.ready", "de-AT", german)
    assert subject == "Ihr Auftrag K7WQ2RNT ist fertig – 100%"
    assert paragraphs == [
        "You can have it back: Clean & Co is done with it.",
        "Leistung: Wash",
        "Price: €12.50",
    ]
    assert rendered("order.ready", "fr", german)[0] == "Your order K7WQ2RNT is ready"


def test_the_frame_is_in_the_language_too(german: Path) -> None:
    page = lay_out(
        "html", "S", ["<b>"], None, "http://x/stop", locale=locale_of("de"), folder=german
    )
    assert "Keine Mails mehr" in page
    assert '<html lang="de">' in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize(
    "name", ["", "xx-unknown", "../../etc", "tlh", "en_US", "de-DE-u-co-phonebk"]
)
def test_a_locale_that_is_not_known_is_english_or_its_language(name: str) -> None:
    assert re.fullmatch("[a-z]{2,3}", locale_of(name).language)


def test_times_are_those_of_the_place_in_the_order_of_the_locale() -> None:
    assert show_time(AT, BERLIN, locale_of("de")) == "Donnerstag, 24. Dezember 2026, 10:30"
    english = show_time(AT, BERLIN, locale_of("en-GB"))
    assert english.startswith("Thursday")
    assert english.endswith("24 December 2026, 10:30")


@pytest.mark.parametrize(
    ("canonical", "words"),
    [
        ("2026-12-24", "Donnerstag, 24. Dezember 2026"),
        ("2026-12-24T09:30:00", "Donnerstag, 24. Dezember 2026, 09:30"),
        ("2026-12-24T09:30:00Z", "Donnerstag, 24. Dezember 2026, 10:30"),
    ],
)
def test_a_pickup_date_says_no_more_than_was_given(canonical: str, words: str) -> None:
    assert show_pickup(canonical, BERLIN, locale_of("de")) == words


def test_money_is_written_as_the_locale_has_it() -> None:
    assert show_cost(Decimal("1234.50"), "EUR", locale_of("en")) == "€1,234.50"
    assert show_cost(Decimal("1234.50"), "EUR", locale_of("de")) == "1.234,50\N{NO-BREAK SPACE}€"
