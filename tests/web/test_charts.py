"""Charts tell in words what they show, keep to their width, and show text as text."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from app.web.charts import WIDTH, Bar, Columns, bars, columns

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawn: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(drawn).replace("<svg", f'<svg xmlns="{SVG[1:-1]}"', 1))


def rects(drawn: str, look: str) -> list[dict[str, float]]:
    found = parsed(drawn).iter(f"{SVG}rect")
    sizes = ("x", "y", "width", "height")
    return [
        {size: float(one.attrib[size]) for size in sizes}
        for one in found
        if one.attrib["class"] == look
    ]


def words(drawn: str) -> list[str]:
    return [one.text or "" for one in parsed(drawn).iter(f"{SVG}text")]


@pytest.fixture
def steps() -> str:
    groups = [("Wash", [Bar("Ready", 10, 20, "10 · 20"), Bar("Received", 0, 40, "0 · 40")])]
    return bars("steps", "Steps", "The longest is 40.", groups)


@pytest.fixture
def hours() -> str:
    rows = [Columns("Counter", (0, 3, 6), "9 scans"), Columns("Van", (2, 0, 0), "2 scans")]
    return columns("hours", "Hours", "The most are 6.", rows, [(0, "08:00"), (2, "10:00")])


@pytest.mark.parametrize("name", ["steps", "hours"])
def test_a_chart_is_an_image_with_a_title_and_a_description(
    request: pytest.FixtureRequest, name: str
) -> None:
    drawn = parsed(request.getfixturevalue(name))
    assert drawn.attrib["role"] == "img"
    named = {one.attrib["id"]: one.text for one in drawn if "id" in one.attrib}
    title, told = drawn.attrib["aria-labelledby"].split()
    assert named[title] == name.capitalize()
    assert named[told].startswith("The ")


def test_bars_are_as_long_as_their_values_on_one_scale(steps: str) -> None:
    long, short = rects(steps, "long"), rects(steps, "short")
    assert long[0]["width"] * 2 == pytest.approx(long[1]["width"], abs=0.2)
    assert short[0]["width"] * 2 == pytest.approx(long[0]["width"], abs=0.2)
    assert short[1]["width"] == 1  # nothing is shown as a line, not as nothing
    assert words(steps) == ["Wash", "Ready", "10 · 20", "Received", "0 · 40"]


def test_columns_are_as_high_as_their_values_on_one_scale_and_stand_on_their_line(
    hours: str,
) -> None:
    three, six, two = rects(hours, "short")
    assert (three["height"] * 2, two["height"] * 3) == pytest.approx((six["height"],) * 2, abs=0.2)
    lines = rects(hours, "line")
    assert six["y"] + six["height"] == lines[0]["y"]
    assert two["y"] + two["height"] == pytest.approx(lines[1]["y"], abs=0.1)
    assert words(hours) == ["Counter", "9 scans", "Van", "2 scans", "08:00", "10:00"]


@pytest.mark.parametrize("name", ["steps", "hours"])
def test_nothing_stands_outside_of_the_picture(request: pytest.FixtureRequest, name: str) -> None:
    drawn = request.getfixturevalue(name)
    height = float(parsed(drawn).attrib["viewBox"].split()[3])
    for look in ("long", "short", "line"):
        for one in rects(drawn, look):
            assert one["x"] + one["width"] <= WIDTH
            assert one["y"] + one["height"] <= height
    for one in parsed(drawn).iter(f"{SVG}text"):
        assert float(one.attrib["y"]) <= height


def test_names_are_shown_as_text_and_long_ones_shortened() -> None:
    name = "<script>" + "x" * 60
    drawn = bars("a", name, name, [(name, [Bar(name, 1, 1, name)])])
    assert "<script>" not in drawn
    assert words(drawn)[0] == "<script>" + "x" * 31 + "…"


def test_nothing_to_show_is_no_accident() -> None:
    assert rects(bars("a", "A", "None.", [("Wash", [Bar("Ready", 0, 0, "at once")])]), "long")
    assert rects(columns("a", "A", "None.", [Columns("Van", (0, 0), "0")], []), "short") == []


def test_a_chart_has_no_style_of_its_own(steps: str, hours: str) -> None:
    assert re.search(r"style=|fill=|stroke=", steps + hours) is None
