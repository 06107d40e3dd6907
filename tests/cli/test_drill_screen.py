"""What a drill's screen counts and says beside the run's own; and what a player types between."""

import re
import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.cli.test_screens import AT
from tests.memory_clock import MemoryClock

from hotfix.cli.counted_screen import ScreenInADrill, WrongTurns
from hotfix.cli.drill_prompt import Prompt
from hotfix.cli.drill_screen import Cues, DrillScreen
from hotfix.cli.drill_walks import looking_on
from hotfix.composition.journals import Runs
from hotfix.domain.event import Event
from hotfix.domain.event_data import EventType, StepStarted
from hotfix.domain.leaving import A_RUN
from hotfix.domain.problem import InputEndedError, Problem, ProblemCode
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.question import Answer, Option, Question
from hotfix.runs.asker import Flags, TerminalAsker
from hotfix.simulators.scenarios import SCENARIOS, Act, Cue
from hotfix.view.foot_lines import foot_lines

MERGE = Question("merge", "Merge?", (Option("merge", "Merge", typed=True), Option("no", "Stop")))
READY = Question("ready", "Ready?", (Option("go", "Go on"),))
OPEN = Progress(run="hf-1", state=RunState.INTERRUPTED, pending=MERGE)


class Typed:
    """As much of a screen as is looked at, with lines that are typed in advance."""

    leave = A_RUN

    def __init__(self, *typed: str) -> None:
        self._typed = list(typed)
        self.said: list[str] = []

    def lines(self, lines, _style=""):
        self.said += lines

    def line(self, _prompt, _stands=None):
        if not self._typed:
            raise InputEndedError
        return self._typed.pop(0)

    def question(self, question):
        self.said.append(question.text)

    def show(self, event, _progress):
        self.said.append(event.type)

    def end(self, progress):
        self.said.append(f"Next: hotfix resume {progress.run}")


@pytest.fixture
def turns(tmp_path):
    file = tmp_path / "wrong-turns"
    file.touch()
    return WrongTurns(file)


@pytest.fixture
def drill_screen(turns):
    def made(inner: Any) -> DrillScreen:
        return DrillScreen(inner, turns)

    return made


def event(kind, step, **data):
    return Event("hf-1", 1, AT, kind, "dana", "fix", step, data)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [(["merge"], 0), (["?", "merge"], 0), (["mrege", "yes", "merge"], 2), (["3", "2"], 1)],
)
def test_an_input_that_answers_nothing_is_a_wrong_turn(typed, wrong, drill_screen):
    screen = drill_screen(Typed(*typed))
    assert TerminalAsker(screen, Flags()).ask(MERGE, "merge_the_fix") is not None
    assert screen.wrong_turns.number == wrong


def test_what_is_typed_wrong_at_a_command_of_the_drill_counts_there_too(turns, drill_screen):
    of_the_drill = drill_screen(Typed("mrege", "merge"))
    TerminalAsker(of_the_drill, Flags()).ask(MERGE, "merge_the_fix")
    resumed = ScreenInADrill(cast("Any", Typed("what", "?", "merge")), turns)
    TerminalAsker(resumed, Flags()).ask(MERGE, "merge_the_fix")
    assert of_the_drill.wrong_turns.number == 2


def test_minutes_that_are_none_are_a_wrong_turn(drill_screen):
    screen = drill_screen(Typed("1", "ten", "10"))
    more = Question("budget", "How?", (Option("extend", "More", needs_minutes=True),))
    assert TerminalAsker(screen, Flags()).ask(more, "budget") == Answer("extend", "", 10.0)
    assert screen.wrong_turns.number == 1


def test_without_a_drill_nothing_is_counted_and_nothing_written(tmp_path):
    turns = WrongTurns(tmp_path / "1")
    turns.add()
    assert (turns.number, list(tmp_path.iterdir())) == (0, [])


def test_a_word_beside_a_waiting_run_that_answers_nothing_is_a_wrong_turn(drill_screen):
    screen = drill_screen(Typed())
    screen.lines(["That is no answer; the words are: go-on."], "warning")
    screen.lines(["Something else is said."], "warning")
    assert screen.wrong_turns.number == 1


