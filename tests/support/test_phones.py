"""Phone numbers that sign somebody in: one spelling, whichever way they are typed."""

from __future__ import annotations

import pytest

from app.support.phones import normal_phone


@pytest.mark.parametrize(
    "typed", ["+4930901820", "+49 30 901820", " +49 (30) 901-820 ", "+49.30.901820"]
)
def test_a_number_with_its_country_has_one_spelling(typed: str) -> None:
    assert normal_phone(typed) == "+4930901820"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "+",
        "030 901820",
        "0049 30 901820",
        "+49 30",
        "+999 123456789",
        "+49 30 901820 ext. 7",
        "+49 30 9018x0y",
        "+4930901820" + "0" * 30,
        "+٤٩٣٠٩٠١٨٢٠",
        None,
        4930901820,
    ],
)
def test_anything_else_is_refused(typed: object) -> None:
    with pytest.raises(ValueError, match=r"country|text"):
        normal_phone(typed)
