"""The shape of a scenario: what is played in a drill, by whom, and how it is meant to end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hotfix.simulators.played_fix import GOOD_FIX, PlayedFix
from hotfix.simulators.world import World


def _as_it_is(_world: World) -> None:
    """Leave the world as it is."""


@dataclass(frozen=True)
class Act:
    """What is done between two commands, and how it is shown."""

    saying: str  # as somebody types it, or who does what
    do: Callable[[World], None]
    # Whether the player types it, where one plays; else it is done by others, at its cue.
    by_player: bool = False


@dataclass(frozen=True)
class Cue:
    """What happens, or is to be remembered, once a run that a person plays is so far."""

    step: str  # the step that begins
    say: str = ""  # what the player is told; CLONE in it is the folder that they work in
    asks: bool = False  # whether it comes only when the step asks
    do: Callable[[World], None] = _as_it_is  # what others do


@dataclass(frozen=True)
class Scenario:
    """One drill."""

    name: str  # behind ``--scenario``
    summary: str  # one sentence for ``--list``
    part: str  # what a player has to do, said before it begins
    fix: PlayedFix = GOOD_FIX  # what the played engineer writes
    # Changes the world once it is up, before ``hotfix start``.
    prepare: Callable[[World], None] = _as_it_is
    # The step in which ``start`` is broken off with Ctrl-C; empty for none.
    breaks_off_in: str = ""
    # The step in whose question a player leaves with Ctrl-C, to give a command of their own.
    leaves_in: str = ""
    # Whether the process of ``start`` is killed when the world says so (``World.laptop_dies``).
    dies: bool = False
    # Whether a player comes in after ``start``: until then a colleague is played.
    enters_later: bool = False
    # What happens after ``start``: the commands that the played operator gives, such as
    # ``rollback``, and what others do.
    then: tuple[str | Act, ...] = ()
    # What others do before the played operator gives the commands of ``then``.
    meanwhile: Callable[[World], None] = _as_it_is
    cues: tuple[Cue, ...] = ()  # for a player
    ends_with: int = 0  # the exit code that the last command is meant to have
    # What the played operator has read and says yes to, by the key of the question.
    answers: Mapping[str, str] = field(default_factory=dict)
    customer_facing: bool = False  # whether ``start`` is told that customers notice
    on_budget: str = ""  # what the played operator's ``--on-budget`` says; empty for no flag

    @property
    def acts(self) -> tuple[Act, ...]:
        """Return what is done between its commands."""
        return tuple(each for each in self.then if isinstance(each, Act))

    @property
    def stops(self) -> bool:
        """Whether a player's ``start`` stops in the middle, and their commands are part of it."""
        return bool(self.breaks_off_in or self.leaves_in) or self.dies or self.enters_later
