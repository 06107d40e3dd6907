"""The walks of a drill: the procedure in the embedded world, played or practised."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.cli import exit_codes
from hotfix.cli.flags import budget_answer
from hotfix.cli.screens import can_ask, screen_for
from hotfix.config.load import load
from hotfix.domain.event import Event
from hotfix.domain.event_data import StepWaiting
from hotfix.domain.incident import Category
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import Via
from hotfix.runs.asker import Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.open import Order, start
from hotfix.runs.resume import resume
from hotfix.runs.screen import Screen
from hotfix.runs.session import Session

if TYPE_CHECKING:
    from hotfix.simulators.scenarios import Scenario
    from hotfix.simulators.world import World

_ORDER = Order("checkout returns 500", Category.API_ERRORS, issue="1")


def screen_of(world: "World", *, as_json: bool, plain: bool, quiet: bool) -> Screen:
    """Return the screen of a drill; its clock is that of the world."""
    now = _session(world).clock.now
    return screen_for(now, as_json=as_json, plain=plain, quiet=quiet)


def play(world: "World", scenario: "Scenario", screen: Screen, *, as_json: bool) -> int:
    """Play both the engineer and the reviewer; say yes to all that a yes is enough for.

    Returns:
        The exit code of the walk, or of the last command that follows; 0 where that is how the
        scenario is meant to end.
    """
    fix = scenario.fix
    world.play_the_engineer(fix)
    world.play_the_reviewer()
    session = _session(world)
    order = replace(_ORDER, root_cause=fix.root_cause, fix_summary=fix.fix_summary)
    screen.lines(_INTRODUCTION)
    screen.lines(["", f"$ hotfix {shlex.join([*_words(order), '--yes'])}"], "title")
    manner = Manner(Flags(yes=True), can_ask(as_json=as_json))
    on_budget = budget_answer(scenario.on_budget)
    begun = replace(manner, flags=replace(manner.flags, on_budget=on_budget))
    with _breaking_off(screen, scenario.breaks_off_in):
        progress = start(session, order, begun, screen)
    if scenario.then:
        scenario.meanwhile(world)
    for word in scenario.then:
        if isinstance(word, str):
            screen.lines(["", f"$ hotfix {word} --yes"], "title")
            progress = _given(word, session, manner, screen)
        else:
            screen.lines(["", f"$ {word.saying}"], "title")
            word.do(world)
    screen.lines(["", *_TAKE_THE_WHEEL])
    code = exit_codes.of_progress(progress)
    # What a scenario is meant to end with is how a drill of it goes well.
    return exit_codes.DONE if code == scenario.ends_with else code or exit_codes.FAILED


def practise(world: "World", screen: Screen) -> int:
    """Let the person at the terminal be the engineer; the reviewer is played."""
    world.play_the_reviewer()
    session = _session(world)
    screen.lines(_INTRODUCTION)
    screen.lines(
        [
            "",
            f"The code:      {world.clone}",
            "The bug:       in backend/shop/checkout.py: an order without a voucher fails",
            "Your part:     when the fix is awaited, mend it in your editor; then Enter, here",
            f"To look on:    . {_write_environment(world)}; hotfix status --watch",
            "",
            "Ctrl-C leaves; the world goes with it.",
            "",
        ]
    )
    screen.lines([f"$ hotfix {shlex.join(_words(_ORDER))}"], "title")
    progress = start(session, _ORDER, Manner(can_ask=can_ask()), screen)
    if not progress.state.is_over:
        screen.lines(["", "That was a drill: the run and its world are gone; nothing goes on."])
    code = exit_codes.of_progress(progress)
    screen.lines(["", "Your own: hotfix init, in a clone of it."])
    return code


def served_lines(world: "World") -> list[str]:
    """Return what whoever gives the commands from another terminal needs to know."""
    return [
        "The drill's world is up. In another terminal:",
        "",
        f"  . {_write_environment(world)}",
        f"  cd {world.clone}",
        f'  hotfix start "{_ORDER.description}" --category api-errors --issue 1',
        "",
        f"Configuration: {world.config_file}",
        f"Production:    {world.front.url}/",
        *(f"{service.name + ':':<15}{service.url}" for service in world.services),
        "",
        "Reviews come by themselves, soon after they are asked for. Ctrl-C ends it all.",
    ]


def _given(word: str, session: Session, manner: Manner, screen: Screen) -> Progress:
    """Give a command of the played operator, such as ``rollback --over-others``."""
    name, *flags = word.split()
    via = Via(flags[flags.index("--via") + 1]) if "--via" in flags else Via.KUBERNETES
    answers = {"over-others": "roll-back"} if "--over-others" in flags else {}
    manner = replace(manner, flags=replace(manner.flags, answers=answers))
    plan = None if name == "resume" else PlanName(name)
    return resume(session, None, manner, screen, plan, via=via)


@contextmanager
def _breaking_off(screen: Screen, step: str) -> Iterator[None]:
    """Let the played operator press Ctrl-C once ``step`` waits; never, where it is empty."""
    show = screen.show

    def show_and_break_off(event: Event, progress: Progress) -> None:
        show(event, progress)
        if step and event.step == step and isinstance(event.said, StepWaiting):
            raise KeyboardInterrupt

    screen.show = show_and_break_off  # type: ignore[method-assign]
    try:
        yield
    finally:
        screen.show = show  # type: ignore[method-assign]


def _session(world: "World") -> Session:
    environ = world.environ
    return Session(
        config=load(world.config_file, environ),
        folder=world.clone,
        state=Path(environ["HOTFIX_STATE_DIR"]),
        operator=environ["HOTFIX_OPERATOR"],
        environ=environ,
        clock=world.clock,
    )


def _write_environment(world: "World") -> Path:
    """Write the variables of the world as a file that a shell can read in; return its path."""
    path = world.folder / "environment"
    lines = [f"export {name}={shlex.quote(value)}" for name, value in world.environ.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _words(order: Order) -> list[str]:
    words = ["start", order.description]
    if order.category is not None:
        words += ["--category", order.category.value]
    for flag, value in (
        ("--issue", order.issue),
        ("--root-cause", order.root_cause),
        ("--fix-summary", order.fix_summary),
    ):
        if value:
            words += [flag, value]
    return words


_INTRODUCTION = (
    "A drill: GitHub, Kubernetes, Slack, the status page and the pager are local servers here,",
    "and production is a small shop whose checkout fails. Nothing of yours is touched.",
)
_TAKE_THE_WHEEL = (
    "Now take the wheel:",
    "  hotfix drill                             you write the fix, in your own editor",
    "  hotfix drill --auto --scenario bad-fix   verification fails, and it is rolled back",
    "  hotfix drill --serve                     try every command from another terminal",
)
