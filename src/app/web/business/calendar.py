"""A business's calendar: a day with its workers side by side, or a week."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask.typing import ResponseReturnValue

from app.http.access import actor
from app.models import Business, Order
from app.operations.businesses.access import get_own_business
from app.web.business.days import read_days
from app.web.business.desk import DeskPages, desk, render_desk

calendar = DeskPages("calendar")


@calendar.page("/calendar")
def show_calendar(slug: str) -> ResponseReturnValue:
    """The calendar, of everybody or of one."""
    business = get_own_business(slug, actor=actor())
    days = read_days(business, f"{desk().of(business)}/calendar")
    return render_desk("business/calendar.html", business, **days)


def day_address(business: Business, order: Order) -> str:
    """The day of an appointment in the calendar."""
    assert order.starts_at is not None
    day = order.starts_at.astimezone(ZoneInfo(business.timezone)).date()
    return f"{desk().of(business)}/calendar?date={day}"
