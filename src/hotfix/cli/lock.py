"""``hotfix lock``: who holds the hotfix lock; releases it by its id."""

from enum import StrEnum
from typing import Annotated

import typer

from hotfix.cli import flags, screens
from hotfix.cli.errors import command
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.view.printing import print_lines


class Action(StrEnum):
    """What is done with the lock."""

    SHOW = "show"
    RELEASE = "release"


@command
def lock(
    action: Annotated[Action, typer.Argument(metavar="ACTION", help="What to do.")] = Action.SHOW,
    lock_id: Annotated[
        str, typer.Option("--lock-id", help="With release: the id that `hotfix lock` shows.")
    ] = "",
    as_json: flags.ObjectAsJson = False,
    config: flags.Config = None,
) -> int:
    """Show who holds the hotfix lock, or release it from the holder that is named by its id."""
    from hotfix.runs.held_lock import ways_on
    from hotfix.runs.taken_up import lock_session
    from hotfix.view.foreign_text import json_line, one_line

    session = lock_session(screens.say, config)
    cluster = session.tools.needed_cluster()
    if action is Action.RELEASE:
        if not lock_id:
            raise ProblemError(_NO_ID)
        is_released = cluster.break_lock(lock_id)
        if as_json:
            print(json_line({"v": 1, "released": is_released, "lock_id": lock_id}))
        else:
            print_lines(f"Released {lock_id}." if is_released else "The lock is free already.")
        return 0
    holder = cluster.lock_holder()
    if as_json:
        held = holder.to_json() if holder else {}
        ways = ways_on(session.runs, session.state, holder) if holder else ()
        next_commands = [way.command for way in ways if way.command]
        told = {"v": 1, "held": holder is not None, **held, "next_commands": next_commands}
        print(json_line(told))
    elif holder is None:
        print_lines("The hotfix lock is free.")
    else:
        print_lines(
            *(one_line(line) for line in holder.lines()),
            *(one_line(way.line) for way in ways_on(session.runs, session.state, holder)),
        )
    return 0


_NO_ID = Problem(
    ProblemCode.USAGE,
    what="Which lock? Its id is missing.",
    why="A lock is only released by its id, so that nobody frees a later holder's by mistake.",
    next_command="hotfix lock, then: hotfix lock release --lock-id ID",
)
