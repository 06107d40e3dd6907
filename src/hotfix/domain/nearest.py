"""What somebody may have meant by a name that nothing has."""

from collections.abc import Sequence


def did_you_mean(given: str, known: Sequence[str]) -> str:
    """Return a sentence that names the likeliest of ``known``, with a blank before; or nothing.

    One that ``given`` is a part of is likely, too: people leave out what all names begin with.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - a rollback that is sure does without

    near = get_close_matches(given, known, n=1)
    parts = [each for each in known if given and given.casefold() in each.casefold()]
    likely = near or (parts if len(parts) == 1 else [])
    return f" Did you mean {likely[0]}?" if likely else ""
