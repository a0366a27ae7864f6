"""The raw-label parser: every family that was ever printed, and every text that means harm."""

import json
import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.support.label_codes import LETTERS, check_letters, new_label_code, piece_code
from app.support.label_text import Candidate, LabelText, UnreadableLabel, read_label_text

OWN = frozenset({"handover.example", "bills.example"})
CODE = "XVTSRPNLKJHGFDCBXVTS" + check_letters("XVTSRPNLKJHGFDCBXVTS")
UUID = "06c2947f-0b1c-4a63-9d6a-2f6f3f0a1b2c"
ENTITY = "ORDER-06c2947f-1757951342303-qvdhyh"
DICT = (
    "{'orderId': 'c494ab7c', 'customerName': \"O'Neil\", 'specialInstructions': None,"
    " 'total': 300.0, 'customerEmail': 'O.Neil@Example.com', 'items': [{'k': (1, -2)}],"
    " 'note': 'caf\\xe9 \\U0001f457 \\'x\\'', 'paid': True}"
)


def _number(text):
    return Candidate(text, is_id=False)


def _id(text):
    return Candidate(text, is_id=True)


def _piece(text, piece):
    return Candidate(text, piece=piece)


FAMILIES = {
    "declared": (
        "ORDER: k7wq2rnt\nEMAIL: Ann@Example.com\nSERVICE: Wash & Fold",
        [_number("K7WQ2RNT")],
        "ann@example.com",
    ),
    "declared, CRLF and no e-mail": (
        "ORDER: K7WQ2RNT\r\nSERVICE: Dry, Clean\r\n",
        [_number("K7WQ2RNT")],
        None,
    ),
    "declared on one line, commas": (
        "order:K7WQ2RNT, email:a@b, service:x",
        [_number("ORDER:K7WQ2RNT, EMAIL:A@B, SERVICE:X"), _number("K7WQ2RNT")],
        "a@b",
    ),
    "declared on one line, semicolons": (
        "EMAIL: a@b; ORDER: #K7WQ2RNT",
        [_number("EMAIL: A@B; ORDER: #K7WQ2RNT"), _number("K7WQ2RNT")],
        "a@b",
    ),
    "declared on one line, pipes": (
        "ORDER: K7WQ2RNT|EMAIL: a@b|SERVICE: " + "x" * 40,
        [_number("K7WQ2RNT")],
        "a@b",
    ),
    "declared, of two orders the first": (
        "ORDER: K7WQ2RNT\nEMAIL: a@b\nSERVICE: x\nORDER: OTHER",
        [_number("K7WQ2RNT")],
        "a@b",
    ),
    "declared, below a line without a colon": (
        "ORDER\nORDER: K7WQ2RNT",
        [_number("K7WQ2RNT")],
        None,
    ),
    "declared, a piece": (
        "ORDER: c494ab7c-2\nSERVICE: http://x",
        [_number("C494AB7C-2"), _piece("C494AB7C", 2)],
        None,
    ),
    "JSON": (
        '{"order_number": "K7WQ2RNT", "email": "A@b.example", "service": "x"}',
        [_number("K7WQ2RNT")],
        "a@b.example",
    ),
    "JSON, the number wins over the id": (
        '{"order_id": 7, "order_number": "K7WQ2RNT"}',
        [_number("K7WQ2RNT")],
        None,
    ),
    "JSON, the number wins over every other key": (
        '{"code": "X1", "entityId": "X2", "orderId": "X3", "orderNumber": "K7WQ2RNT"}',
        [_number("K7WQ2RNT")],
        None,
    ),
    "JSON, an empty number does not hide the id": (
        '{"order_id": 7, "order_number": " "}',
        [_number("7"), _id("7")],
        None,
    ),
    "JSON, digits are a number before they are an id": (
        '{"orderId": " 7 ", "order_id": 7}',
        [_number("7"), _id("7")],
        None,
    ),
    "JSON, a number of digits": (
        '{"order_number": 1764622935914}',
        [_number("1764622935914")],
        None,
    ),
    "JSON, letters under an id's key are a number": (
        '{"orderId": "c494ab7c-2"}',
        [_number("C494AB7C-2"), _piece("C494AB7C", 2)],
        None,
    ),
    "JSON, a code wins over an id": ('{"order_id": 7, "code": "X1"}', [_number("X1")], None),
    "JSON over several lines": ('{\n "order_number": "X1",\n "x": null\n}', [_number("X1")], None),
    "dict": (DICT, [_number("C494AB7C")], "o.neil@example.com"),
    "dict with an id": ("{'order_id': 12, 'x': None}", [_number("12"), _id("12")], None),
    "1-D": ("c494ab7c", [_number("C494AB7C")], None),
    "1-D, hash and spaces": ("  # c494ab7c\r\n", [_number("C494AB7C")], None),
    "1-D, all digits are never an id": ("7", [_number("7")], None),
    "1-D, item 2": ("c494ab7c-2", [_number("C494AB7C-2"), _piece("C494AB7C", 2)], None),
    "1-D, a number that looks like an item": (
        "ORD-1764622935914-001",
        [_number("ORD-1764622935914-001"), _piece("ORD-1764622935914", 1)],
        None,
    ),
    "1-D, a bill's number": ("FZC-2025POL0001A", [_number("FZC-2025POL0001A")], None),
    "1-D, no item 0": ("c494ab7c-0", [_number("C494AB7C-0")], None),
    "1-D, no item 256": ("c494ab7c-256", [_number("C494AB7C-256")], None),
    "1-D, item 255": ("c494ab7c-255", [_number("C494AB7C-255"), _piece("C494AB7C", 255)], None),
    "prefix": ("ORDER-K7WQ2RNT", [_number("ORDER-K7WQ2RNT"), _number("K7WQ2RNT")], None),
    "prefix and item": (
        "order-c494ab7c-2",
        [
            _number("ORDER-C494AB7C-2"),
            _number("C494AB7C-2"),
            _piece("ORDER-C494AB7C", 2),
            _piece("C494AB7C", 2),
        ],
        None,
    ),
    "entity, alone": (ENTITY, [_number(ENTITY.upper()), _number("06C2947F")], None),
    "entity": (
        f'{{"code":"{ENTITY}","entityType":"order","entityId":"{UUID}","timestamp":"2025"}}',
        [_number(ENTITY.upper()), _number("06C2947F"), _number(UUID.upper())],
        None,
    ),
    "own link": ("https://handover.example/track/K7WQ2RNT", [_number("K7WQ2RNT")], None),
    "own link, bill": (
        "HTTP://Bills.Example:8080/b/FZC%2D2025POL0001A/?x=/y#z",
        [_number("FZC-2025POL0001A")],
        None,
    ),
    "number of 64": ("x" * 64, [_number("X" * 64)], None),
    "any other text": ("hello world", [_number("HELLO WORLD")], None),
}


