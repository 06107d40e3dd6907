"""A post-mortem: whether one is due, and by when."""

from datetime import UTC, date, datetime, timedelta

#: what the fact ``post_mortem`` is where one is due
DUE = "due"
_SATURDAY = 5


def working_day(after: datetime, days: int) -> date:
    """Return the day that is ``days`` (at least 1) working days after ``after`` (aware), by UTC.

    Working days are Monday to Friday: which of them are holidays where, nobody here knows.
    """
    day = after.astimezone(UTC).date()
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day
