"""A problem ends a command with its words and its exit code; ``unforeseen`` has the rest."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

from hotfix.cli.telling import tell, tell_interruption
from hotfix.cli.termination import termination_as_interrupt
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError

P = ParamSpec("P")


def command(act: Callable[P, int]) -> Callable[P, None]:
    """Turn a function that returns an exit code into a command that ends with it."""

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        # However it was asked for: --json, or --format json.
        as_json = kwargs.get("as_json") or kwargs.get("form") == "json"
        as_json = as_json or any(getattr(each, "as_json", False) for each in args)
        with problems_in_words(as_json=bool(as_json)), termination_as_interrupt():
            sys.exit(act(*args, **kwargs))

    return run


@contextmanager
def problems_in_words(*, as_json: bool = False) -> Iterator[None]:
    """End with a problem on standard error: what happened, why, the next command."""
    try:
        yield
    except ProblemError as error:
        sys.exit(tell(error.problem, as_json=as_json))
    except TemporaryTroubleError as trouble:
        sys.exit(tell(_for_now(trouble), as_json=as_json))
    except KeyboardInterrupt as interrupt:
        notes = tuple(getattr(interrupt, "__notes__", ()))
        sys.exit(tell_interruption(notes, as_json=as_json))


def _for_now(trouble: TemporaryTroubleError) -> Problem:
    again = "the same command again, in a moment"
    next_command = f"{trouble.mend}, then: {again}" if trouble.mend else again
    return Problem(ProblemCode.FAILED, what=trouble.saying, why="", next_command=next_command)
