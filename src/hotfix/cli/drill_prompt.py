"""The prompt of a drill: what a player types between two commands, as at a shell."""

import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hotfix.cli import exit_codes
from hotfix.cli.drill_commands import Commands
from hotfix.cli.drill_screen import DrillScreen
from hotfix.domain.problem import InputEndedError

if TYPE_CHECKING:
    from hotfix.simulators.scenarios import Act
    from hotfix.simulators.world import World

_LEAVE = frozenset({"exit", "quit"})
_TAKES = "It takes hotfix COMMAND, git COMMAND, export NAME=VALUE, and exit, which ends the drill."


class Prompt:
    """Takes commands until the run is over, or the player leaves.

    Args:
        world: where they are given.
        acts: what else may be typed, word for word.
        is_over: tells whether nothing is left to do.
    """

    def __init__(
        self,
        world: "World",
        screen: DrillScreen,
        acts: "Sequence[Act]",
        is_over: Callable[[], bool],
    ) -> None:
        self._world = world
        self._screen = screen
        self._acts = {each.saying: each for each in acts if each.by_player}
        self._is_over = is_over
        self.commands = 0

    def go(self) -> None:
        """Read and give commands."""
        others = "".join(f" Also: {each}" for each in self._acts)
        self._screen.lines(["", f"Now you type. {_TAKES}{others}"], "title")
        while not self._is_over():
            try:
                line = self._screen.line("drill$ ")
            except (InputEndedError, KeyboardInterrupt):
                return
            if line in _LEAVE:
                return
            if line and not self._given(line):
                self._screen.wrong_turns.add()

    def _given(self, line: str) -> bool:
        """Do what was typed; returns whether it was understood."""
        if line in self._acts:
            self._acts[line].do(self._world)
            self.commands += 1
            return True
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            self._screen.lines([f"That is no command: {error}."], "warning")
            return False
        match words:
            case ["hotfix" | "git" as program, *rest]:
                return self._run(program, rest)
            case ["export", assignment] if "=" in assignment:
                self._world.export(*assignment.split("=", 1))
                self.commands += 1
                return True
        self._screen.lines([_TAKES], "warning")
        return False

    def _run(self, program: str, words: Sequence[str]) -> bool:
        code = Commands(self._world).give(program, words, may_ask=True)
        if program == "hotfix" and code == exit_codes.USAGE:
            return False
        self.commands += 1
        if code < 0:
            said = f"It was killed by signal {-code}. Next, at this prompt: hotfix status"
            self._screen.lines([said], "warning")
        return True
