"""Reads the JSON objects and Python-dict texts of old labels, with caps and without eval."""

import ast
import json
import re

_DEEPEST = 16

# What `str(dict)` writes, and no more: no name, call, operator, comment or odd escape ever
# reaches Python's parser.
_LITERAL_TOKEN = re.compile(
    r"""\s+|[{}\[\](),:]|(?:True|False|None)\b|-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?"""
    r"""|'(?:[^'\\\n\r]|\\['"\\nrtxuU])*'|"(?:[^"\\\n\r]|\\['"\\nrtxuU])*\""""
)


def read_object(text: str) -> dict[str, object] | None:
    """Read a JSON object, or the text of a Python dict, into a dict; None when it is neither.

    The caller caps the length. Nesting is capped at 16, counted before Python's parser sees
    the text. An object that gives one key two values names no order: it counts as unreadable
    (`contract.md 7`, steps 3 and 4).
    """
    if not text.startswith("{"):
        return None
    try:
        return _read_json(text)
    except (ValueError, RecursionError):
        pass
    try:
        return _read_literal(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None


def _read_json(text: str) -> dict[str, object]:
    read: dict[str, object] = json.loads(text, object_pairs_hook=_one_value_each)
    return read


def _read_literal(text: str) -> dict[str, object]:
    _refuse_other_than_shallow_literals(text)
    tree = ast.parse(text, mode="eval").body
    if not isinstance(tree, ast.Dict):
        raise ValueError("not a dict")
    pairs = [
        (ast.literal_eval(key), ast.literal_eval(value))
        for key, value in zip(tree.keys, tree.values, strict=True)
        if key is not None
    ]
    return _one_value_each(pairs)


def _refuse_other_than_shallow_literals(text: str) -> None:
    at = depth = 0
    while at < len(text):
        token = _LITERAL_TOKEN.match(text, at)
        if token is None:
            raise ValueError("not a literal")
        if token[0] in "{[(":
            depth += 1
            if depth > _DEEPEST:
                raise ValueError("nested too deeply")
        elif token[0] in "}])":
            depth -= 1
        at = token.end()


def _one_value_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read: dict[str, object] = {}
    for key, value in pairs:
        if key in read and read[key] != value:
            raise ValueError("one key has two values")
        read[key] = value
    return read
