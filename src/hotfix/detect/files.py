"""The tracked files of a clone, as far as they may be read."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from hotfix.domain.frozen import frozen

# What others wrote, or wrote to be tried out: its tests and its manifests are not the team's.
_FOREIGN = frozenset(
    {
        "node_modules",
        "vendor",
        "third_party",
        "testdata",
        "fixtures",
        "__fixtures__",
        "examples",
        "example",
        "samples",
        "target",
        "dist",
        ".venv",
    }
)


@frozen
class Files:
    """A read-only view: regular files alone, no links and no submodules."""

    paths: tuple[str, ...]  #: relative to the root, with slashes, in order
    #: returns the text of one of them; None where it is too large, no text, or gone
    read: Callable[[str], str | None]
    executable: frozenset[str] = frozenset()  #: those that git has as programs

    @classmethod
    def of(cls, texts: Mapping[str, str], executable: frozenset[str] = frozenset()) -> "Files":
        """Return the view of files whose texts are known."""
        return cls(tuple(sorted(texts)), texts.get, executable)

    @cached_property
    def own(self) -> tuple[str, ...]:
        """Return the paths that are the team's own, those nearest to the root first."""
        found = (each for each in self.paths if not _FOREIGN & set(each.split("/")[:-1]))
        return tuple(sorted(found, key=lambda path: (path.count("/"), path)))

    @cached_property
    def folders(self) -> dict[str, frozenset[str]]:
        """Return the names of the files in every folder, by its path; the root is ``.``."""
        found: dict[str, set[str]] = {}
        for path in self.own:
            folder, _, name = path.rpartition("/")
            found.setdefault(folder or ".", set()).add(name)
        return {folder: frozenset(names) for folder, names in found.items()}

    def named(self, *names: str) -> Iterator[str]:
        """Yield the team's own files of these names, those nearest to the root first."""
        for path in self.own:
            if path.rpartition("/")[2] in names:
                yield path

    def first(self, *paths: str) -> str:
        """Return the first of ``paths`` that is there, or an empty text."""
        there = set(self.paths)
        return next((path for path in paths if path in there), "")


def folder_of(path: str) -> str:
    """Return the folder of a path; the root is ``.``."""
    return path.rpartition("/")[0] or "."


def joined(folder: str, name: str) -> str:
    """Return the path of ``name`` in ``folder``, without ``.`` and ``..``; empty outside of all."""
    parts: list[str] = []
    for part in (*folder.split("/"), *name.split("/")):
        if part == ".." and not parts:
            return ""
        if part == "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts) or "."
