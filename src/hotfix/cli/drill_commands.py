"""Commands of a drill that are processes of their own."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hotfix.domain.frozen import frozen
from hotfix.processes.at_our_terminal import run_at_our_terminal

if TYPE_CHECKING:
    from hotfix.simulators.world import World

_OURS = "HOTFIX_"


@frozen
class Commands:
    """Gives commands in a world; they see nothing of the user's own settings of ``hotfix``."""

    world: "World"  #: where they are given

    def give(
        self,
        program: str,
        words: Sequence[str],
        *,
        may_ask: bool,
        dies: bool = False,
        each_line: Callable[[str], None] | None = None,
    ) -> int:
        """Run ``hotfix`` or ``git`` to its end; returns its exit code, negative for a signal.

        Args:
            program: which of the two.
            words: the rest of the command.
            may_ask: whether a person is there to answer.
            dies: whether it is killed when the world says so.
            each_line: gets each whole line that it prints; None lets it print by itself.
        """
        ours = [sys.executable, "-m", "hotfix"] if program == "hotfix" else [program]
        return run_at_our_terminal(
            [*ours, *words],
            folder=self.world.clone,
            adds=self.world.environ,
            environ={key: value for key, value in os.environ.items() if not key.startswith(_OURS)},
            may_ask=may_ask,
            killed=self._is_dead if dies else lambda: False,
            each_line=each_line,
        )

    def _is_dead(self) -> bool:
        if not self.world.laptop_dies.is_set():
            return False
        with self.world.timeline.lock:
            return True  # what it dies of is done by now
