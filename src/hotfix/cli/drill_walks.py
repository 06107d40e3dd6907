"""The walks of a drill: the procedure in the embedded world, played or practised."""

import os
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.cli import exit_codes
from hotfix.cli.counted_screen import WrongTurns
from hotfix.cli.drill_commands import Commands
from hotfix.cli.drill_kept import kept_lines
from hotfix.cli.drill_prompt import Prompt
from hotfix.cli.drill_screen import Cues, DrillScreen
from hotfix.cli.flags import budget_answer
from hotfix.cli.screens import can_ask, screen_for
from hotfix.cli.served_world import write_environment
from hotfix.cli.telling import tell
from hotfix.composition.drill_scores import DrillScores
from hotfix.composition.journals import Runs
from hotfix.config.finding import ConfigFile
from hotfix.config.load import load
from hotfix.domain.event import Event
from hotfix.domain.fold import fold
from hotfix.domain.incident import Audience, Category
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.run_settings import Via
from hotfix.domain.scorecard import scorecard
from hotfix.runs.asker import Flags
from hotfix.runs.drill_records import keep_records
from hotfix.runs.itinerary import Manner
from hotfix.runs.open import Order, start
from hotfix.runs.resume import resume
from hotfix.runs.screen import OwnScreen, Screen
from hotfix.runs.session import Session, source_of
from hotfix.runs.state_folder import state_folder
from hotfix.runs.take_over import take_over
from hotfix.view.keyboard import typed_line

if TYPE_CHECKING:
    from hotfix.simulators.scenarios import Act, Scenario
    from hotfix.simulators.world import World

_ORDER = Order("checkout returns 500", Category.API_ERRORS, issue="1")


def _order(scenario: "Scenario") -> Order:
    """Return what ``start`` is told in a scenario."""
    audience = Audience.CUSTOMERS if scenario.customer_facing else _ORDER.audience
    return replace(_ORDER, audience=audience)


def screen_of(world: "World", *, as_json: bool, plain: bool, quiet: bool) -> OwnScreen:
    """Return the screen of a drill; its clock is that of the world."""
    now = _session(world).clock.now
    return screen_for(now, as_json=as_json, plain=plain, quiet=quiet)


def play(world: "World", scenario: "Scenario", inner: OwnScreen, *, as_json: bool) -> int:
    """Play both the engineer and the reviewer; say yes to all that a yes is enough for.

    Returns:
        The exit code of the walk, or of the last command that follows; 0 where that is how the
        scenario is meant to end.
    """
    fix = scenario.fix
    world.play_the_reviewer()
    screen = DrillScreen(inner, _none_yet(world))
    screen.once_more = f"hotfix drill {scenario.name}"
    order = replace(_order(scenario), root_cause=fix.root_cause, fix_summary=fix.fix_summary)
    screen.lines(_INTRODUCTION)
    progress = _played_start(world, scenario, order, screen, as_json=as_json)
    manner = Manner(Flags(yes=True), can_ask(as_json=as_json))
    commands = 0
    if screen.goes_on:
        scenario.meanwhile(world)
        for at, word in enumerate(scenario.then, start=1):
            screen.goes_on, screen.has_broken_off = at < len(scenario.then), False
            screen.lines(["", f"$ {_typed(word, progress)}"], "title")
            if isinstance(word, str):
                commands += 1
                progress = _given(word, _session(world), manner, screen, progress.run)
                if _has_left(progress):
                    break
            else:
                word.do(world)
    code = exit_codes.of_progress(progress)
    went_well = code == scenario.ends_with
    _keep_score(world, scenario, screen, went_well=went_well, is_played=True, commands=commands)
    screen.lines(["", *_gone(screen), *kept_lines(_events(world)), *_TAKE_THE_WHEEL])
    # What a scenario is meant to end with is how a drill of it goes well.
    return exit_codes.DONE if went_well else code or exit_codes.FAILED


def practise(world: "World", scenario: "Scenario", inner: OwnScreen) -> int:
    """Let the person at the terminal be the engineer; the reviewer is played."""
    world.play_the_reviewer()
    cues = Cues(world, scenario.cues, lambda text: inner.lines([text], "note"))
    screen = DrillScreen(inner, _none_yet(world), cues.at)
    screen.once_more = f"hotfix drill {scenario.name}"
    screen.goes_on, screen.goes_on_after_trouble = scenario.stops, True
    screen.lines(_INTRODUCTION)
    screen.lines(["", *_what_to_know(world, scenario), ""])
    if scenario.enters_later:
        progress = _played_start(world, scenario, _order(scenario), screen, as_json=False)
        for act in (each for each in scenario.acts if not each.by_player):
            act.do(world)
            screen.lines(["", f"$ {act.saying}"], "title")
    else:
        screen.lines([f"$ hotfix {shlex.join(_words(_order(scenario)))}"], "title")
        progress = _started(world, scenario, screen)
    prompt = Prompt(world, screen, scenario.acts, lambda: _stand(world, progress).state.is_over)
    stops = scenario.stops or progress.problem is not None
    if stops and not progress.state.is_over and not screen.has_said_over:
        prompt.go()
        progress = _stand(world, progress)
        if not progress.state.is_over:
            screen.say_over(progress.run)
    code = exit_codes.of_progress(progress)
    _keep_score(
        world,
        scenario,
        screen,
        went_well=code == scenario.ends_with,
        is_played=False,
        commands=prompt.commands,
    )
    screen.lines(
        [
            "",
            *_gone(screen),
            *kept_lines(_events(world)),
            "Your own: hotfix init, in a clone of it.",
        ]
    )
    return code


