"""Remembers which texts were found right, so that they need not be checked once more.

Checking takes a library whose import is the longest part of a rollback's start. What a text means
is told by the text, by the code that checks it and by Python alone: a text is remembered under the
hash of all of them, and where any has changed it is another one, which is checked in full. The file
may be lost, and counts for nothing where anybody else could have written it.
"""

import hashlib
import json
import os
import stat
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hotfix import __version__
from hotfix.config.accepted import as_json, from_json

if TYPE_CHECKING:
    from hotfix.config.model import Config

_FILE = "accepted-configurations.json"
# Of a repository today's and those of its runs; several repositories.
_MOST = 16
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


class Memory:
    """What is remembered of one text, in a state directory."""

    def __init__(self, state: str, text: str) -> None:
        self._path = Path(state, _FILE)
        self._key = _key(text)

    def recalled(self) -> "Config | None":
        """Return the configuration that the text was found to hold; None where it is not known."""
        try:
            return cast("Config", from_json(self._whole()[self._key]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def keep(self, config: "Config") -> None:
        """Remember the configuration, where there is a state directory that can be written."""
        from tempfile import NamedTemporaryFile

        try:
            known = self._whole()
        except (OSError, ValueError, TypeError):
            known = {}
        latest = list(known.items())[1 - _MOST :]
        whole = dict(latest) | {self._key: as_json(config)}
        try:
            with NamedTemporaryFile("w", dir=self._path.parent, delete=False) as file:
                json.dump(whole, file)
            Path(file.name).replace(self._path)
        except OSError:
            return  # it is checked again the next time

    def _whole(self) -> dict[str, Any]:
        """Return what is remembered, by keys.

        Raises:
            OSError: it cannot be read, or is not ours alone.
            ValueError, TypeError: it is damaged.
        """
        with open(self._path, encoding="utf-8", opener=_open_no_link) as file:
            found = os.fstat(file.fileno())
            if found.st_uid != os.geteuid() or found.st_mode & _OTHERS_MAY_WRITE:
                raise PermissionError(str(self._path))
            whole = json.load(file)
        if not isinstance(whole, dict):
            raise TypeError(str(self._path))
        return whole


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


def _key(text: str) -> str:
    """Return the hash of all that decides what a text means."""
    library = find_spec("pydantic")
    names = ["accepted", "checked", "durations", "model", "secret_shapes"]
    files = [Path(__file__).with_name(f"{name}.py") for name in names]
    if library is not None and library.origin:
        files.append(Path(library.origin).with_name("version.py"))
    parts = [__version__, sys.version, *(file.read_text(encoding="utf-8") for file in files), text]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
