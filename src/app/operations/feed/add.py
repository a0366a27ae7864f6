"""Adding to the feed: one at a time, so that no reader's cursor passes what is not committed yet."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy import bindparam, insert, select, update

from app.database import connection
from app.database.guard import UNRECORDED
from app.database.prepared import Prepared
from app.models import FeedCounter, FeedEvent
from app.models.webhooks import COUNTER
from app.operations.feed.events import data_of, event_id, find_concerned
from app.operations.outbox.lease import Message
from app.operations.outbox.spread import Row
from app.support import clock

_COUNTED: Final = Prepared(
    update(FeedCounter)
    .where(FeedCounter.id == COUNTER)
    .values(newest=FeedCounter.newest + 1)
    .execution_options(**UNRECORDED)
)
_BEGUN: Final = Prepared(
    insert(FeedCounter).values(id=COUNTER, newest=1).execution_options(**UNRECORDED)
)
_NEWEST: Final = Prepared(select(FeedCounter.newest).where(FeedCounter.id == COUNTER))
_ADDED: Final = Prepared(
    insert(FeedEvent)
    .values(
        {one.key: bindparam(one.key, type_=one.type) for one in FeedEvent.__table__.columns},
    )
    .execution_options(**UNRECORDED)
)


def feed(message: Message) -> tuple[Row, ...]:
    """Add what was announced to the feed; a spreader, which makes no message.

    The counter's row is locked from here to the commit: ids are given in the order in which they
    can be seen, on several servers, too.
    """
    concerned = find_concerned(message)
    if concerned is not None:
        here = connection()
        if _COUNTED.change(here, {}) == 0:
            _BEGUN.change(here, {})  # a rival's key lets this transaction be tried again
        values = {
            "id": _NEWEST.rows(here, {})[0].newest,
            "event_id": event_id(message),
            "event": message.event,
            "business_id": concerned.business_id,
            "customer_id": concerned.customer_id,
            "payload": json.dumps(data_of(message, concerned), separators=(",", ":")),
            "at": message.created_at,
            "added_at": clock.now(),
        }
        _ADDED.change(here, values)
    return ()
