"""A drill that breaks off says what is true then: its world is gone, and what of it is kept."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.cli.telling import tell_interruption
from hotfix.cli.unforeseen import unforeseen_here, watch_over_threads
from hotfix.domain.problem import Problem, ProblemError, TemporaryTroubleError
from hotfix.runs.drill_records import keep_records, newest_of, where_kept
from hotfix.runs.state_folder import state_folder
from hotfix.view.printing import print_lines

if TYPE_CHECKING:
    from hotfix.simulators.world import World

# What finds nothing once the world is gone; a drill anew makes one of its own.
_FINDS_A_RUN = re.compile(r"\bhotfix (?!drill\b)")
_GOES_ON = "go on, as the drill does; where it does not: Ctrl-C, then hotfix drill"


class Ending:
    """Whatever ends a drill in the middle is told here, with commands that work without its world.

    Args:
        scenario: what is drilled.
        as_json: whether a program reads what is said.
    """

    def __init__(self, scenario: str, *, as_json: bool) -> None:
        self._again = f"hotfix drill {scenario}"
        self._as_json = as_json
        self._user = Path(state_folder(os.environ))
        self._world: World | None = None
        self._run = ""

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """Wrap all of a drill, the coming and going of its world included.

        Raises:
            ProblemError: what broke it off, foreseen or not.
            SystemExit: it was interrupted.
        """
        watch_over_threads(_GOES_ON)
        try:
            yield
        except ProblemError as error:
            raise ProblemError(self._as_it_is_now(error.problem)) from error
        except (TemporaryTroubleError, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            # What was noted of it names commands of the world.
            notes = tuple(self._what_is_left())
            sys.exit(tell_interruption(notes, as_json=self._as_json, next_command=self._next))
        except Exception as error:
            if error is getattr(sys.stdout, "trouble", None):
                raise
            raise ProblemError(unforeseen_here("The drill", error, self._next)) from error

    @contextmanager
    def keeping(self, world: "World") -> Iterator[None]:
        """Wrap what is done in the world; where that breaks off, its records are kept first."""
        self._world = world
        try:
            yield
        except BaseException:
            drilled = Path(world.environ["HOTFIX_STATE_DIR"])
            keep_records(self._user, drilled, lambda text: print_lines(text, file=sys.stderr))
            self._run = newest_of(self._user, drilled)
            raise

    @property
    def _next(self) -> str:
        if not self._run:
            return self._again
        return f"hotfix show {self._run}, which tells how far it came; once more: {self._again}"

    def _what_is_left(self) -> Iterator[str]:
        if self._world is not None:
            yield "The drill is over, and its world is gone."
        if self._run:
            yield f"Its record is kept: hotfix show {self._run}"

    def _as_it_is_now(self, problem: Problem) -> Problem:
        if self._world is None:
            return problem
        kept, gone = where_kept(self._user), Path(self._world.environ["HOTFIX_STATE_DIR"])
        why = problem.why
        if self._run:
            why = why.replace(f"{gone / 'runs'}{os.sep}", f"{kept}{os.sep}")
        named = problem.next_command
        is_gone = _FINDS_A_RUN.search(named) or str(self._world.folder) in named
        return replace(
            problem,
            why=f"{why}\nThe drill is over, and its world is gone.".lstrip(),
            next_command=self._next if is_gone else named,
        )
