"""The temporary work trees that a killed process of a run left in the run's folder."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.domain.problem import ProblemError, TemporaryTroubleError

if TYPE_CHECKING:
    from hotfix.adapters.git.repository import GitRepository


class LeftTrees:
    """Implements ``ports.leftovers.Leftovers``; git is imported only where there is something."""

    def __init__(self, folder: Path, repository: "Callable[[], GitRepository]") -> None:
        self._folder = folder
        self._repository = repository

    def clear(self) -> str:
        """Remove them; returns what could not be and why, or an empty text."""
        if not self._folder.is_dir() or not any(self._folder.iterdir()):
            return ""
        try:
            self._repository().clear_temporary_trees()
        except ProblemError as error:
            why = f"{error.problem.what} {error.problem.why}"
        except TemporaryTroubleError as trouble:
            why = trouble.saying
        else:
            return ""
        return f"A killed process left work trees in {self._folder}, and they stay for now: {why}"
