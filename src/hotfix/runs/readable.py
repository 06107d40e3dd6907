"""What is told of runs that cannot be read: they bar no other."""

from collections.abc import Callable

from hotfix.domain.problem import Problem
from hotfix.view.foreign_text import one_line

# Is told in one line which run is passed over, and why.
Say = Callable[[str], None]


def passed_over(problem: Problem) -> str:
    """Return what is told of a run that cannot be read."""
    return one_line(f"Warning: {problem.what} It is passed over. {problem.next_command}")


def in_silence(_text: str) -> None:
    """Say nothing, where another line names what cannot be read."""
