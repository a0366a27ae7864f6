"""Calendar months: what is good for three of them ends on the same day of the month."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime


def add_months(moment: datetime, months: int) -> datetime:
    """The same day and time so many months on; the month's last day where it has no such day.

    ValueError beyond the year 9999.
    """
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
