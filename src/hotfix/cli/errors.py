"""A problem ends a command with its words and its exit code; ``unforeseen`` has the rest."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

from hotfix.cli import exit_codes
from hotfix.cli.termination import termination_as_interrupt
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.view.problem_lines import problem_lines, trouble_lines

P = ParamSpec("P")


def command(act: Callable[P, int]) -> Callable[P, None]:
    """Turn a function that returns an exit code into a command that ends with it."""

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with problems_in_words(), termination_as_interrupt():
            sys.exit(act(*args, **kwargs))

    return run


@contextmanager
def problems_in_words() -> Iterator[None]:
    """End with a problem on standard error: what happened, why, the next command."""
    try:
        yield
    except ProblemError as error:
        print("\n".join(problem_lines(error.problem)), file=sys.stderr)
        sys.exit(exit_codes.of_problem(error.problem.code))
    except TemporaryTroubleError as trouble:
        print("\n".join(trouble_lines(trouble)), file=sys.stderr)
        sys.exit(exit_codes.FAILED)
    except KeyboardInterrupt as interrupt:
        lines = ["Interrupted.", *getattr(interrupt, "__notes__", ())]
        print("\n".join(lines), file=sys.stderr)
        sys.exit(exit_codes.INTERRUPTED)
