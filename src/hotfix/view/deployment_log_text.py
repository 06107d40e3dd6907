"""The deployment log for people and for scripts."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from hotfix.domain.deployment_log import OWED, LogEntry
from hotfix.domain.fix_stand import RAN_ALREADY
from hotfix.domain.json_record import utc_text
from hotfix.domain.plan_name import PlanName
from hotfix.view.durations import clock
from hotfix.view.foreign_text import one_line

# So many entries are shown to people; programs get all.
MOST_SHOWN = 50
# To a spreadsheet; some take the wide signs of East Asian keyboards for the same.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def as_json(entries: Sequence[LogEntry]) -> str:
    """Return an array of objects; keys are only ever added."""
    return json.dumps([{"v": 1, **entry.to_json()} for entry in entries], indent=2)


def as_csv(entries: Sequence[LogEntry]) -> str:
    """Return a header and a line an entry, in the order of the JSON keys.

    Every text is in quotes and begins no formula, as OWASP asks for ("CSV Injection").
    """
    rows = [entry.to_json() for entry in entries]
    text = io.StringIO()
    names = [field.name for field in fields(LogEntry)]
    text.write(f"{','.join(names)}\n")
    writer = csv.DictWriter(text, names, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows({key: _as_cell(value) for key, value in row.items()} for row in rows)
    return text.getvalue().rstrip("\n")


def as_lines(
    entries: Sequence[LogEntry], count: int | None = None, since: datetime | None = None
) -> list[str]:
    """Return two lines an entry: when, commit, who, how long; then why. The first are shown.

    Args:
        entries: the newest, in order.
        count: how many there are in all; None where these are all.
        since: from when on they are (aware); None for whenever they were.
    """
    if not entries:
        return [f"No hotfix is on record{from_when(since)}."]
    lines = []
    for entry in entries[:MOST_SHOWN]:
        when = utc_text(entry.timestamp.replace(microsecond=0))
        commit = one_line(entry.commit)[:8] or "no commit"
        lines.append(
            f"{when}  {commit}  {_outcome(entry)} by {one_line(entry.deployer)}, "
            f"{clock(entry.elapsed_seconds)} after the start"
        )
        issue = f" ({one_line(entry.issue)})" if entry.issue else ""
        lines.append(f"    {one_line(entry.reason)}{issue}")
        if entry.nothing_restored:
            lines.append(f"    {RAN_ALREADY}")
        if entry.rolled_back_at is not None:
            back = utc_text(entry.rolled_back_at.replace(microsecond=0))
            lines.append(f"    rolled back since: {back}")
        if entry.record:
            by = f" of {one_line(entry.host)}" if entry.host else ""
            lines.append(f"    by the cluster's record{by}")
        if entry.review.startswith(OWED):
            lines.append(f"    review {one_line(entry.review)}")
        lines += [f"    open: {one_line(each)}" for each in entry.open]
    more = (len(entries) if count is None else count) - MOST_SHOWN
    if more > 0:
        lines.append(f"These are the newest {MOST_SHOWN}; {more} more: hotfix log --json")
    return lines


def _outcome(entry: LogEntry) -> str:
    """Return the outcome; where there is none, how the run stands."""
    if not entry.plan:
        return "called off" if entry.nothing_restored else entry.outcome
    is_back = entry.plan == PlanName.ROLLBACK
    what = "rollback not logged" if is_back else "not logged as deployed"
    return f"{what}, {entry.outcome}, last"


def _as_cell(value: object) -> object:
    """Return text on one line, with a quote before what a spreadsheet would run as a formula."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if not isinstance(value, str):
        return value
    text = one_line(value)
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def from_when(since: datetime | None) -> str:
    """Return what follows "on record" where that is cut: from when on (aware), or nothing."""
    return "" if since is None else f" from {utc_text(since.replace(microsecond=0))} on"
