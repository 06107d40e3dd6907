"""``hotfix drill``: the whole procedure in the embedded world."""

import json
import signal
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from hotfix.cli import completing, exit_codes, flags
from hotfix.cli.errors import command
from hotfix.cli.screens import can_ask
from hotfix.domain.nearest import did_you_mean
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.view.printing import must_be_read, print_lines

if TYPE_CHECKING:
    from hotfix.simulators.scenarios import Scenario
    from hotfix.simulators.world import World


_USUAL = "good-fix"


@command
def drill(
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="SCENARIO",
            help="What happens; see --list. Without it: good-fix.",
            autocompletion=completing.scenarios,
        ),
    ] = None,
    auto: Annotated[
        bool, typer.Option("--auto", help="Let the engineer and the reviewer be played.")
    ] = False,
    by_flag: Annotated[
        str,
        typer.Option(
            "--scenario", help="The same as SCENARIO.", autocompletion=completing.scenarios
        ),
    ] = "",
    serve: Annotated[
        bool,
        typer.Option("--serve", help="Keep the world running, for commands in another terminal."),
    ] = False,
    list_them: Annotated[bool, typer.Option("--list", help="List the scenarios.")] = False,
    as_json: flags.EventsAsJson = False,
    plain: flags.Plain = False,
    quiet: flags.Quiet = False,
) -> int:
    """Practise the whole procedure against local servers: nothing of yours is touched."""
    from hotfix.composition.drill import drill_world, scenarios

    known = scenarios()
    if list_them:
        return _list(known.values(), as_json=as_json)
    if scenario and by_flag and scenario != by_flag:
        raise ProblemError(_TWO_OF_THEM)
    scenario = scenario or by_flag or _USUAL
    if scenario not in known:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"There is no scenario {scenario!r}.{did_you_mean(scenario, [*known])}",
                why=f"Known: {', '.join(known)}.",
                next_command="hotfix drill --list",
            )
        )
    from hotfix.cli import drill_walks
    from hotfix.cli.drill_endings import Ending

    must_be_read()
    is_played = auto or not can_ask(as_json=as_json)
    ending = Ending(scenario, as_json=as_json)
    played = is_played and not serve
    with ending.in_words(), drill_world(is_played=played) as world, ending.keeping(world):
        known[scenario].prepare(world)
        if serve:
            return _serve(world, known[scenario])
        screen = drill_walks.screen_of(world, as_json=as_json, plain=plain, quiet=quiet)
        if is_played:
            return drill_walks.play(world, known[scenario], screen, as_json=as_json)
        return drill_walks.practise(world, known[scenario], screen)


def _list(known: Iterable["Scenario"], *, as_json: bool) -> int:
    """Print what can happen in a drill."""
    listed = list(known)
    if as_json:
        found = [
            {"v": 1, "name": each.name, "summary": each.summary, "part": each.part}
            for each in listed
        ]
        print(json.dumps(found, indent=2))
        return exit_codes.DONE
    width = max(len(each.name) for each in listed)
    for each in listed:
        print_lines(f"{each.name:<{width}}  {each.summary}", f"    your part:  {each.part}")
    return exit_codes.DONE


def _serve(world: "World", scenario: "Scenario") -> int:
    """Keep the world running until Ctrl-C or SIGTERM; what is due in it is said, and done, here."""
    from hotfix.cli import drill_walks
    from hotfix.cli.served_world import served_lines

    world.play_the_reviewer()
    look = drill_walks.looking_on(world, scenario, print_lines)
    stopped = threading.Event()
    kept = {
        number: signal.signal(number, lambda *_: stopped.set())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    print_lines(*served_lines(world, scenario))
    try:
        # Waiting in slices: a signal handler runs only between two of them.
        while not stopped.wait(0.2):
            look()
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
        drill_walks.keep_what_was_done(world, print_lines)
    return exit_codes.DONE


_TWO_OF_THEM = Problem(
    ProblemCode.USAGE,
    what="Which one? SCENARIO and --scenario name two.",
    why="A drill is of one scenario.",
    next_command="hotfix drill --list",
)
