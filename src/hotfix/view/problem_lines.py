"""A problem in plain lines, for standard error."""

from hotfix.domain.problem import Problem
from hotfix.view.foreign_text import clean, links_apart, one_line


def problem_lines(problem: Problem) -> list[str]:
    """Return what happened, why, and the next command."""
    why = [f"  {links_apart(line)}" for line in clean(problem.why).splitlines()]
    return [one_line(problem.what), *why, f"Next: {one_line(problem.next_command)}"]
