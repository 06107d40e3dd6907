"""Who reviews: the owners of most files, by CODEOWNERS."""

from collections.abc import Iterator

from hotfix.detect.files import Files
from hotfix.detect.setting import Setting
from hotfix.domain.code_owners import PLACES, owners_of

# Every rule is held against every path: a sample of them says who owns most.
_MOST_PATHS = 1000


def reviewers_of(files: Files) -> tuple[Setting, ...]:
    """Return who is asked first and second."""
    place = files.first(*PLACES)
    text = files.read(place) if place else None
    if text is None:
        looked = (
            f"{place} cannot be read"
            if place
            else f"there is no {', '.join(PLACES[:-1])} or {PLACES[-1]}"
        )
        return tuple(_missing(looked))
    owned = files.own or files.paths
    sample = owned[:: max(1, -(-len(owned) // _MOST_PATHS))]
    # An address is nobody that GitHub can ask.
    found = [each for each in owners_of(text, sample) if "@" not in each]
    return tuple(_first_two(found, place))


def _first_two(found: list[str], place: str) -> Iterator[Setting]:
    if not found:
        yield from _missing(f"{place} names nobody for the files that are here")
        return
    others = found[2:5]
    advice = (f"Others in {place}: {', '.join(others)}",) if others else ()
    yield Setting("github", "reviewer", found[0], f"owns most files, by {place}", advice=advice)
    if len(found) > 1:
        yield Setting("review", "second", found[1], f"owns files, by {place}")
    else:
        yield Setting("review", "second", None, f"{place} names nobody else", "a-login")


def _missing(looked: str) -> Iterator[Setting]:
    yield Setting("github", "reviewer", None, looked, "a-login")
    yield Setting("review", "second", None, looked, "a-login")
