"""Answers of services that are not what was asked for: fields that are missing or of another kind.

A service that answers so is broken for the moment, or something in between answers in its place;
either way nothing is known, and it is asked again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from hotfix.domain.problem import TemporaryTroubleError

_LONGEST = 100


def as_object(value: object) -> Mapping[str, Any]:
    """Return what is a JSON object as it is, and an empty one in the place of anything else.

    For what others may write as they like, such as metadata: what is not ours is no trouble.
    """
    return value if isinstance(value, Mapping) else {}


def as_moment(value: object) -> datetime | None:
    """Return the moment (UTC) that a text names; None where it names none, or not in which zone."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None


@contextmanager
def understood(answer: str) -> Iterator[None]:
    """Turn what reading an answer trips over into a temporary trouble.

    ``answer`` says whose it is and what about, such as ``GitHub's answer about the labels``.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        what = f"{type(error).__name__}: {error}"[:_LONGEST]
        raise TemporaryTroubleError(f"{answer} is not what was asked for ({what})") from error