@pytest.mark.parametrize(
    "progress",
    [
        OPEN,
        Progress(run="hf-1", state=RunState.DECIDING, pending=MERGE),
        Progress(
            run="hf-1",
            state=RunState.FAILED,
            problem=Problem(ProblemCode.FAILED, "Refused.", "Because.", "hotfix resume hf-1"),
        ),
        Progress(run="hf-1"),
    ],
)
def test_where_the_world_goes_with_the_drill_nothing_of_it_is_named(progress, drill_screen):
    inner = Typed()
    drill_screen(inner).end(progress)
    said = "\n".join(inner.said)
    assert "hotfix resume" not in said
    assert "its world is gone with run hf-1" in said
    if progress.problem is not None:
        assert progress.problem.what in said
        assert progress.problem.why in said


def test_once_more_is_the_drill_that_has_ended(drill_screen):
    screen = drill_screen(inner := Typed())
    screen.once_more = "hotfix drill crash-loop"
    screen.end(OPEN)
    said = "\n".join(inner.said)
    assert "Once more: hotfix drill crash-loop; " in said
    assert "a world that stays: hotfix drill crash-loop --serve" in said


def test_a_run_that_failed_says_what_mends_it_where_the_player_can_type_it(drill_screen):
    mend = Problem(ProblemCode.FAILED, "Refused.", "Because.", "hotfix resume hf-1")
    screen = drill_screen(inner := Typed())
    screen.goes_on_after_trouble = True
    screen.end(Progress(run="hf-1", state=RunState.FAILED, problem=mend))
    assert inner.said == ["Next: hotfix resume hf-1"]
    screen.end(OPEN)
    assert "its world is gone" in inner.said[-2]


def test_where_the_drill_goes_on_the_run_says_how(drill_screen):
    screen = drill_screen(inner := Typed())
    screen.goes_on = True
    screen.end(OPEN)
    assert inner.said == ["Next: hotfix resume hf-1"]


@pytest.mark.parametrize("by_the_scenario", [True, False])
def test_ctrl_c_ends_a_played_drill_unless_the_scenario_presses_it(by_the_scenario, drill_screen):
    screen = drill_screen(inner := Typed())
    screen.goes_on = screen.ends_with_ctrl_c = True
    screen.has_broken_off = by_the_scenario
    screen.end(OPEN)
    assert screen.has_said_over is not by_the_scenario
    assert ("hotfix resume" in inner.said[-1]) is by_the_scenario


@pytest.mark.parametrize("goes_on", [True, False])
@pytest.mark.parametrize("ends_with_ctrl_c", [True, False])
def test_what_ctrl_c_does_is_said_as_it_is(goes_on, ends_with_ctrl_c, drill_screen):
    screen = drill_screen(inner := Typed("?", "merge"))
    screen.goes_on, screen.ends_with_ctrl_c = goes_on, ends_with_ctrl_c
    progress = replace(
        OPEN, state=RunState.WAITING, pending=READY, goes_on_alone=True, started_at=AT
    )
    screen.show(event(EventType.STEP_STARTED, "await_the_fix"), progress)
    TerminalAsker(screen, Flags()).ask(MERGE, "merge_the_fix")
    foot = foot_lines(progress, AT, 300, inner.leave)
    said = "\n".join([*inner.said, *(row.text for row in foot)])
    stays = goes_on and not ends_with_ctrl_c
    assert ("Ctrl-C ends the drill." in said) is not stays
    assert ("hotfix resume asks again" in said) is stays
    assert ("Ctrl-C is safe" in said) is stays
    # Its world is on this machine in either.
    assert "You may close the laptop" not in said
    assert "in a run of yours you may close the laptop: hotfix resume goes on." in said


def test_a_cue_comes_once_when_its_step_begins_or_asks():
    world: Any = "the world"
    done: list[Any] = []
    said: list[str] = []
    cues = Cues(
        world,
        (Cue("edit", "Write."), Cue("merge", "Decide.", asks=True, do=done.append)),
        said.append,
    )
    asked = {"question": MERGE.to_json()}
    for each in (
        event(EventType.STEP_STARTED, "edit"),
        event(EventType.STEP_STARTED, "edit"),
        event(EventType.STEP_STARTED, "merge"),
        event(EventType.DECISION_NEEDED, "merge", **asked),
        event(EventType.DECISION_NEEDED, "merge", **asked),
    ):
        cues.at(each)
    assert said == ["Your part: Write.", "Your part: Decide."]
    assert done == ["the world"]


