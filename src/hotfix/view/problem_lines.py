"""A problem in plain lines, for standard error."""

from hotfix.domain.problem import Problem, TemporaryTroubleError
from hotfix.view.foreign_text import clean, one_line


def problem_lines(problem: Problem) -> list[str]:
    """Return what happened, why, and the next command."""
    why = [f"  {line}" for line in clean(problem.why).splitlines()]
    return [one_line(problem.what), *why, f"Next: {one_line(problem.next_command)}"]


def trouble_lines(trouble: TemporaryTroubleError) -> list[str]:
    """Return what happened, and that another try may help."""
    return [one_line(trouble.saying), "Next: the same command again, in a moment"]