@pytest.mark.parametrize(("text", "candidates", "email"), FAMILIES.values(), ids=FAMILIES)
def test_every_family_gives_its_candidates_in_order(text, candidates, email):
    assert read_label_text(text, OWN) == LabelText("references", tuple(candidates), email=email)


@pytest.mark.parametrize("front", ["", "HTTPS://HANDOVER.EXAMPLE/T/", "https://old.host/t/", "T"])
def test_our_label_is_known_by_its_letters_alone(front):
    assert read_label_text(front + CODE, OWN) == LabelText("label", label_code=CODE)
    assert read_label_text(front + piece_code(CODE, 9).lower() + "\r\n", OWN) == LabelText(
        "label", label_code=CODE, piece=9
    )


def test_a_misread_label_is_a_bad_check_on_any_host():
    wrong = CODE[:-1] + ("B" if CODE[-1] != "B" else "C")
    assert read_label_text("https://elsewhere.example/t/" + wrong, OWN) == LabelText("bad_check")


UNKNOWN = {
    "long": "x" * 65,
    "4,096 characters": "x" * 4096,
    "two lines": "K7WQ2RNT\nX",
    "NUL": "K7WQ\0RNT",
    "lone surrogate": "K7WQ\ud800RNT",
    "bidi override": "K7WQ\u202eRNT",
    "zero-width space": "K7WQ\u200bRNT",
    "only a hash": "#",
    "empty order line": "ORDER:\nSERVICE: x",
    "own link without a path": "https://handover.example/",
    "own link to a control character": "https://handover.example/%00",
    "JSON list": '[{"order_number": "X1"}]' + " " * 60 + "]",
    "JSON number NaN": '{"order_id": NaN, "order_number": Infinity}',
    "JSON true": '{"order_id": true, "order_number": false}',
    "JSON float": '{"order_id": 7.0}',
    "JSON objects inside": '{"order_number": {"order_number": "X1"}, "orderId": ["X1"]}',
    "JSON, one key and two values": '{"order_number": "X1", "order_number": "X2"}' + " " * 60 + "x",
    "JSON with a surrogate": '{"order_number": "\\ud800"}',
    "JSON with a NUL": '{"order_number": "X\\u0000"}',
    "JSON with line breaks": '{"order_number": "X\\n1"}',
    "JSON without such keys": '{"number": "X1", "ORDER_NUMBER": "X1"}',
    "JSON, huge integer": '{"order_id": ' + "9" * 4000 + "}",
    "JSON, long number": '{"order_number": "' + "x" * 65 + '"}',
    "JSON, deep": '{"a":' * 680 + "1" + "}" * 680,
    "JSON, deep and open": '{"a":' * 819,
    "JSON, deep list": '{"order_number": ' + "[" * 4000,
    "dict, one key and two values": "{'order_number': 'X1', 'order_number': 'X2', 'x': '"
    + "y" * 40
    + "'}",
    "dict, deep": "{'order_number': 'X1', 'a': " + "[[], " * 15 + "]" * 15 + "}",
    "dict, deep and open": "{'a':" * 800,
    "dict, deep behind a comment": "{'a': 1 # '\n" + "[" * 4000,
    "dict that calls": "{'order_number': __import__('os').system('touch pwned'), 'x': 'yyyyyyyyyyyy'}",
    "dict with a lambda": "{'order_number': 'X1', 'f': (lambda: 1)()}" + " " * 40 + "#",
    "dict with a comprehension": "{'order_number': x for x in ('X1', 'X2', 'X3', 'X4', 'X5', 'X6', 'X7')}",
    "dict with a power": "{'order_number': 'X1', 'order_id': 9**9**9**9**9**9**9**9**9, 'x': 'yyyy'}",
    "dict with an f-string": "{'order_number': f'{1/0}', 'x': 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'}",
    "dict with an odd escape": "{'order_number': 'X1', 'x': '\\d'"
    + ", 'y': 'zzzzzzzzzzzzzzzzzzzzzzzzzzz'}",
    "dict with a list for a key": "{['order_number']: 'X1', 'x': 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'}",
    "dict of signs": "{'order_id': " + "-" * 4000 + "1}",
    "dict of sums": "{'order_id': " + "1+" * 2000 + "1}",
    "dict, open string": "{'order_number': 'X1" + "\\'" * 2000,
    "set": "{'order_number', 'X1', 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'}",
    "dict with a NUL": "{'order_number': 'X1\0', 'x': 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'}",
    "dict with a surrogate": "{'order_number': 'X1\ud800'" + ", 'x': '" + "y" * 40 + "'}",
    "an e-mail alone": "EMAIL: a@b.example\nSERVICE: x",
}