def _none_yet(world: "World") -> WrongTurns:
    """Return what counts the wrong turns of a drill that begins, over all of its processes."""
    file = Path(world.environ["HOTFIX_DRILL"])
    file.touch()
    return WrongTurns(file)


def _started(world: "World", scenario: "Scenario", screen: DrillScreen) -> Progress:
    """Let a player start the hotfix: here, or in a process that dies."""
    if scenario.dies:
        return _started_to_die(world, _words(_order(scenario)), screen, may_ask=True)
    try:
        return start(_session(world), _order(scenario), Manner(can_ask=can_ask()), screen)
    except ProblemError as error:
        stand = _stand(world, Progress())
        if not stand.run:
            raise
        # As at a shell: what it says is next can be typed at the drill's prompt.
        tell(error.problem, as_json=False)
        return replace(stand, problem=error.problem)


def _played_start(
    world: "World", scenario: "Scenario", order: Order, screen: DrillScreen, *, as_json: bool
) -> Progress:
    """Play the start of the hotfix; ``screen.goes_on`` says then whether more commands follow."""
    world.play_the_engineer(scenario.fix)
    screen.lines(["", f"$ hotfix {shlex.join([*_words(order), '--yes'])}"], "title")
    # Where it is meant to stop, what it says then is a part of the drill, too.
    screen.goes_on = bool(scenario.then) or scenario.ends_with != exit_codes.DONE
    screen.ends_with_ctrl_c = True
    if scenario.dies:
        words = [*_words(order), "--yes", *(["--json"] if as_json else [])]
        return _started_to_die(world, words, screen, may_ask=False, as_json=as_json)
    flags = Flags(
        yes=True, on_budget=budget_answer(scenario.on_budget), answers=dict(scenario.answers)
    )
    manner = Manner(flags, can_ask(as_json=as_json) and not scenario.enters_later)
    with screen.breaking_off(scenario.breaks_off_in):
        progress = start(_session(world), order, manner, screen)
    # Whoever really pressed Ctrl-C wants no more of it.
    screen.goes_on = screen.goes_on and (screen.has_broken_off or not _has_left(progress))
    return progress


def _started_to_die(
    world: "World", words: list[str], screen: DrillScreen, *, may_ask: bool, as_json: bool = False
) -> Progress:
    """Start the hotfix as a process that is killed when the world says so."""
    each_line = partial(print, flush=True) if as_json else None
    code = Commands(world).give("hotfix", words, may_ask=may_ask, dies=True, each_line=each_line)
    if code < 0:
        if may_ask and os.environ.get("TERM", "dumb") != "dumb":
            print(_SHOW_THE_CURSOR, end="", flush=True)  # the dead one had hidden it
        screen.lines(["", "The laptop has died (kill -9), and is on again."], "warning")
    return _stand(world, Progress())


def _stand(world: "World", before: Progress) -> Progress:
    """Return where the newest run of the world stands by its record; ``before`` without one."""
    events = _events(world)
    return fold(events) if events else before


def _events(world: "World") -> Sequence[Event]:
    runs = Runs(Path(world.environ["HOTFIX_STATE_DIR"]))
    return runs.events(runs.ids()[0]) if runs.ids() else ()


def _gone(screen: DrillScreen) -> list[str]:
    """Return what is true of the commands that the run has named at its end, unless it is said."""
    return [] if screen.has_said_over else [_GONE]


def _has_left(progress: Progress) -> bool:
    return progress.state is RunState.INTERRUPTED


def _typed(word: "str | Act", progress: Progress) -> str:
    if not isinstance(word, str):
        return word.saying
    return f"hotfix {word}{f' {progress.run}' if word == 'takeover' else ''} --yes"


