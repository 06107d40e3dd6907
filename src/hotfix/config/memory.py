"""Remembers which texts were found right, so that they need not be checked once more.

Checking takes a library whose import is the longest part of a rollback's start. What a text means
is told by the text, by the code that checks it and by Python alone: a text is remembered under the
hash of all of them, and where any has changed it is another one, which is checked in full. The file
may be lost, and counts for nothing where anybody else could have written it.
"""

import hashlib
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hotfix import __version__
from hotfix.config.accepted import as_json, from_json
from hotfix.domain import branch_pattern, keep_rule
from hotfix.processes.own_file import read_own, replace_own

if TYPE_CHECKING:
    from hotfix.config.model import Config

_FILE = "accepted-configurations.json"
#: our files whose code decides what a text means: those of this folder, and others
DECIDING = (
    "accepted",
    "checked",
    "durations",
    "model",
    "people",
    "secret_shapes",
    "section",
    "status_page",
    "webhooks",
    "zones",
)
DECIDING_BESIDES = (branch_pattern, keep_rule)
# Of a repository today's and those of its runs; several repositories.
_MOST = 16


class Memory:
    """What is remembered of one text, in a state directory."""

    def __init__(self, state: str, text: str) -> None:
        self._path = os.path.join(state, _FILE)
        self._key = _key(text)

    def recalled(self) -> "Config | None":
        """Return the configuration that the text was found to hold; None where it is not known."""
        try:
            return cast("Config", from_json(read_own(self._path)[self._key]))
        except (KeyError, TypeError, AttributeError):
            return None

    def keep(self, config: "Config") -> None:
        """Remember the configuration, where there is a state directory that can be written."""
        latest = list(read_own(self._path).items())[1 - _MOST :]
        replace_own(self._path, dict(latest) | {self._key: as_json(config)})


def _key(text: str) -> str:
    """Return the hash of all that decides what a text means."""
    library = find_spec("pydantic")
    files = [Path(__file__).with_name(f"{name}.py") for name in DECIDING]
    files += [Path(str(module.__file__)) for module in DECIDING_BESIDES]
    if library is not None and library.origin:
        files.append(Path(library.origin).with_name("version.py"))
    parts = [__version__, sys.version, *(file.read_text(encoding="utf-8") for file in files), text]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
