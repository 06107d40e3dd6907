"""Prints the smallest role that a hotfix works under, once readiness has found rights missing."""

from collections.abc import Callable

from hotfix.domain.fact_names import WARNINGS
from hotfix.domain.progress import Progress
from hotfix.runs.screen import Screen

_STEP, _MISSING = "check_readiness", "kubernetes: rights"


class RoleToGrant:
    """A follower of a run: says what a cluster admin would grant, at the moment that it is missed.

    What was missed by an earlier process, ``before``, is not told again.
    """

    def __init__(self, role: Callable[[], str], screen: Screen, before: Progress) -> None:
        self._role = role
        self._screen = screen
        self._is_told = before.is_done(_STEP)

    def show(self, progress: Progress) -> None:
        """Print the role if rights are missing by now, and that was not told yet."""
        if self._is_told or not _is_missed(progress):
            return
        self._is_told = True
        self._screen.lines(["A cluster admin grants what is missing: hotfix init --rbac prints"])
        self._screen.lines([f"  {line}" for line in self._role().splitlines()], "waiting")


def _is_missed(progress: Progress) -> bool:
    if progress.is_done(_STEP):
        return any(str(each).startswith(_MISSING) for each in progress.facts.get(WARNINGS, ()))
    problem = progress.problem
    return progress.step == _STEP and problem is not None and _MISSING in problem.why
