"""The team's own tests, run on this machine."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from hotfix.domain.frozen import frozen
from hotfix.domain.suite_state import SuiteState


@frozen
class Suite:
    """One configured test suite."""

    name: str  #: such as ``backend``
    command: tuple[str, ...]  #: the program and its arguments; no shell is involved
    directory: str  #: relative to the root of the work tree
    timeout_seconds: float  #: after which it is ended
    grace_seconds: float = 15.0  #: between the request to end and the end
    is_ci: bool = True  #: whether it is told that nobody watches, by ``CI=true``


@frozen
class SuiteRun:
    """A suite, running or over."""

    name: str  #: the suite's
    state: SuiteState  #: how it stands
    exit_code: int | None  #: the program's, or None while it runs or where it did not start
    seconds: float  #: how long it ran
    last_lines: tuple[str, ...]  #: the end of its output, decoded leniently, oldest line first
    log_file: Path  #: where it is, a file of this start alone
    why: str = ""  #: the operating system's words where it did not start; else empty
    left_out: int = 0  #: bytes of the output that the file has no room for, from its middle
    #: for how long it had printed nothing, up to now or to its end
    silent_seconds: float = 0.0
    lines: int = 0  #: how many lines it has printed so far


class SuiteRunner(Protocol):
    """Runs suites side by side, each in a process group of its own."""

    def end_what_is_left(self) -> tuple[str, ...]:
        """Begin to end the suites that a killed process of this run left; returns their names.

        Only what is surely theirs. ``start`` and ``stop`` wait until it is over.
        """
        ...

    def start(self, suites: Sequence[Suite], folder: Path) -> None:
        """Start all suites in the work tree ``folder``; what still ran is ended first."""
        ...

    def look(self) -> tuple[SuiteRun, ...]:
        """Return how each started suite stands, and begin to end those over their timeout.

        One is over when nothing that it started runs any more. Empty when nothing was started by
        this process.
        """
        ...

    def stop(self) -> None:
        """End whatever runs, with its children, and forget it: ``look`` is empty afterwards."""
        ...
