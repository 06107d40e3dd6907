"""An agent that knows what ``hotfix describe`` prints, reads JSON, and walks drills by that alone.

``make agent`` walks every scenario, and prints how each ended, what was answered, and what was left
to a person.
"""

import json
import shlex
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from functools import cache, partial
from io import StringIO
from pathlib import Path
from typing import Any

from tests.stories.stage import Stage, stage

from hotfix.cli import exit_codes
from hotfix.cli.answers import chosen
from hotfix.cli.described import described, every_command
from hotfix.cli.flags import budget_answer
from hotfix.cli.screens import JsonLines
from hotfix.config.load import parse
from hotfix.domain.incident import Category
from hotfix.domain.plan_name import PlanName
from hotfix.domain.run_settings import Via
from hotfix.runs.asker import Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.open import Order, start
from hotfix.runs.resume import resume
from hotfix.runs.session import Session
from hotfix.runs.take_over import take_over
from hotfix.simulators.scenarios import SCENARIOS, Act, Scenario

START = (
    "start",
    "checkout returns 500",
    *("--category", "api-errors", "--issue", "1", "--json"),
    *("--root-cause", "A KeyError without a voucher."),
    *("--fix-summary", "No voucher, no discount."),
)
_OPEN = {exit_codes.BUDGET, exit_codes.LOCKED, exit_codes.WAITING}
_MOST_COMMANDS = 25
Json = dict[str, Any]
Give = Callable[[Sequence[str]], tuple[int, list[Json]]]


@dataclass
class Agent:
    """Gives commands, and answers what it may.

    Args:
        give: takes the words of a command; returns its exit code and the events that it prints.
        known: what ``hotfix describe`` prints.
        mend: does what is to be done where something is gone back for.
    """

    give: Give
    known: Json
    mend: Callable[[], None] = lambda: None
    answered: list[str] = field(default_factory=list)  # keys and options, in order
    left: list[str] = field(default_factory=list)  # of those that it leaves to a person
    run: str = ""

    def walk(self, *words: str) -> int:
        """Give a command and every answer that it comes to need; returns the last exit code."""
        for _ in range(_MOST_COMMANDS):
            code, events = self.give(words)
            self.run = events[-1]["run"] if events else self.run
            way = self._way(_open_question(events), code) if code in _OPEN else None
            if way is None:
                return code
            line = way["command"].replace("extend:MIN", "extend:10")
            words = (*shlex.split(line)[1:], "--json")
        raise AssertionError(f"It goes round in circles: {events[-1]}")

    def _way(self, asked: Json | None, code: int) -> Any:
        """Return the way that is taken: what a yes stands for, else back, else another look."""
        if asked is None:
            return None
        question = asked["data"]["question"]
        described = self._described(question["key"], asked["step"])
        options = {option["key"]: option for option in question["options"]}
        ways = []
        for way in asked["answers"]:
            known = next(each for each in described["options"] if _is(each["key"], way["option"]))
            if way["person_only"]:
                assert known["person_only"] != "never", way
                self.left.append(f"{question['key']}={way['option']}")
            else:
                assert known["person_only"] != "always", way
                ways.append(way)
        usual = [way for way in ways if way["option"] == question["by_yes"]]
        back = [way for way in ways if options[way["option"]]["then"] == "roll_back"]
        again = [way for way in ways if options[way["option"]]["then"] == "go_back"]
        stop = [way for way in ways if options[way["option"]]["then"] == "stop"]
        more = [way for way in ways if way["option"] == "extend"]
        last = {exit_codes.LOCKED: stop, exit_codes.BUDGET: more}.get(code, [])
        for way in [*usual, *back, *again, *last]:
            answer = f"{question['key']}={way['option']}"
            if way in usual or answer not in self.answered:
                self.answered.append(answer)
                if way in again:
                    self.mend()
                return way
        return None

    def _described(self, key: str, step: str) -> Json:
        found = [
            each
            for each in self.known["questions"]
            if step in each["steps"] and _is(each["key"], key)
        ]
        assert found, f"describe knows no question {key!r} of {step}"
        return dict(found[0])


def _is(known: str, key: str) -> bool:
    return key == known or ("{" in known and key.startswith(known.partition("{")[0]))


def _open_question(events: Sequence[Json]) -> Json | None:
    """Return the newest event that asks and is not answered by a later one."""
    for event in reversed(events):
        if event["type"] in {"decision_made", "run_finished", "run_stopped"}:
            return None
        if "answers" in event:
            return event
    return None


