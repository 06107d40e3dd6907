"""A journal as it fits into a ConfigMap: plain, else compressed, else with its middle left out.

The API server takes 1,048,576 bytes of values (422 above that). Nothing is left out silently: a
line in its place says how many lines are missing.
"""

import gzip
import io
import json
import zlib

from hotfix.domain.frozen import frozen
from hotfix.domain.lines import lines_of
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

PLAIN, COMPRESSED = "journal.jsonl", "journal.jsonl.gz"
# Readable with kubectl as long as it is no burden for the API server.
PLAIN_LIMIT = 65_536
# What the server takes, less the usual status beside the journal.
_ALL, _USUAL_STATUS = 1_048_576, 65_536
COMPRESSED_LIMIT = _ALL - _USUAL_STATUS
# A journal of hundreds of thousands of lines; whoever may write a ConfigMap could fill a memory.
_UNPACKED_LIMIT = 64 * 1_048_576


@frozen
class Packed:
    """What goes into the ConfigMap."""

    plain: str = ""  #: the journal, or empty where it is compressed
    compressed: bytes = b""  #: gzip, or empty
    trimmed_lines: int = 0  #: how many lines were left out


def limit_beside(status: str) -> int:
    """Return how many bytes are left for a journal beside a ``status``, in UTF-8."""
    return max(0, _ALL - max(_USUAL_STATUS, len(status.encode("utf-8", "replace")) + 1024))


def packed(journal: bytes, limit: int = COMPRESSED_LIMIT) -> Packed:
    """Return the journal in the simplest form that fits into ``limit`` bytes."""
    if len(journal) <= min(PLAIN_LIMIT, limit):
        return Packed(plain=journal.decode("utf-8", "replace"))
    if len(journal) <= _UNPACKED_LIMIT:
        compressed = _compressed(journal)
        if len(compressed) <= limit:
            return Packed(compressed=compressed)
    lines = lines_of(journal)
    fits, too_many = 0, len(lines)
    while too_many - fits > 1:
        kept = (fits + too_many) // 2
        shorter = _without_middle(lines, kept)
        if len(shorter) <= _UNPACKED_LIMIT and len(_compressed(shorter)) <= limit:
            fits = kept
        else:
            too_many = kept
    trimmed = _compressed(_without_middle(lines, fits))
    return Packed(compressed=trimmed, trimmed_lines=len(lines) - fits)


def unpacked(plain: str, compressed: bytes) -> bytes:
    """Return the journal's lines, as on disk; raises ProblemError where somebody changed them."""
    if not compressed:
        return plain.encode()
    try:
        with gzip.open(io.BytesIO(compressed)) as file:
            found = file.read(_UNPACKED_LIMIT + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ProblemError(_not_unpacked(f"{error}.")) from error
    if len(found) > _UNPACKED_LIMIT:
        most = _UNPACKED_LIMIT // 1_048_576
        raise ProblemError(_not_unpacked(f"It would be larger than {most} MiB, as none is."))
    return found


def _not_unpacked(why: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what="The shared record cannot be unpacked.",
        why=why,
        next_command="kubectl get configmaps -l app.kubernetes.io/managed-by=hotfix-cli",
    )


def _without_middle(lines: list[bytes], kept: int) -> bytes:
    head = kept // 2
    tail = kept - head
    missing = len(lines) - kept
    marker = {"trimmed_lines": missing, "why": "the shared record was too large for a ConfigMap"}
    return b"".join(
        [*lines[:head], json.dumps(marker).encode() + b"\n", *lines[len(lines) - tail :]]
    )


def _compressed(raw: bytes) -> bytes:
    # Without a time stamp: the same journal gives the same bytes.
    return gzip.compress(raw, mtime=0)
