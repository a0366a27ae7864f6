"""Browsers are told in words that their users know."""

from __future__ import annotations

import pytest

from app.support.browsers import UNKNOWN, browser_words

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome on Windows"),
        (f"{CHROME} Edg/130.0.0.0", "Edge on Windows"),
        (f"{CHROME} OPR/115.0.0.0", "Opera on Windows"),
        (CHROME.replace("Chrome", "Electron/33.0 Chrome"), "The desktop app on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36 EdgA/130.0",
            "Edge on Android",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
            "Safari on Mac",
        ),
        ("curl/8.5.0", UNKNOWN),
        ("", UNKNOWN),
        ("<script>alert(1)</script> boss@example.com", UNKNOWN),
    ],
)  # fmt: skip
def test_a_browser_is_told_by_its_name_and_its_system(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words
