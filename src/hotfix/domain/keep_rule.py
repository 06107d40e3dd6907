"""How long the cluster keeps the record of a run, as ``[team] keep`` says it."""

import re

from hotfix.domain.frozen import frozen

USUAL = "180 days"
_RULE = re.compile(r"([1-9]\d{0,4})\s*(days?|d|weeks?|w|runs?)", re.IGNORECASE)
_SECONDS = {"d": 86_400.0, "w": 604_800.0}


@frozen
class Keep:
    """A rule: so long, or so many; everything where it says neither."""

    seconds: float | None = None  #: since the record was made
    runs: int | None = None  #: of the newest


def keep_of(text: str) -> Keep:
    """Return what ``[team] keep`` says: ``90 days``, ``12 weeks``, ``200 runs`` or ``all``.

    Raises:
        ValueError: it is none of these.
    """
    plain = text.strip()
    if plain.casefold() == "all":
        return Keep()
    found = _RULE.fullmatch(plain)
    if found is None:
        raise ValueError("it is a text such as '90 days', '12 weeks', '200 runs' or 'all'")
    number, unit = int(found[1]), found[2][0].casefold()
    return Keep(runs=number) if unit == "r" else Keep(seconds=number * _SECONDS[unit])
