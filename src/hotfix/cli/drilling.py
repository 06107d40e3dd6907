"""What ``hotfix drill`` does: brings a world up, and walks the procedure in it."""

import json
import os
import shlex
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.cli import exit_codes
from hotfix.composition import drill_world, scenarios
from hotfix.config.load import load
from hotfix.domain.incident import Category
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.runs.asker import Flags
from hotfix.runs.open import Order, start_in
from hotfix.runs.resume import resume
from hotfix.runs.session import Session, is_interactive
from hotfix.runs.walk_to_its_stop import Manner
from hotfix.view.terminal import Terminal

if TYPE_CHECKING:
    from hotfix.simulators.scenarios import Scenario
    from hotfix.simulators.world import World

_DESCRIPTION = "checkout returns 500"
# A review of four minutes takes three seconds: quick enough to watch, slow enough to see.
_SPEED = 80.0


def list_scenarios(*, as_json: bool) -> int:
    """Print what can happen in a drill."""
    known = {name: scenario.summary for name, scenario in scenarios().items()}
    if as_json:
        print(json.dumps([{"name": name, "summary": known[name]} for name in known], indent=2))
    else:
        width = max(len(name) for name in known)
        print("\n".join(f"{name:<{width}}  {summary}" for name, summary in known.items()))
    return exit_codes.DONE


def drill(scenario: str, *, auto: bool, serve: bool, as_json: bool) -> int:
    """Run one drill; returns the exit code of the walk, or of the rollback that follows.

    Raises:
        ProblemError: there is no such scenario.
    """
    known = scenarios()
    if scenario not in known:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"There is no scenario {scenario!r}.",
                why=f"Known: {', '.join(known)}.",
                next_command="hotfix drill --list",
            )
        )
    is_played = auto or as_json or not is_interactive()
    with _world() as world:
        known[scenario].prepare(world)
        if serve:
            return _serve(world)
        if is_played:
            return _play(world, known[scenario], as_json=as_json)
        return _let_practise(world)


@contextmanager
def _world() -> Iterator["World"]:
    with tempfile.TemporaryDirectory(prefix="hotfix-drill-", ignore_cleanup_errors=True) as folder:
        world = drill_world(Path(folder), _SPEED)
        os.environ.update({name: world.environ[name] for name in ("NO_PROXY", "no_proxy")})
        try:
            world.start()
            world.timeline.keep_ticking()
            yield world
        finally:
            world.stop()


def _play(world: "World", scenario: "Scenario", *, as_json: bool) -> int:
    """Play both the engineer and the reviewer; say yes to all that a yes is enough for."""
    fix = scenario.fix
    world.play_the_engineer(fix)
    world.play_the_reviewer()
    session = _session(world)
    terminal = Terminal(session.clock.now)
    manner = Manner(Flags(yes=True), as_json)
    order = Order(
        _DESCRIPTION,
        Category.API_ERRORS,
        issue="1",
        root_cause=fix.root_cause,
        fix_summary=fix.fix_summary,
        on_budget=scenario.on_budget,
        yes=True,
        as_json=as_json,
    )
    if not as_json:
        terminal.lines(_INTRODUCTION)
        terminal.lines(["", f"$ hotfix {shlex.join(_words(order))}"], "title")
    code = start_in(session, order, terminal)
    if scenario.then:
        scenario.meanwhile(world)
    for word in scenario.then:
        shown = f"$ hotfix {word} --yes" if isinstance(word, str) else f"$ {word.saying}"
        if not as_json:
            terminal.lines(["", shown], "title")
        if not isinstance(word, str):
            word.do(world)
            continue
        plan, *flags = word.split()
        via = flags[flags.index("--via") + 1] if "--via" in flags else "kubernetes"
        answers = {"over-others": "roll-back"} if "--over-others" in flags else {}
        now = replace(manner, flags=replace(manner.flags, answers=answers))
        plan = "" if plan == "resume" else plan
        where = None if now.as_json else terminal
        code = resume(session, None, now, where, plan=plan, via=via)
    if not as_json:
        terminal.lines(["", *_TAKE_THE_WHEEL])
    # What a scenario is meant to end with is how a drill of it goes well.
    return exit_codes.DONE if code == scenario.ends_with else code or exit_codes.FAILED


def _let_practise(world: "World") -> int:
    """Let the person at the terminal be the engineer; the reviewer is played."""
    world.play_the_reviewer()
    session = _session(world)
    terminal = Terminal(session.clock.now)
    terminal.lines(_INTRODUCTION)
    terminal.lines(
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
    order = Order(_DESCRIPTION, Category.API_ERRORS, issue="1")
    terminal.lines([f"$ hotfix {shlex.join(_words(order))}"], "title")
    code = start_in(session, order, terminal)
    terminal.lines(["", "hotfix.toml.example is the start of your own."])
    return code


def _serve(world: "World") -> int:
    """Keep the world running until Ctrl-C or SIGTERM."""
    world.play_the_reviewer()
    stopped = threading.Event()
    kept = {
        number: signal.signal(number, lambda *_: stopped.set())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    print(
        "\n".join(
            [
                "The drill's world is up. In another terminal:",
                "",
                f"  . {_write_environment(world)}",
                f"  cd {world.clone}",
                f'  hotfix start "{_DESCRIPTION}" --category api-errors --issue 1',
                "",
                f"Configuration: {world.config_file}",
                f"Production:    {world.front.url}/",
                *(f"{service.name + ':':<15}{service.url}" for service in world.services),
                "",
                "Reviews come by themselves, soon after they are asked for. Ctrl-C ends it all.",
            ]
        ),
        flush=True,
    )
    try:
        # Waiting in slices: a signal handler runs only between two of them.
        while not stopped.wait(0.2):
            pass
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    return exit_codes.DONE


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
    return [*words, *(["--yes"] if order.yes else [])]


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
