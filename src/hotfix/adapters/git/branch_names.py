"""Which names a branch may have: by git's rules, and beside the branches that are there.

To git a branch is a file, and what stands before a slash is a folder: there cannot be both.
"""

from collections.abc import Collection, Iterator
from contextlib import suppress
from itertools import chain, count

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.in_the_way import (
    branch_exists,
    is_in_the_way,
    is_in_the_way_there,
    only_remembered,
)
from hotfix.domain.lines import text_lines
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError

_HEADS = "refs/heads/"


class BranchNames:
    """Names in one clone and on its remote."""

    def __init__(self, git: GitCommand, remote: str) -> None:
        self._git = git
        self._remote = remote

    def check(self, branch: str) -> None:
        """Ask git whether ``branch`` is a valid name; raises ProblemError if not."""
        is_valid = not branch.startswith("-") and (
            self._git.read("check-ref-format", f"{_HEADS}{branch}").code == 0
        )
        if not is_valid:
            raise ProblemError(
                Problem(
                    ProblemCode.USAGE,
                    what=f"{branch!r} is no valid branch name.",
                    why="git check-ref-format refuses it.",
                    next_command="git help check-ref-format",
                )
            )

    def free(self, branch: str) -> str:
        """Return ``branch``, or the first of ``branch-2`` and so on that is no branch yet."""
        taken = self._here(_HEADS) | self._here(self._tracking)
        with suppress(TemporaryTroubleError):
            taken |= self.there(f"{branch}*")
        names = chain([branch], (f"{branch}-{number}" for number in count(2)))
        return next(name for name in names if name not in taken)

    def check_new(self, branch: str, otherwise: str) -> None:
        """Refuse a name that is of no use in this clone; raises ProblemError."""
        self.check(branch)
        here = self._here(_HEADS)
        if branch in here:
            raise ProblemError(branch_exists(branch, otherwise))
        for other in self._beside(branch, here):
            raise ProblemError(is_in_the_way(other, branch))

    def check_there(self, branch: str) -> None:
        """Refuse a name that the remote cannot take, as far as it answers; raises ProblemError."""
        with suppress(TemporaryTroubleError):
            there = self.there(*patterns(branch))
            for problem in self.troubles(branch, there):
                raise ProblemError(problem)

    def troubles(self, branch: str, there: Collection[str]) -> Iterator[Problem]:
        """Yield why ``branch`` cannot be, here or on the remote.

        Args:
            branch: a valid name.
            there: the remote's branches that are named like ``patterns(branch)``.
        """
        for other in self._beside(branch, self._here(_HEADS)):
            yield is_in_the_way(other, branch)
        for other in self._beside(branch, there):
            yield is_in_the_way_there(other, branch, self._remote)
        for other in self._beside(branch, self._here(self._tracking)):
            if other not in there:
                yield only_remembered(other, branch, self._remote)

    def there(self, *wanted: str) -> set[str]:
        """Ask the remote for its branches of these names, or patterns."""
        names = [f"{_HEADS}{each}" for each in wanted]
        listed = self._git.network("ls-remote", "--heads", self._remote, *names)
        return names_in(listed.output) if listed.code == 0 else set()

    @property
    def _tracking(self) -> str:
        return f"refs/remotes/{self._remote}/"

    def _here(self, place: str) -> set[str]:
        listed = self._git.text("for-each-ref", "--format=%(refname)", place)
        return {each.removeprefix(place) for each in text_lines(listed)}

    def _beside(self, branch: str, others: Collection[str]) -> list[str]:
        """Return which of ``others`` cannot be beside ``branch``."""
        asked = ("config", "--type=bool", "--get", "core.ignoreCase")
        is_folded = self._git.read(*asked).output.strip() == "true"
        name = branch.casefold() if is_folded else branch
        known = {(it.casefold() if is_folded else it): it for it in others}
        found = [known[it] for it in _above(name) if it in known]
        return [*found, *(whole for it, whole in known.items() if it.startswith(f"{name}/"))]


def patterns(branch: str) -> tuple[str, ...]:
    """Return what to ask a remote for: all that cannot be beside ``branch``."""
    return (*_above(branch), f"{branch}/*")


def names_in(listed: str) -> set[str]:
    """Return the names of the branches in what ``git ls-remote`` prints."""
    refs = (line.partition("\t")[2] for line in text_lines(listed))
    return {ref.removeprefix(_HEADS) for ref in refs if ref.startswith(_HEADS)}


def _above(branch: str) -> tuple[str, ...]:
    parts = branch.split("/")
    return tuple("/".join(parts[:end]) for end in range(1, len(parts)))
