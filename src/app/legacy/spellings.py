"""Old bodies: every field in both of its spellings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import pre_load

from app.http.schemas import Schema


class OldSpellings(Schema):
    """A schema that also reads `others[name]` where `name` itself is absent, null or empty."""

    others: ClassVar[Mapping[str, str]] = {}

    @pre_load
    def read_either(self, body: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Move what stands under the old spelling to the declared one."""
        read = dict(body)
        for name, other in self.others.items():
            if read.get(name) in (None, "") and other in read:
                read[name] = read[other]
        return read