def test_what_a_player_is_to_remember_of_a_question_stands_before_it_in_one_piece(turns):
    inner = Typed()
    cues = Cues(
        cast("Any", SimpleNamespace(clone="/drill/webrana")),
        (Cue("edit", "Write."), Cue("checks", "Write CLONE/NOTE.md.", asks=True)),
        lambda text: inner.lines([text]),
    )
    screen = DrillScreen(cast("Any", inner), turns, cues.at)
    screen.show(event(EventType.STEP_STARTED, "edit"), OPEN)
    screen.show(event(EventType.DECISION_NEEDED, "checks", question=MERGE.to_json()), OPEN)
    screen.question(MERGE)
    assert inner.said == [
        EventType.STEP_STARTED,
        "Your part: Write.",
        "Your part: Write /drill/webrana/NOTE.md.",
        EventType.DECISION_NEEDED,
        MERGE.text,
    ]


class Prepared:
    """As much of a world as is prepared, with what it was told."""

    def __init__(self, pace):
        self.pace, self.timeline = pace, SimpleNamespace(speed=80.0)
        self.told: list[Any] = []
        self.github = SimpleNamespace(let_take=lambda **seconds: self.told.append(seconds))
        self.configure = self.told.append


@pytest.mark.parametrize("pace", [10.0, 80.0])
def test_a_person_has_the_time_to_see_and_to_do_what_their_part_is(pace):
    building, sleeping = Prepared(pace), Prepared(pace)
    SCENARIOS["deploy-under-way"].prepare(cast("Any", building))
    assert building.told == [
        {"build": 600.0 * 80.0 / pace}
    ]  # a minute of theirs, at ten times life
    SCENARIOS["reviewer-asleep"].prepare(cast("Any", sleeping))
    assert f'second_after = "{120.0 / pace:g}s"' in sleeping.told[0]


def a_shell(folder):
    """Return as much of a world as a shell needs."""
    environ: dict[str, str] = {}
    parts: Any = SimpleNamespace(clone=folder, environ=environ, export=environ.__setitem__)
    return parts


@pytest.mark.parametrize(
    ("typed", "commands", "wrong"),
    [
        (["git --version", "exit", "git --version"], 1, 0),
        (["export GH_TOKEN=a=b", "export GH_TOKEN", ""], 1, 1),
        (["argocd app set shop --sync-policy none", "argocd app set"], 1, 1),
        (["rm -rf /", "'", "hotfix --help", "quit"], 1, 2),
        (["hotfix no-such-command"], 0, 1),
        ([], 0, 0),
    ],
)
def test_the_prompt_gives_what_it_knows_and_counts_the_rest(
    tmp_path, typed, commands, wrong, drill_screen
):
    world = a_shell(tmp_path)
    screen = drill_screen(Typed(*typed))
    act = Act("argocd app set shop --sync-policy none", lambda _: None, by_player=True)
    others = Act("a colleague: kubectl", lambda _: None)
    prompt = Prompt(world, screen, (act, others), lambda: False)
    prompt.go()
    assert (prompt.commands, screen.wrong_turns.number) == (commands, wrong)
    assert world.environ == ({"GH_TOKEN": "a=b"} if "export" in "".join(typed) else {})


def test_the_prompt_ends_with_the_run(tmp_path, drill_screen):
    screen = drill_screen(inner := Typed("git --version"))
    Prompt(a_shell(tmp_path), screen, (), lambda: True).go()
    assert "exit, which ends the drill" in inner.said[-1]


def test_in_a_served_world_the_cues_come_by_the_record_of_its_run(tmp_path):
    said: list[str] = []
    died = threading.Event()
    world: Any = SimpleNamespace(
        environ={"HOTFIX_STATE_DIR": str(tmp_path)}, clone=tmp_path, laptop_dies=died
    )
    look = looking_on(world, SCENARIOS["bad-fix"], said.append)
    look()
    assert said == []
    with Runs(tmp_path).create("hf-1", MemoryClock(), "dana", ()) as journal:
        for step in ("await_the_fix", "await_the_fix"):
            journal.append(StepStarted(), "fix", step)
            look()
    died.set()
    look()
    assert [each.partition(":")[0] for each in said] == ["Your part"] * 2
    assert "wrong fix" in said[0]
    assert "kill -9" in said[1]


def test_a_cue_is_true_wherever_it_is_read():
    # At the run it stands above its question; in a served world it is said at another terminal.
    places = re.compile(r"\b(above|below|here|this screen)\b", re.IGNORECASE)
    for scenario in SCENARIOS.values():
        for cue in scenario.cues:
            assert not places.search(cue.say), f"{scenario.name}: {cue.say}"
