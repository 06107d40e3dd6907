"""Durations as people write them: ``30m``, ``90 s``, ``1h30m``; a bare number is refused."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(hours?|h|minutes?|min|m|seconds?|sec|s)\s*")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0}


def seconds(value: object) -> object:
    """Return ``value`` in seconds; raises ValueError where it is no duration."""
    if isinstance(value, str):
        text, total, position = value.strip().casefold(), 0.0, 0
        while position < len(text):
            match = _PART.match(text, position)
            if match is None:
                break
            total += float(match[1]) * _SECONDS[match[2][0]]
            position = match.end()
        if text and position == len(text):
            return total
    raise ValueError("a duration is a text such as '30m', '45s' or '1h 30m'")


# Seconds. Positive: a phase without time cannot be kept.
Duration = Annotated[float, BeforeValidator(seconds), Field(gt=0, allow_inf_nan=False)]
# Seconds; 0 for no limit.
Limit = Annotated[float, BeforeValidator(seconds), Field(ge=0, allow_inf_nan=False)]
