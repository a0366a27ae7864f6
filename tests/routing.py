"""A route's address compiled once for all the applications that a suite makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_compile = Rule._compile_builder
_compiled: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


def compile_once() -> None:
    """Let rules share the functions that build their addresses: most of what `create_app` does.

    Such a function is bound to its rule only afterwards; it follows from the rule's text, from
    which parts of it are variables, and from nothing else where it has no defaults.
    """
    Rule._compile_builder = _look_up  # type: ignore[method-assign]


def _look_up(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    if rule.defaults:
        return _compile(rule, append_unknown)
    key = (rule.rule, *rule._trace, append_unknown)
    if key not in _compiled:
        _compiled[key] = _compile(rule, append_unknown)
    return _compiled[key]
