"""The invitation to a post-mortem, as a calendar takes it (iCalendar, RFC 5545)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from icalendar import STATUS, Calendar, Event

from hotfix.domain.progress import RunState
from hotfix.view.account_text import named_links
from hotfix.view.foreign_text import clean, one_line

_BEGINS, _LASTS = time(10), timedelta(hours=1)


def meeting(account: Mapping[str, Any], zone: tzinfo | None = None) -> str:
    """Return a tentative meeting of an hour on the day on which the post-mortem is due.

    Args:
        account: the object of ``hotfix show --json``.
        zone: in which it begins at ten; None for that of this machine. It is written in UTC.
    """
    due = account["post_mortem"]
    begins = datetime.combine(date.fromisoformat(due["due"]), _BEGINS).replace(tzinfo=zone)
    event = Event.new(
        # The same for every export of the run: a calendar then moves the meeting that it has.
        uid=f"{account['run']}@hotfix",
        stamp=datetime.fromisoformat(account["last_at"]),
        start=begins.astimezone(UTC),
        end=(begins + _LASTS).astimezone(UTC),
        summary=f"Post-mortem: {one_line(account['description'])}",
        description=clean("\n".join(_lines(account))),
        url=due.get("url"),
        status=STATUS.TENTATIVE,
    )
    calendar = Calendar.new(
        # Left out, it would be another one each time.
        uid=f"{account['run']}.calendar@hotfix",
        subcomponents=[event],
        prodid="-//hotfix//hotfix report//EN",
    )
    return str(calendar.to_ical(), "utf-8")


def _lines(account: Mapping[str, Any]) -> list[str]:
    links = [f"{name}: {url}" for name, url in named_links(account).items()]
    state = RunState(account["state"])
    # Whoever invites early, or to a run that hangs, says so.
    stand = f"ended as {state.value}" if state.is_over else f"has not ended: {state.value}"
    return [
        f"Run {account['run']} {stand}.",
        *account["summary"],
        *links,
        f"The report: hotfix report {account['run']}",
    ]
