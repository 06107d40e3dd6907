"""Figures in words, and lists that may be long."""

TYPE_CHECKING = False  # as in ``fast_status``: collections is not imported
if TYPE_CHECKING:
    from collections.abc import Sequence

_MINUTE = 60
_LEAST = 0.01


def clock(seconds: float) -> str:
    """Return seconds as ``m:ss``, with a minus sign where they are negative."""
    whole = int(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    return f"{sign}{whole // 60}:{whole % 60:02d}"


def tenths(seconds: float) -> float:
    """Return seconds cut to tenths, towards zero: as a clock they read as they did before."""
    near = round(seconds, 1)
    return near if abs(near) <= abs(seconds) else round(near - (0.1 if near > 0 else -0.1), 1)


def span(seconds: float) -> str:
    """Return about how long something takes: ``2 s``, ``3 min``, ``1 h 5 min``."""
    minutes = int(seconds) // _MINUTE
    if not minutes:
        return f"{max(0, int(seconds))} s"
    hours, rest = divmod(minutes, _MINUTE)
    return f"{hours} h {rest} min" if hours else f"{minutes} min"


def in_seconds(seconds: float) -> str:
    """Return a limit or a time that was measured, as people say it: ``90 s``, ``0.06 s``."""
    if seconds <= 0:
        return "0 s"
    return f"{round(seconds, 2):.12g} s" if seconds >= _LEAST else f"less than {_LEAST} s"


def for_so_long(seconds: float) -> str:
    """Return `` for 5 s``, behind what is waited for; empty where that is over before it is read.

    A limit below a second is none of people's: a drill, in which time runs faster, has it scaled.
    """
    return f" for {in_seconds(seconds)}" if seconds >= 1 else ""


def some_of(names: "Sequence[str]", most: int = 5) -> str:
    """Return the names, separated by commas; of more than ``most`` the first three and a count."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:3])} and {len(names) - 3} more"


def counted(number: int, noun: str) -> str:
    """Return how many there are of what ``noun`` names: ``1 file``, ``2 files``, ``2 hotfixes``."""
    return f"{number} {noun if number == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"
