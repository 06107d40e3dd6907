"""``--since``: from when on the record is read."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias

import typer

from hotfix.domain.problem import Problem, ProblemCode, ProblemError

Since: TypeAlias = Annotated[
    str, typer.Option(help="Only from then on: 24h, 7d, or a date such as 2026-03-01 (UTC).")
]
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str, now: datetime, command: str) -> datetime | None:
    """Return the moment that ``--since`` means (UTC, aware), None for an empty text.

    Raises:
        ProblemError: it means none.
    """
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,9})([mhdw])", text.strip())
    try:
        if match is not None:
            return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
        named = datetime.fromisoformat(text.strip())
        # The first and the last day of all may have no such moment in UTC.
        return named.astimezone(UTC) if named.tzinfo else named.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"--since does not understand {text!r}.",
                why="It takes a number and one of m, h, d, w, or a date such as 2026-03-01 (UTC).",
                next_command=f"hotfix {command} --since 7d",
            )
        ) from error
