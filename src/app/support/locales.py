"""Languages as people choose them: a language of ISO 639, with a region where it matters (BCP 47)."""

from __future__ import annotations

import re

_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


def is_locale(text: str) -> bool:
    """Whether this is like `en` or `de-AT`."""
    return _LOCALE.fullmatch(text) is not None
