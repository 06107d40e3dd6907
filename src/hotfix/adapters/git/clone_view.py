"""A clone as ``hotfix init`` reads it: its tracked files, its remotes, its branches."""

import os
import re
import shlex
import stat
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

from hotfix.adapters.git.branch_names import names_in
from hotfix.adapters.git.command import GitCommand, open_repository
from hotfix.adapters.git.refusals import last_words
from hotfix.detect.files import Files
from hotfix.detect.found import CloneView
from hotfix.detect.setting import Remark
from hotfix.domain.git_address import named_by
from hotfix.domain.lines import text_lines
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.processes.running import run

_MOST_BYTES = 262_144
_MOST_FILES = 200_000
_REGULAR, _PROGRAM = "100644", "100755"
_NETWORK_SECONDS = 10.0
_SSH_SECONDS = 5.0
_ALIAS = re.compile(r"[A-Za-z0-9][\w-]*", re.ASCII)
_HEAD = re.compile(r"^ref: refs/heads/(\S+)\tHEAD$", re.MULTILINE)


class ClonedRepository:
    """The clone that ``folder`` is in; raises ProblemError where there is none, or no git."""

    def __init__(self, folder: Path) -> None:
        self._git = GitCommand(open_repository(folder), _NETWORK_SECONDS)

    @property
    def root(self) -> Path:
        """Return the root of the work tree."""
        return self._git.root

    @cached_property
    def is_detached(self) -> bool:
        """Tell whether no branch is checked out."""
        return self._git.read("symbolic-ref", "--quiet", "HEAD").code != 0

    def view(self) -> CloneView:
        """Return all that the clone says; the remote is asked for its branches.

        Raises:
            ProblemError: git itself does not answer.
        """
        branch = self._git.read("branch", "--show-current").output.strip()
        upstream = self._config(f"branch.{branch}.remote") if branch else ""
        remotes = self._remotes()
        view = CloneView(self._files(), remotes, upstream)
        remarks = [*self._unusual(view.files)]
        branches, default, seen, trouble = self._branches(view.origin.remote)
        if trouble:
            remarks.append(Remark("git", trouble, "the remote"))
        return CloneView(view.files, remotes, upstream, branches, default, seen, tuple(remarks))

    def commit(self, path: str, message: str) -> str:
        """Commit the one new file, whatever else is staged, and return the commit's short name.

        Raises:
            ProblemError: it is ignored, a hook refuses it, or git knows no identity.
        """
        for words in (("add", "--", path), ("commit", "--quiet", "--message", message, "--", path)):
            done = self._git.change(*words)
            if done.code != 0:
                raise ProblemError(_not_committed(path, last_words(done)))
        return self._git.text("rev-parse", "--short", "HEAD").strip()

    def _config(self, key: str) -> str:
        return self._git.read("config", "--get", key).output.strip()

    def _remotes(self) -> Mapping[str, tuple[str, ...]]:
        """Return the addresses of each remote as ``detect.remote`` takes them."""
        found = {}
        for name in text_lines(self._git.text("remote")):
            used = self._git.read("remote", "get-url", "--", name).output.strip()
            written = self._config(f"remote.{name}.url")
            found[name] = tuple(filter(None, (used, written, _behind_alias(used))))
        return found

    def _files(self) -> Files:
        listed = self._git.content("ls-files", "--stage", "-z") or b""
        modes: dict[str, str] = {}
        for line in listed.split(b"\0")[:_MOST_FILES]:
            about, _, path = line.partition(b"\t")
            try:
                modes[path.decode("utf-8")] = about.decode("ascii").partition(" ")[0]
            except UnicodeDecodeError:
                continue
        paths = sorted(path for path, mode in modes.items() if mode in {_REGULAR, _PROGRAM})
        programs = frozenset(path for path in paths if modes[path] == _PROGRAM)
        return Files(tuple(paths), lru_cache(maxsize=None)(self._text), programs)

    def _text(self, path: str) -> str | None:
        """Return the text of a file; None of a link, of what lies behind one, of a huge one."""
        place = self.root / path
        try:
            if not place.parent.resolve().is_relative_to(self.root.resolve()):
                return None
            file = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(file, "rb") as opened:  # noqa: PTH123 - opened already, without links
                is_fit = stat.S_ISREG(os.fstat(file).st_mode)
                whole = opened.read(_MOST_BYTES + 1) if is_fit else b""
        except (OSError, ValueError, RuntimeError):
            return None
        if not is_fit or len(whole) > _MOST_BYTES:
            return None
        try:
            return whole.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            return None

    def _unusual(self, files: Files) -> Iterator[Remark]:
        if self.is_detached:
            text = "No branch is checked out here (detached HEAD): the files are those of a commit."
            yield Remark("git", text, "HEAD")
        if not files.paths:
            text = "No file is tracked here, so that no file says anything of this repository."
            yield Remark("git", text, "git")

    def _branches(self, remote: str) -> tuple[tuple[str, ...], str, str, str]:
        """Return the remote's branches, its default one, who says so, and what was in the way."""
        if not remote:
            return (), "", "", ""
        trouble = ""
        try:
            listed = self._git.network(
                "ls-remote", "--symref", "--", remote, "HEAD", "refs/heads/*"
            )
        except ProblemError as error:
            trouble = f"{error.problem.what} {error.problem.why}"
        except TemporaryTroubleError as error:
            trouble = f"{error.saying.rstrip('.')}."
        else:
            if listed.code == 0:
                default = _HEAD.search(listed.output)
                heads = tuple(sorted(names_in(listed.output)))
                return heads, default[1] if default else "", f"the default branch of {remote}", ""
            trouble = f"The remote gave no branches: {last_words(listed).rstrip('.')}."
        start = f"refs/remotes/{remote}/"
        known = self._git.read("for-each-ref", "--format=%(refname)", start).output
        names = (line.removeprefix(start) for line in text_lines(known))
        head = self._git.read("symbolic-ref", "--quiet", f"{start}HEAD").output.strip()
        seen = f"the default branch of {remote}, as of the last fetch"
        branches = tuple(each for each in names if each != "HEAD")
        what = "Branches are those last fetched." if branches else "None of its branches is known."
        return branches, head.removeprefix(start), seen, f"{trouble} {what}"


def _behind_alias(address: str) -> str:
    """Return the address with the host that ssh makes of an alias, or nothing."""
    host, name = named_by(address)
    if not name or "." in host or not _ALIAS.fullmatch(host):
        return ""
    try:
        done = run(["ssh", "-G", host], _SSH_SECONDS, keep=65_536)
    except (OSError, ValueError):
        return ""
    for line in text_lines(done.output.decode("utf-8", "replace")):
        key, _, value = line.partition(" ")
        if key == "hostname" and "." in value:
            return f"ssh://{value.strip()}/{name}"
    return ""


def _not_committed(path: str, why: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"{path} is written, and not committed.",
        why=why,
        next_command=shlex.join(("git", "add", "--", path)) + ", which says what is in the way",
    )
