"""Documents: every letter can be seen and copied, or it is said that it cannot."""

from __future__ import annotations

import pytest

from app.support.paper import MissingGlyph, Paper, missing_letters, spelled_out, width_of, wrapped


@pytest.mark.parametrize("text", ["Őze Алина", "Ελένη Çağrı", "Łódź – “Q” €"])
def test_letters_of_european_names_are_all_there(text: str) -> None:
    assert missing_letters(text) == ""
    assert spelled_out(text) == text


@pytest.mark.parametrize("letter", ["李", "가", "😀"])
def test_a_letter_that_would_be_a_blank_or_could_not_be_copied_is_refused(letter: str) -> None:
    with pytest.raises(MissingGlyph) as refusal:
        Paper("x").write(f"A{letter}", 10, 10, 3)
    assert refusal.value.letters == letter
    assert spelled_out(f"A{letter}") == f"A[U+{ord(letter):04X}]"


def test_what_has_no_shape_is_left_out_and_letters_are_composed() -> None:
    assert spelled_out("A\u202eB\n C O\u030b") == "AB C Ő"


@pytest.mark.parametrize("text", ["a few words that are longer than one line", "W" * 90, "", "x"])
def test_lines_are_within_their_width_and_lose_no_letter(text: str) -> None:
    lines = wrapped(text, 30, 3)
    assert all(width_of(line, 3) <= 30 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_the_same_document_is_the_same_bytes() -> None:
    def made() -> bytes:
        paper = Paper("Title")
        paper.write("Őze", 10, 10, 4, bold=True)
        paper.turn()
        paper.write("Алина", 10, 10, 4)
        return paper.finish()

    assert made() == made()
