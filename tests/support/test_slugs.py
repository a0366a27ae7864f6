"""What names a business in an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.slugs import LONGEST_SLUG, RESERVED, slug_of, slug_problem, with_suffix


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Fine Cuts", "fine-cuts"),
        ("Zoë's Salon & Spa", "zoes-salon-spa"),
        ("ŁÓDŹ 24/7", "lodz-24-7"),
        ("--A.B.C--", "abc"),
    ],
)
def test_a_slug_is_the_name_in_small_letters(name: str, slug: str) -> None:
    assert slug_of(name, otherwise="spa") == slug


@pytest.mark.parametrize("name", ["Парикмахерская", "X", "!!!", "mine"])
def test_a_name_that_makes_none_gets_a_suffix(name: str) -> None:
    first, second = (slug_of(name, otherwise="spa") for _ in range(2))
    assert slug_problem(first) is None
    assert first != second


@given(st.text(min_size=1, max_size=200))
def test_every_name_makes_a_slug_that_is_one(name: str) -> None:
    slug = slug_of(name, otherwise="other")
    assert slug_problem(slug) is None
    assert slug_problem(with_suffix(slug)) is None


@pytest.mark.parametrize(
    "slug", ["", "ab", "A-b", "a--b", "-ab", "ab-", "a b", "a/b", "ä-b", "a" * (LONGEST_SLUG + 1)]
)
def test_what_is_no_slug_is_told(slug: str) -> None:
    assert slug_problem(slug) is not None


def test_our_own_words_are_reserved() -> None:
    assert all(slug_problem(word) for word in RESERVED)
