"""The deployment log for people and for scripts."""

import csv
import io
import json
from collections.abc import Sequence

from hotfix.domain.deployment_log import LogEntry
from hotfix.domain.event import utc_text
from hotfix.view.durations import clock
from hotfix.view.foreign_text import one_line


def as_json(entries: Sequence[LogEntry]) -> str:
    """Return an array of objects; keys are only ever added."""
    return json.dumps([entry.to_json() for entry in entries], indent=2)


def as_csv(entries: Sequence[LogEntry]) -> str:
    """Return a header and a line an entry, in the order of the JSON keys."""
    if not entries:
        return ""
    rows = [entry.to_json() for entry in entries]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _not_a_formula(value) for key, value in row.items()} for row in rows)
    return text.getvalue().rstrip("\n")


def as_lines(entries: Sequence[LogEntry]) -> list[str]:
    """Return two lines an entry: when, commit, who, how long; then why."""
    if not entries:
        return ["No hotfix has been deployed from this machine yet."]
    lines = []
    for entry in entries:
        when = utc_text(entry.timestamp.replace(microsecond=0))
        commit = entry.commit[:8] or "no commit"
        lines.append(
            f"{when}  {commit}  {entry.outcome} by {one_line(entry.deployer)} "
            f"after {clock(entry.elapsed_seconds)}"
        )
        lines.append(f"    {one_line(entry.reason)}{f' ({entry.issue})' if entry.issue else ''}")
    return lines


def _not_a_formula(value: object) -> object:
    """Return text that a spreadsheet would run as a formula with a quote before it."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
        return f"'{value}"
    return value
