"""What git shows as a change and is nobody's work on the fix, told from what is.

That is a file which is just as a checkout writes it: one that was committed with other ends of
lines than its attributes say, or without a filter's pass, is a change to git from the start, and
no stash and no checkout takes that away. And it is a repository within the clone that is no
submodule: a commit would take in its name, and none of its files.
"""

import stat
from collections.abc import Sequence
from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.domain.frozen import frozen

Entry = tuple[str, str]
_LITERAL = {"GIT_LITERAL_PATHSPECS": "1"}
_CHANGED, _UNKNOWN = " M", "??"
# Of more files, and larger ones, it is not asked: they are taken for work.
_MOST_FILES, _MOST_BYTES = 200, 8 * 1024 * 1024


@frozen
class Seen:
    """What git shows as changed in a work tree."""

    work: tuple[Entry, ...]  #: how git marks it, and its path: somebody's work, or configuration
    as_checked_out: tuple[str, ...]  #: paths of files that are just as a checkout writes them
    embedded: tuple[str, ...]  #: paths of repositories within that are no submodules


class NobodysWork:
    """Remembers what it has compared while a file stays as it is: it is asked every second."""

    def __init__(self, git: GitCommand) -> None:
        self._git = git
        self._compared: dict[tuple[str, str, str], tuple[tuple[int, ...], bool]] = {}

    def apart(self, folder: Path, entries: Sequence[Entry]) -> Seen:
        """Tell the ``entries`` of git status in ``folder`` apart."""
        files, repositories = self._as_checked_out(folder, entries), self._embedded(folder, entries)
        nobodys = {*files, *repositories}
        work = tuple(each for each in entries if each[1] not in nobodys)
        return Seen(work, tuple(files), tuple(repositories))

    def _as_checked_out(self, folder: Path, entries: Sequence[Entry]) -> list[str]:
        """Return the paths of the files that are as a checkout writes them."""
        changed = [path for how, path in entries if how == _CHANGED][: _MOST_FILES + 1]
        if not changed or len(changed) > _MOST_FILES:
            return []
        words = ("ls-files", "--stage", "-z", "--", *changed)
        listed = self._git.read(*words, folder=folder, environ=_LITERAL).output.split("\0")
        found = []
        for entry in filter(None, listed):
            about, _, path = entry.partition("\t")
            mode, blob, _stage = about.split(" ")
            if self._is_as_checked_out(folder, path, mode, blob):
                found.append(path)
        return found

    def _embedded(self, folder: Path, entries: Sequence[Entry]) -> list[str]:
        """Return the paths, as git status has them, of repositories that are no submodules."""
        found = [path for how, path in entries if how == _UNKNOWN and path.endswith("/")]
        staged = [path for how, path in entries if how[0] == "A" and (folder / path).is_dir()]
        if staged:
            known = self._submodules(folder)
            found += [path for path in staged if path not in known]
        return found

    def _submodules(self, folder: Path) -> set[str]:
        words = ("config", "-z", "--file", ".gitmodules", "--get-regexp", r"^submodule\..*\.path$")
        listed = self._git.read(*words, folder=folder).output
        return {entry.partition("\n")[2] for entry in listed.split("\0") if entry}

    def _is_as_checked_out(self, folder: Path, path: str, mode: str, blob: str) -> bool:
        file = folder / path
        try:
            found = file.lstat()
        except OSError:
            return False
        is_executable = bool(found.st_mode & stat.S_IXUSR)
        if not stat.S_ISREG(found.st_mode) or is_executable != (mode == "100755"):
            return False
        if found.st_size > _MOST_BYTES:
            return False
        key, seen = (str(folder), path, blob), (found.st_size, found.st_mtime_ns, found.st_ino)
        known = self._compared.get(key)
        if known is None or known[0] != seen:
            whole = self._git.content("cat-file", "--filters", f":{path}", folder=folder)
            known = (seen, whole is not None and whole == _bytes_of(file))
            self._compared[key] = known
        return known[1]


def _bytes_of(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
