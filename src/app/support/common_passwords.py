"""Passwords that everybody uses: what a stranger tries first, known without asking anybody.

`common_passwords.txt.gz` holds, in alphabetical order, those of 8 characters or more among the
19,640 commonest, in lower case: from `django/contrib/auth/common-passwords.txt.gz` of Django 5.2.19
(BSD-3-Clause, common_passwords.LICENSE.txt), which Royce Williams counted in leaked collections.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("common_passwords.txt.gz")


def is_common(password: str) -> bool:
    """Whether it is among the commonest, in any letter case."""
    return password.lower() in _common()


@cache
def _common() -> frozenset[str]:
    return frozenset(gzip.decompress(_FILE.read_bytes()).decode().split("\n"))
