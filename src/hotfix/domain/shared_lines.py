"""The lines of a journal as the team may read them: without secrets, and chained as before.

What was not known to be a secret when it was written may be known now, and what looks like one is
left out besides: more people read ConfigMaps than the folder of whoever walks the run.
"""

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache

from hotfix.domain.lines import lines_of
from hotfix.domain.redacted_values import redacted_values


def shared_lines(journal: bytes, redact: Callable[[str], str]) -> bytes:
    """Return the journal's lines; byte for byte as they are where they hold no secret.

    From the first line that does on, each names the hash of the line before it anew, so that others
    can still tell whether the record is whole, and go on from it.

    Args:
        journal: its whole lines.
        redact: returns a text without the secrets in it; always the same for the same text.
    """
    made: list[bytes] = []
    previous = ""
    for line in lines_of(journal):
        clean = _clean(line, previous, redact)
        if clean != line:
            previous = hashlib.sha256(clean[:-1]).hexdigest()
        made.append(clean)
    return b"".join(made)


# The record is written anew after every event: what its older lines come to is known by then.
@lru_cache(maxsize=4096)
def _clean(line: bytes, previous: str, redact: Callable[[str], str]) -> bytes:
    """Return a line without secrets, after a line that has another hash now, if one has."""
    try:
        said = json.loads(line)
        data = redacted_values(said["data"], redact)
        operator = redact(said["operator"])
    except (ValueError, KeyError, TypeError, RecursionError):
        # No event of this version's: its words can only be left out, and its chain breaks.
        text = line.decode("utf-8", "replace")
        clean_text = redact(text)
        return line if clean_text == text else clean_text.encode("utf-8", "backslashreplace")
    clean = {**said, "operator": operator, "data": data}
    if previous:
        clean["previous"] = previous
    elif clean == said:
        return line
    made = json.dumps(clean, ensure_ascii=False)
    return made.encode("utf-8", "backslashreplace") + b"\n"
