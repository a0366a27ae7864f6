"""The hours' form: what is written is what is stored, and what is stored is written again."""

from __future__ import annotations

from datetime import date

from app.support.opening_hours import OpeningHours, Rule
from app.web.business.hours_form import of_rules, read_form

TODAY, CHRISTMAS = date(2026, 12, 1), date(2026, 12, 24)


def test_lines_become_rules_of_weekdays_and_days() -> None:
    form = read_form(
        {"day-0": "9-13, 14-18", "day-4": "22-2", "date-0": "2026-12-24", "hours-0": ""}
    )
    assert form.is_right
    assert list(form.rules) == [
        Rule(540, 780, 0),
        Rule(840, 1080, 0),
        Rule(1320, 1560, 4),
        Rule(0, 1440, day=CHRISTMAS, is_open=False),
    ]
    assert [line.words for line in form.week[3:5]] == ["closed", "22:00 until 02:00 on Saturday"]


def test_each_line_says_what_is_wrong_with_it_and_keeps_what_was_written() -> None:
    form = read_form(
        {
            "day-2": "nine",
            "date-0": "soon",
            "hours-0": "9-17",
            "date-1": "2026-12-24",
            "hours-1": "",
            "date-2": "2026-12-24",
            "hours-2": "x",
        }
    )
    assert not form.is_right
    assert (form.week[2].text, form.week[2].problem[:6]) == ("nine", "“nine”")
    assert [line.day_problem for line in form.dates[:3]] == [
        "This is no date.",
        "",
        "This day is there twice.",
    ]
    assert form.dates[2].problem


def test_what_is_stored_comes_back_the_same_and_breaks_are_gaps() -> None:
    stored = [
        Rule(540, 1080, 0),
        Rule(780, 840, 0, is_open=False),
        Rule(1320, 1560, 4),
        Rule(600, 720, day=CHRISTMAS),
        Rule(0, 1440, day=date(2026, 11, 1), is_open=False),
    ]
    form = of_rules(stored, TODAY)
    assert form.week[0].text == "09:00-13:00, 14:00-18:00"
    assert [line.day for line in form.dates] == ["2026-12-24", "", "", ""]
    again, before = OpeningHours(form.rules), OpeningHours(stored)
    for number in range(1, 32):
        day = date(2026, 12, number)
        assert again.of_day(day) == before.of_day(day)


def test_a_line_without_a_date_is_left_out() -> None:
    form = read_form({"date-0": "", "hours-0": "9-17", "date-1": "2026-12-24", "hours-1": "9-12"})
    assert [line.day for line in form.dates[:2]] == ["2026-12-24", ""]
    assert list(form.rules) == [Rule(540, 720, day=CHRISTMAS)]
