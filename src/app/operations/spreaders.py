"""Who is to know of what was announced, by area; the sender asks them all."""

from __future__ import annotations

from typing import Final

from app.operations.feed.add import feed
from app.operations.notifications.spread import spread_to_people
from app.operations.outbox.spread import Spreader
from app.operations.webhooks.spreading import post_to_subscribers

SPREADERS: Final[tuple[Spreader, ...]] = (spread_to_people, post_to_subscribers, feed)
"""They stand here, and not in the outbox: areas announce in it, so it cannot know them.

The feed comes last: its counter is everybody's lock.
"""
