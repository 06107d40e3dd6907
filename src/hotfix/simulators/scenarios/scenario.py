"""The shape of a scenario: what is played in a drill, and how it is meant to end."""

from collections.abc import Callable
from dataclasses import dataclass

from hotfix.simulators.played_fix import GOOD_FIX, PlayedFix
from hotfix.simulators.world import World


def _as_it_is(_world: World) -> None:
    """Leave the world as it is."""


@dataclass(frozen=True)
class Act:
    """What somebody else does between two commands.

    Attributes:
        saying: what they do, as it is shown.
        do: changes the world.
    """

    saying: str
    do: Callable[[World], None]


@dataclass(frozen=True)
class Scenario:
    """One drill.

    Attributes:
        name: behind ``--scenario``.
        summary: one sentence for ``--list``.
        fix: what the played engineer writes.
        prepare: changes the world once it is up, before ``hotfix start``.
        then: what happens after ``start``: the commands that the played operator gives, such as
            ``rollback``, and what others do.
        meanwhile: what others do before the played operator gives the commands of ``then``.
        ends_with: the exit code that the last command is meant to have.
        on_budget: what the played operator's ``--on-budget`` says; empty for no flag.
    """

    name: str
    summary: str
    fix: PlayedFix = GOOD_FIX
    prepare: Callable[[World], None] = _as_it_is
    then: tuple[str | Act, ...] = ()
    meanwhile: Callable[[World], None] = _as_it_is
    ends_with: int = 0
    on_budget: str = ""