@pytest.mark.parametrize("text", UNKNOWN.values(), ids=UNKNOWN)
def test_a_hostile_or_meaningless_text_is_unknown(text):
    read = read_label_text(text, OWN)
    assert (read.kind, read.candidates) == ("unknown", ())


@pytest.mark.parametrize("text", ["", " \r\n\t", "x" * 4097, "x" * 10_000, "[" * 10_000])
def test_an_empty_or_longer_text_is_unreadable(text):
    with pytest.raises(UnreadableLabel):
        read_label_text(text, OWN)


def test_white_space_around_a_text_of_full_length_does_not_count():
    assert read_label_text(" " + "x" * 4096 + "\r\n", OWN).kind == "unknown"


@pytest.mark.parametrize("email", [7, None, "", "a b", "a@b\n", "@" * 256, "a\u202e@b"])
def test_what_is_no_address_is_no_email(email):
    read = read_label_text(json.dumps({"order_number": "X1", "email": email}), OWN)
    assert read.email == ("a@b" if email == "a@b\n" else None)


@pytest.mark.parametrize("key", ["email", "customerEmail", "orderEmail"])
def test_an_objects_email_has_three_spellings(key):
    read = read_label_text(json.dumps({"order_number": "X1", key: " A@b.de "}), OWN)
    assert read.email == "a@b.de"


def test_the_longest_address_is_an_email():
    address = "a" * 250 + "@b.de"
    assert read_label_text(json.dumps({"email": address}), OWN).email == address


def test_an_object_may_nest_sixteen_deep():
    text = "{'order_number': 'X1', 'a': " + "[[], " * 14 + "]" * 14 + "}"
    assert read_label_text(text, OWN).candidates == (_number("X1"),)


def test_an_own_link_needs_an_own_host():
    text = "https://handover.example/track/K7WQ2RNT"
    assert read_label_text(text, frozenset()) == LabelText("foreign")


keys = st.sampled_from(
    ["order_number", "orderNumber", "orderId", "order_id", "code", "entityId", "email", "x"]
)
values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
objects = st.dictionaries(keys, values | st.lists(values, max_size=3))
texts = (
    st.text(max_size=4200)
    | st.text("{}[]()'\"\\,:;|#-+.=\r\n \0\ud8001aeEORD@/", max_size=300)
    | objects.map(json.dumps)
    | objects.map(repr)
    | st.text(max_size=40).map("https://handover.example/".__add__)
    | st.text(max_size=40).map("ORDER-".__add__)
    | st.text(LETTERS + LETTERS.lower(), min_size=20, max_size=60)
)


@given(texts, st.text(" \t\r\n", max_size=3), st.text(" \t\r\n", max_size=3))
@example("{'a': '\\d'}", "", "")
@example("{1or 2: 3}", "", "")
def test_no_text_raises_anything_else_or_minds_white_space_around_it(text, before, after):
    def read(text):
        try:
            return read_label_text(text, OWN)
        except UnreadableLabel:
            return None

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        once = read(text)
        assert read(before + text + after) == once
    assert not said
    for candidate in once.candidates if once else ():
        assert 1 <= len(candidate.text) <= 64
        assert candidate.text.isprintable()
        assert candidate.text == candidate.text.upper().strip()
        assert not (candidate.is_id and candidate.piece)


@given(st.text(max_size=4000))
def test_our_own_codes_survive_any_prefix_that_ends_in_a_slash(prefix):
    code = new_label_code()
    assert read_label_text(prefix + "/" + code, OWN) == LabelText("label", label_code=code)


@given(objects)
def test_a_dict_and_its_json_name_the_same_order(written):
    whole = {key: value for key, value in written.items() if not isinstance(value, float | list)}
    assert read_label_text(repr(whole), OWN) == read_label_text(json.dumps(whole), OWN)