def _keep_score(
    world: "World",
    scenario: "Scenario",
    screen: DrillScreen,
    *,
    went_well: bool,
    is_played: bool,
    commands: int,
) -> None:
    """Show the scorecard beside those of earlier drills on this machine, and keep it."""
    card = scorecard(
        scenario.name,
        _events(world),
        world.clock.now(),
        is_played=is_played,
        went_well=went_well,
        commands=commands,
        wrong_turns=screen.wrong_turns.number,
    )
    scores = DrillScores(Path(state_folder(os.environ)), scenario.name, screen.aside)
    earlier = scores.earlier()
    screen.score(card, [each for each in earlier if each.is_played is is_played])
    # One that was left in the middle says nothing of how long it takes.
    if went_well or _stand(world, Progress()).state.is_over:
        scores.keep(card, earlier)
    keep_what_was_done(world, screen.aside)


def keep_what_was_done(world: "World", say: Callable[[str], None]) -> None:
    """Keep the records of the world's runs for ``hotfix show`` and ``history --drills``."""
    keep_records(Path(state_folder(os.environ)), Path(world.environ["HOTFIX_STATE_DIR"]), say)


def _what_to_know(world: "World", scenario: "Scenario") -> list[str]:
    clone = world.clone
    lines = [f"Your part:     {scenario.part}"]
    if not scenario.enters_later:
        patch = world.ready_made(scenario.fix)
        lines += [
            f"The code:      {clone}",
            "The bug:       in backend/shop/checkout.py: an order without a voucher fails",
            "The fix:       when it is awaited, write it in your editor; then Enter, here",
            f"Ready-made:    {scenario.fix.called}, once it is awaited:",
            # As short as can be: a terminal of 80 columns must not break it.
            f"               git -C {clone} apply {os.path.relpath(patch, clone)}",
        ]
    look_on = f". {write_environment(world)}; hotfix status --watch"
    leave = "Ctrl-C stops what runs; exit, typed after that, ends the drill"
    leave = leave if scenario.stops else "Ctrl-C ends the drill"
    return [*lines, f"To look on:    {look_on}", "", f"{leave}; the world goes with it."]


def looking_on(
    world: "World", scenario: "Scenario", say: Callable[[str], None]
) -> Callable[[], None]:
    """Return what to call again and again in a served world, with what a player has to know.

    It says what is due by the record of the newest run, and takes what a player types there.
    """
    cues, seen = Cues(world, scenario.cues, say), 0
    acts = {each.saying: each for each in scenario.acts if each.by_player}

    def look() -> None:
        nonlocal seen
        events = _events(world)
        for event in events[seen:]:
            cues.at(event)
        seen = len(events)
        if world.laptop_dies.is_set():
            world.laptop_dies.clear()
            say("Your part: GitHub has merged. Kill the process of hotfix start now: kill -9 PID")
        if acts and can_ask():
            try:
                line = typed_line(0)
            except EOFError:
                acts.clear()
                return
            if line in acts:
                acts[line].do(world)
                say("Done.")

    return look


def _given(word: str, session: Session, manner: Manner, screen: Screen, run: str) -> Progress:
    """Give a command of the played operator, such as ``rollback --over-others``."""
    name, *flags = word.split()
    if name == "takeover":
        return take_over(session, run, manner, screen, beside=False)
    via = Via(flags[flags.index("--via") + 1]) if "--via" in flags else Via.KUBERNETES
    answers = {"over-others": "roll-back"} if "--over-others" in flags else {}
    manner = replace(manner, flags=replace(manner.flags, answers=answers))
    plan = None if name == "resume" else PlanName(name)
    return resume(session, None, manner, screen, plan, via=via)


def _session(world: "World") -> Session:
    environ = world.environ
    return Session(
        config=load(world.config_file, environ),
        source=source_of(ConfigFile(str(world.config_file), is_named=True), environ),
        folder=world.clone,
        state=Path(environ["HOTFIX_STATE_DIR"]),
        operator=environ["HOTFIX_OPERATOR"],
        environ=environ,
        clock=world.clock,
    )


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
    return [*words, *_AUDIENCE_FLAGS.get(order.audience, ())]


_AUDIENCE_FLAGS = {
    Audience.CUSTOMERS: ("--customer-facing",),
    Audience.INTERNAL: ("--internal",),
}
_SHOW_THE_CURSOR = "\x1b[?25h"
_INTRODUCTION = (
    "A drill: local servers play GitHub, Kubernetes, Slack, status page and pager.",
    "Production is a small shop whose checkout fails. Nothing of yours is touched.",
)
_GONE = "The drill is over, and its world is gone: no command named above finds it any more."
_TAKE_THE_WHEEL = (
    "Now take the wheel:",
    "  hotfix drill                  you write the fix, in your own editor",
    "  hotfix drill --auto bad-fix   verification fails, and it is rolled back",
    "  hotfix drill --serve          try every command from another terminal",
    "  hotfix drill crash-loop       a night with a part for you; hotfix drill --list has them all",
)
