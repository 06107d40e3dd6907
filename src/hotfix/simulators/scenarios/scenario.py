"""The shape of a scenario: what is played in a drill, and how it is meant to end."""

from collections.abc import Callable
from dataclasses import dataclass

from hotfix.simulators.played_fix import GOOD_FIX, PlayedFix
from hotfix.simulators.world import World


def _as_it_is(_world: World) -> None:
    """Leave the world as it is."""


@dataclass(frozen=True)
class Act:
    """What somebody else does between two commands, and how it is shown."""

    saying: str
    do: Callable[[World], None]


@dataclass(frozen=True)
class Scenario:
    """One drill."""

    name: str  # behind ``--scenario``
    summary: str  # one sentence for ``--list``
    fix: PlayedFix = GOOD_FIX  # what the played engineer writes
    # Changes the world once it is up, before ``hotfix start``.
    prepare: Callable[[World], None] = _as_it_is
    # The step in which the played operator breaks ``start`` off with Ctrl-C; empty for none.
    breaks_off_in: str = ""
    # What happens after ``start``: the commands that the played operator gives, such as
    # ``rollback``, and what others do.
    then: tuple[str | Act, ...] = ()
    # What others do before the played operator gives the commands of ``then``.
    meanwhile: Callable[[World], None] = _as_it_is
    ends_with: int = 0  # the exit code that the last command is meant to have
    on_budget: str = ""  # what the played operator's ``--on-budget`` says; empty for no flag