@dataclass
class OnAClockThatJumps:
    """Takes the words of commands, as typer reads them, and returns what is printed."""

    on: Stage
    breaks_off_in: str

    def __call__(self, words: Sequence[str]) -> tuple[int, list[Json]]:
        name, *rest = words
        given = dict(every_command())[name].make_context(name, list(rest)).params
        flags = Flags(
            given["yes"],
            budget_answer(given.get("on_budget", "")),
            {"over-others": "roll-back"} if given.get("over_others") else {},
            chosen=chosen(given["answer"]),
        )
        out = StringIO()
        with redirect_stdout(out):
            screen = _Breaking(self.breaks_off_in if name in {"start", "resume"} else "")
            code = self._code(name, given, Manner(flags), screen)
        if code == exit_codes.INTERRUPTED:
            self.breaks_off_in = ""
        assert given["as_json"]
        return code, [json.loads(line) for line in out.getvalue().splitlines()]

    def _code(self, name: str, given: Json, manner: Manner, screen: JsonLines) -> int:
        session = self.on.session
        if name == "start":
            keys = ("description", "issue", "root_cause", "fix_summary")
            order = Order(category=Category(given["category"]), **{key: given[key] for key in keys})
            return exit_codes.of_progress(start(session, order, manner, screen))
        if name == "takeover":
            progress = take_over(session, given["run"], manner, screen, beside=False)
            return exit_codes.of_progress(progress)
        plan = None if name == "resume" else PlanName(name)
        via = Via(given.get("via", Via.KUBERNETES))
        run = given["run"]
        return exit_codes.of_progress(resume(session, run, manner, screen, plan, via=via))


class _Breaking(JsonLines):
    """Ctrl-C is pressed once ``step`` waits; never, where that is empty."""

    def __init__(self, step: str) -> None:
        self._step = step

    def show(self, event: Any, progress: Any) -> None:
        super().show(event, progress)
        if self._step and event.step == self._step and event.type == "step_waiting":
            raise KeyboardInterrupt


@dataclass(frozen=True)
class Walked:
    """How a scenario ended, and every answer on record."""

    code: int
    agent: Agent
    answers: tuple[str, ...]


def walk(scenario: Scenario, folder: Path) -> Walked:
    """Let the agent walk a scenario; what others do in it happens as in a drill."""
    with stage(folder) as on:
        scenario.prepare(on.world)
        on.world.play_the_engineer(scenario.fix)
        on.world.play_the_reviewer()
        config = parse(on.world.config_file.read_text(), {}, "hotfix.toml")
        on.session = replace(on.session, config=config)
        # Once, and before the fix is awaited again, which nothing else would end.
        meanwhile = cache(partial(scenario.meanwhile, on.world))
        give = OnAClockThatJumps(on, scenario.breaks_off_in)
        agent = Agent(give, json.loads(_described()), meanwhile)
        code = agent.walk(*START)
        meanwhile()
        for word in scenario.then:
            if isinstance(word, Act):
                word.do(on.world)
                on.session = _where_it_stands(on)
            elif code != scenario.ends_with:
                name, *flags = word.split()
                # Whose it is to be is agreed between two people, and not by the agent.
                agreed = ("--yes",) if name == "takeover" else ()
                code = agent.walk(name, agent.run, *flags, *agreed, "--json")
        on_record = [
            each.data for each in on.session.runs.events(on.run) if each.type == "decision_made"
        ]
    return Walked(code, agent, tuple(f"{it['key']}={it['choice']}" for it in on_record))


def _where_it_stands(on: Stage) -> Session:
    """Return the session with what the world says of it by now: its shell, and its laptop."""
    environ = on.world.environ
    return replace(
        on.session,
        environ=environ,
        folder=on.world.clone,
        state=Path(environ["HOTFIX_STATE_DIR"]),
        operator=environ["HOTFIX_OPERATOR"],
    )


def _described() -> str:
    return json.dumps(described())


def main() -> int:
    """Walk every scenario; returns 1 where one did not end as it is meant to."""
    is_well = True
    for name, scenario in SCENARIOS.items():
        with tempfile.TemporaryDirectory(prefix="hotfix-agent-") as folder:
            walked = walk(scenario, Path(folder))
        is_right = walked.code == scenario.ends_with
        is_well = is_well and is_right and not set(walked.answers) & set(walked.agent.left)
        print(f"{name}: ended with {walked.code}{'' if is_right else ', which is WRONG'}")
        print(f"  answered: {', '.join(walked.answers)}")
        print(f"  left to a person: {', '.join(dict.fromkeys(walked.agent.left)) or 'nothing'}")
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
