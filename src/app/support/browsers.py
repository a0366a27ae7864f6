"""A browser in a few words, so that people know their own: "Firefox on Windows"."""

from __future__ import annotations

import re

# The order matters: browsers name those that they want to be taken for.
_PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Electron", "The desktop app"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
UNKNOWN = "Another program"


def browser_words(user_agent: str) -> str:
    """The program and its system, as far as a User-Agent header tells; never more of it."""
    program = next((words for key, words in _PROGRAMS if _names(user_agent, key)), None)
    system = next((words for key, words in _SYSTEMS if key in user_agent), None)
    if program is None:
        return UNKNOWN
    return program if system is None else f"{program} on {system}"


def _names(user_agent: str, key: str) -> bool:
    return re.search(rf"\b{key}(?:A|iOS)?/", user_agent) is not None
