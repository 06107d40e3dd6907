"""How a command that cannot go on says so: on standard error, in words or as one object."""

import sys

from hotfix.cli import exit_codes
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.view.printing import print_lines

VERSION = 1


def tell(problem: Problem, *, as_json: bool) -> int:
    """Print what happened, why, and the next command; returns the exit code of the problem."""
    code = exit_codes.of_problem(problem.code)
    if as_json:
        tell_as_json(problem.code, problem.what, problem.why, problem.next_command, code)
    else:
        from hotfix.view.problem_lines import problem_lines

        print_lines(*problem_lines(problem), file=sys.stderr)
    return code


def tell_interruption(
    notes: tuple[str, ...], *, as_json: bool, next_command: str = "hotfix status"
) -> int:
    """Print that the command was interrupted, with what there is to say of it."""
    if as_json:
        code = exit_codes.INTERRUPTED
        tell_as_json("interrupted", "Interrupted.", "\n".join(notes), next_command, code)
    else:
        print_lines("Interrupted.", *notes, file=sys.stderr)
    return exit_codes.INTERRUPTED


def tell_unwritten(error: OSError, *, as_json: bool) -> int:
    """Print that standard output takes nothing more; returns the exit code."""
    return tell(
        Problem(
            ProblemCode.FAILED,
            what="Standard output could not be written: what is printed there is not whole.",
            why=error.strerror or str(error),
            next_command="df -h, then the same command with its output somewhere else",
        ),
        as_json=as_json,
    )


def tell_as_json(code: str, what: str, why: str, next_command: str, exit_code: int) -> None:
    """Print one object on one line."""
    from hotfix.domain.foreign_text import json_line

    told = {
        "v": VERSION,
        "code": str(code),
        "what": what,
        "why": why,
        "next_command": next_command,
        "exit_code": exit_code,
    }
    print(json_line(told), file=sys.stderr, flush=True)
