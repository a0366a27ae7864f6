"""The words of news: templates in English, and in whatever language there is a catalogue of.

A template is a text: its subject in the first line, then paragraphs. What is between
`{% trans %}` and `{% endtrans %}` is looked up in `catalogues/<language>.po` (docs/notifications.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.messages.pofile import read_po
from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

HERE: Final = Path(__file__).parent
ENGLISH: Final = Locale("en")
_BLANK_LINES = re.compile(r"\n\s*\n")


def locale_of(name: str) -> Locale:
    """The locale of a name such as `de` or `de-AT`; English for one that is not known."""
    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return ENGLISH


class Phrases:
    """What a language calls things; what it has no word for stays English."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    @classmethod
    @lru_cache(maxsize=32)
    def of(cls, language: str, folder: Path) -> Phrases:
        """The catalogue of a language, read once."""
        file = folder / f"{language}.po"
        if not file.is_file():
            return cls({})
        with file.open("rb") as content:
            messages = read_po(content, locale=language)
        return cls(
            {
                str(one.id): str(one.string)
                for one in messages
                if one.id and one.string and not one.fuzzy
            }
        )

    def gettext(self, text: str) -> str:
        """The translation of a text."""
        return self._words.get(text, text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The translation of what there are so many of; catalogues have no plurals yet."""
        return self._words.get(one if count == 1 else many, one if count == 1 else many)


def render(
    names: tuple[str, ...], values: Mapping[str, Any], *, locale: Locale, folder: Path
) -> tuple[str, list[str]]:
    """The subject and the paragraphs of the first of these templates that there is."""
    template = _environment(locale.language, folder).select_template(
        [f"{name}.txt" for name in names]
    )
    subject, _, rest = template.render(values).strip().partition("\n")
    paragraphs = [" ".join(one.split()) for one in _BLANK_LINES.split(rest)]
    return " ".join(subject.split()), [one for one in paragraphs if one]


def lay_out(
    kind: Literal["txt", "html"],
    subject: str,
    paragraphs: list[str],
    link: str | None,
    stop: str | None,
    *,
    locale: Locale,
    folder: Path,
) -> str:
    """A whole mail of its parts, as a text or as a page."""
    page = _environment(locale.language, folder).get_template(f"layout.{kind}")
    text = page.render(
        subject=subject, paragraphs=paragraphs, link=link, stop=stop, language=locale.language
    )
    return _BLANK_LINES.sub("\n\n", text).strip() + "\n"


@lru_cache(maxsize=32)
def _environment(language: str, folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
    )
    environment.policies["ext.i18n.trimmed"] = True
    phrases = Phrases.of(language, folder)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        phrases.gettext, phrases.ngettext, newstyle=True
    )
    return environment


def show_time(at: datetime, zone: tzinfo, locale: Locale) -> str:
    """An instant on a clock: Monday, 7 December 2026, 09:30."""
    local = at.astimezone(zone)
    return (
        f"{format_date(local, 'full', locale=locale)}, {format_time(local, 'short', locale=locale)}"
    )


def show_pickup(canonical: str, zone: tzinfo, locale: Locale) -> str:
    """A canonical pickup date (support/dates.py), with its time where it has one."""
    if len(canonical) == len("2026-11-20"):
        return format_date(date.fromisoformat(canonical), "full", locale=locale)
    moment = datetime.fromisoformat(canonical)
    if moment.tzinfo is not None:
        return show_time(moment, zone, locale)
    return f"{format_date(moment, 'full', locale=locale)}, {format_time(moment, 'short', locale=locale)}"


def show_cost(amount: Decimal, currency: str, locale: Locale) -> str:
    """A price with its currency: €12.50, 12,50 €."""
    return format_currency(amount, currency, locale=locale)
