"""GitHub's rate limits: told apart from missing rights, and when they end."""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from github.Requester import Requester

_TOO_MANY = 429
_SECONDARY_LIMIT_SECONDS = 60.0


def is_rate_limit(status: int, headers: Mapping[str, Any], message: str) -> bool:
    """Tell whether a 403 or 429 is about the pace and not about rights."""
    return (
        status == _TOO_MANY
        or "retry-after" in headers
        or headers.get("x-ratelimit-remaining") == "0"
        or Requester.isRateLimitError(message)
    )


def seconds_until_reset(headers: Mapping[str, Any], message: str) -> float:
    """Return the seconds until GitHub wants to be asked again, at least 1."""
    after = str(headers.get("retry-after", ""))
    if after.isdecimal():
        return max(1.0, float(after))
    reset = str(headers.get("x-ratelimit-reset", ""))
    is_primary = not Requester.isSecondaryRateLimitError(message)
    if is_primary and reset.isdecimal():
        return max(1.0, float(reset) - _server_time(headers) + 1.0)
    return _SECONDARY_LIMIT_SECONDS


def _server_time(headers: Mapping[str, Any]) -> float:
    """Return GitHub's own time where it tells it: a laptop's clock may be wrong."""
    try:
        return parsedate_to_datetime(str(headers["date"])).timestamp()
    except (KeyError, ValueError, TypeError):
        return time.time()
