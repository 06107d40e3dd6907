"""How long a service asks to be left alone (RFC 9110, 10.2.3)."""

from collections.abc import Mapping
from typing import Any

from hotfix.domain.figures import in_seconds
from hotfix.domain.problem import TemporaryTroubleError

# Nothing is waited for longer; a larger figure is a fault of whoever wrote it.
_LEAST, _MOST = 1.0, 86_400.0


def retry_after(headers: Mapping[str, Any]) -> float | None:
    """Return the seconds that an answer's ``Retry-After`` names; None where it names none.

    It may be a date: that counts from the answer's own ``Date``, as this machine's clock may be
    wrong.

    Args:
        headers: of the answer, in any spelling.
    """
    found = {name.lower(): str(value).strip() for name, value in headers.items()}
    text = found.get("retry-after", "")
    seconds = float(text) if text.isdecimal() else _until(text, found.get("date", ""))
    return None if seconds is None else min(max(_LEAST, seconds), _MOST)


def asks_to_wait(service: str, seconds: float) -> TemporaryTroubleError:
    """Return the trouble of a ``service`` that refuses to be asked again before some seconds."""
    saying = f"{service} asks to wait {in_seconds(seconds)}."
    return TemporaryTroubleError(saying, seconds, is_refusal=True)


def _until(text: str, now: str) -> float | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - next to nobody names a date

    try:
        return (parsedate_to_datetime(text) - parsedate_to_datetime(now)).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
