"""What GitHub has answered: the exchanges that PyGithub's own tests were recorded with.

They come with PyGithub's source archive, fetched once with pip and kept.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from filelock import FileLock
from tests.openapi.npm_package import NotThereError, leave_out

_PACKAGE, _VERSION = "PyGithub", "2.10.0"
_SHA256 = "90ff24ef1cd1bd57124c2a3869cafee9d7b066909129ecdaba2c2d1903bc118d"
_CACHE = Path(__file__).parents[2] / ".cache" / "openapi"
_FETCH_SECONDS = 300.0
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_PATH, _STATUS, _ANSWER, _LINES_OF_AN_EXCHANGE = 4, 7, 9, 10


@dataclass(frozen=True)
class Recorded:
    """One question without its query, and what GitHub answered."""

    method: str
    path: str
    status: int
    answer: Any


def recorded() -> Iterator[Recorded]:
    """Yield every exchange that has JSON for an answer.

    Raises:
        NotThereError: the archive cannot be had; where it must be, the test fails.
    """
    with tarfile.open(_archive()) as archive:
        for member in archive:
            if "/tests/ReplayData/" in member.name and member.name.endswith(".txt"):
                file = archive.extractfile(member)
                assert file is not None
                yield from _exchanges(file.read().decode("utf-8"))


def _exchanges(text: str) -> Iterator[Recorded]:
    """Read protocol, method, host, port, path, headers, body; status, headers, answer."""
    lines = text.split("\n")
    for at, (protocol, method) in enumerate(pairwise(lines)):
        if protocol not in {"http", "https"} or method not in _METHODS:
            continue
        block = lines[at : at + _LINES_OF_AN_EXCHANGE]
        # Some of the answers are broken on purpose.
        with suppress(ValueError, IndexError):
            where = block[_PATH].partition("?")[0].removeprefix("/api/v3")
            yield Recorded(method, where, int(block[_STATUS]), json.loads(block[_ANSWER]))


def _archive() -> Path:
    kept = _CACHE / f"{_PACKAGE.lower()}-{_VERSION}.tar.gz"
    _CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(_CACHE / "lock"):
        if not kept.exists():
            _fetch(kept)
    return kept


def _fetch(kept: Path) -> None:
    said = f"the source archive of {_PACKAGE} {_VERSION} cannot be had"
    with tempfile.TemporaryDirectory(dir=_CACHE) as folder:
        words = ("download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", folder)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pip", *words, f"{_PACKAGE}=={_VERSION}"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=_FETCH_SECONDS,
            )
        except subprocess.TimeoutExpired:
            leave_out(f"{said}: pip took more than {_FETCH_SECONDS:g} s")
        archives = list(Path(folder).glob("*.tar.gz"))
        if done.returncode != 0 or len(archives) != 1:
            leave_out(f"{said}: {done.stderr.strip()[-200:]}")
        digest = hashlib.sha256(archives[0].read_bytes()).hexdigest()
        assert digest == _SHA256, "not the archive that was looked at"
        archives[0].replace(kept)


__all__ = ["NotThereError", "Recorded", "recorded"]
