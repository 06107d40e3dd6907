"""Time zones by the names that the IANA gives them.

Which there are, the machine knows, and some know none at all: such a name is then taken as it is,
and the times are told in UTC. A way back must not fail for want of a table of summer times.
"""

from datetime import UTC, tzinfo

USUAL = "UTC"


def known_zone(name: str) -> str:
    """Return ``name``; raises ValueError where there is no such zone, as far as can be told."""
    if _found(name) is not None or not _known():
        return name
    from difflib import get_close_matches

    by_small = {each.casefold(): each for each in sorted(_known())}
    near = get_close_matches(name.casefold(), by_small, n=1)
    hint = f"; did you mean {by_small[near[0]]}?" if near else ", such as Europe/Berlin"
    raise ValueError(f"{name!r} is no time zone by its IANA name{hint}")


def zone_of(name: str) -> tuple[tzinfo, str]:
    """Return the zone, or UTC, and then why, for people; an empty text where it is the zone."""
    found = _found(name)
    if found is not None:
        return found, ""
    return UTC, (
        f"Times are told to others in UTC, not in {name}: this machine knows no such time zone. "
        "Next: install tzdata (apt install tzdata, or: pip install tzdata)"
    )


def _found(name: str) -> tzinfo | None:
    if name == USUAL:
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    # A folder of zones, such as Europe, is an OSError; a name of another form is a ValueError.
    except (KeyError, OSError, ValueError):
        return None


def _known() -> set[str]:
    from zoneinfo import available_timezones

    return available_timezones()
