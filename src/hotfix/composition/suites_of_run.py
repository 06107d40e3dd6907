"""The suites of a run; what runs them is imported where one is started, or was left running."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotfix.adapters.local_suites import LocalSuites
    from hotfix.ports.suite_runner import Suite, SuiteRun


class SuitesOfRun:
    """Implements ``ports.suite_runner.SuiteRunner`` for a run that may never start a suite.

    Args:
        log_folder: where each start of a suite has a file for its output.
        records: where it is on record which suites run; empty where none does.
    """

    def __init__(self, log_folder: Path, records: Path) -> None:
        self._log_folder = log_folder
        self._records = records
        self._is_used = False

    def end_what_is_left(self) -> tuple[str, ...]:
        """Begin to end what a killed process of the run left; returns what it is."""
        if not self._records.is_dir() or not any(self._records.iterdir()):
            return ()
        return self._suites.end_what_is_left()

    def start(self, suites: "Sequence[Suite]", folder: Path) -> None:
        """Start all suites in the work tree ``folder``."""
        self._suites.start(suites, folder)

    def look(self) -> "tuple[SuiteRun, ...]":
        """Return how each started suite stands."""
        return self._suites.look() if self._is_used else ()

    def stop(self) -> None:
        """End whatever runs."""
        if self._is_used:
            self._suites.stop()

    @cached_property
    def _suites(self) -> "LocalSuites":
        from hotfix.adapters.local_suites import LocalSuites

        self._is_used = True
        return LocalSuites(self._log_folder, self._records)
