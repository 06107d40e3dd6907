"""A test suite as it was found, and the clone that it was looked for in."""

import json
import re
import shlex
import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from hotfix.detect.files import Files, folder_of, joined
from hotfix.detect.workflows import Workflow
from hotfix.domain.frozen import frozen


@frozen
class Suite:
    """One command that tests something."""

    kind: str  #: the ecosystem, such as ``cargo``
    folder: str  #: relative to the root; ``.`` for it
    run: str  #: the command line, without a shell
    seen: str  #: what says so
    #: whether it tests what is further down as well, as a workspace does
    covers_below: bool = False
    #: whether it is a part of any suite of its kind further up: nothing else says that it is one
    is_loose: bool = False
    name: str = ""  #: what it is called; empty for its folder, or its ecosystem at the root


@frozen
class Clone:
    """The files, and what the team's own checks run."""

    files: Files
    workflows: Sequence[Workflow] = ()

    def path(self, folder: str, name: str) -> str:
        """Return the path of a file in a folder; empty where there is none."""
        return joined(folder, name) if name in self.names(folder) else ""

    def names(self, folder: str) -> frozenset[str]:
        """Return the names of the files in a folder."""
        return self.files.folders.get(folder, frozenset())

    def text(self, folder: str, name: str) -> str:
        """Return a file's text; empty where there is none, or it cannot be read."""
        path = self.path(folder, name)
        return (self.files.read(path) or "") if path else ""

    def toml(self, folder: str, name: str) -> Mapping[str, Any]:
        """Return what a TOML file holds; empty where it is none."""
        try:
            return tomllib.loads(self.text(folder, name))
        except (ValueError, RecursionError):
            return {}

    def json(self, folder: str, name: str) -> Mapping[str, Any]:
        """Return what a JSON file holds; empty where it is none."""
        try:
            found = json.loads(self.text(folder, name) or "{}")
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def upwards(self, folder: str, *names: str) -> str:
        """Return the first of the files that is in ``folder`` or in one above it, or nothing."""
        while True:
            found = next((each for each in names if each in self.names(folder)), "")
            if found or folder == ".":
                return found
            folder = folder_of(folder)

    def has_below(self, folder: str, shape: "re.Pattern[str]") -> bool:
        """Tell whether a file in a folder, or further down, is called in this way."""
        return any(
            (each == folder or is_under(each, folder)) and any(map(shape.fullmatch, names))
            for each, names in self.files.folders.items()
        )

    def program(self, folder: str, name: str) -> str:
        """Return how a script of the clone is run, from its folder; empty where there is none."""
        path = self.path(folder, name)
        if not path:
            return ""
        return f"./{name}" if path in self.files.executable else f"sh {name}"

    @cached_property
    def checked(self) -> Mapping[tuple[str, str], str]:
        """Return the file that runs a command, by its folder and its line."""
        found: dict[tuple[str, str], str] = {}
        for workflow in self.workflows:
            for script, folder in workflow.scripts():
                for line in script.splitlines():
                    key = (joined(".", folder), " ".join(line.split()))
                    found.setdefault(key, workflow.path)
        return found


def is_under(folder: str, above: str) -> bool:
    """Tell whether a folder is further down than another one."""
    return folder != above and (above == "." or folder.startswith(f"{above}/"))


def words_of(line: str) -> list[str]:
    """Return the words of a command line; none where it cannot be split."""
    try:
        return shlex.split(line)
    except ValueError:
        return []
