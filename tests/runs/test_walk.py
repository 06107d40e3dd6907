"""The walk of a run: what goes wrong around it, and what stops a countdown."""

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.engine.small_plan import (
    Effect,
    MemoryJournal,
    MemorySignals,
    Says,
    World,
    plan_of,
    ports,
)
from tests.memory_clock import MemoryClock

from hotfix.cli import exit_codes
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.event import Event
from hotfix.domain.event_data import DecisionMade, EventType, LockLost, Noted
from hotfix.domain.fact_names import (
    CAVEATS,
    CHANGED_BY_OTHERS,
    DECIDED_BY,
    HEALTHY,
    REPLACED,
    ROLLBACK_SHOWN,
    ROLLBACK_TARGETS,
    VERIFIED_BY,
)
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, GoBack, Waiting
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.question import Answer, Option, Question, Then
from hotfix.domain.restoration import Caveat
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.ports.signals import Reply, Signal
from hotfix.runs.asker import FlagAsker, Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.walk import Walk
from hotfix.runs.walk_to_its_stop import walk_to_its_stop
from hotfix.steps.confirm_the_rollback import ConfirmTheRollback

# None runs.
SUITES = cast("Any", SimpleNamespace(stop=lambda: None, look=tuple, end_what_is_left=tuple))
LOST = Problem(ProblemCode.LOCKED, "noor took over.", "", "hotfix status --team")


@dataclass
class MemoryScreen:
    """A screen in memory that fails at the first event of a type."""

    fails_at: str = ""
    asides: list[str] = field(default_factory=list)

    def show(self, event: Event, _progress: Progress) -> None:
        if event.type == self.fails_at:
            self.fails_at = ""
            raise KeyError("colour")

    def running_clock(self) -> Any:
        return nullcontext()

    def aside(self, text: str) -> None:
        self.asides.append(text)


class Stumbles:
    """A follower with a fault of ours."""

    def __init__(self):
        self.seen = 0

    def show(self, _progress: Progress) -> None:
        self.seen += 1
        raise TypeError("no token")


def walk_of(
    plan, screen, clock=None, signals=None, followers=(), teller=None, back=None, asker=None
):
    journal = MemoryJournal(clock or MemoryClock())
    record.begin(journal, Incident("x"), plan, RunSettings())
    outside = replace(ports(journal.clock, signals), suites=SUITES)
    asker = asker or FlagAsker(Flags(yes=True))
    shown = cast("Any", screen)
    plans = {"rollback": back or plan}
    tellers = () if teller is None else (teller,)
    walk = Walk(journal, outside, lambda it: plans.get(it, plan), shown, asker, tellers, followers)
    return walk, journal


@pytest.mark.parametrize("at", [EventType.STEP_STARTED, EventType.STEP_DONE])
def test_a_fault_outside_of_a_step_ends_in_words_and_is_gone_on_from(at):
    world = World()
    plan = plan_of(("one", None, (Effect("a", world), Effect("b", world))))
    walk, journal = walk_of(plan, MemoryScreen(fails_at=at))
    with pytest.raises(ProblemError) as caught:
        walk.go()
    problem = caught.value.problem
    assert problem.what == "The walk of this run ended in a way that nobody foresaw."
    assert "KeyError: 'colour'" in problem.why
    assert "traceback-1.txt" in problem.why
    assert problem.next_command == "hotfix resume hf-test"
    again = Walk(
        journal,
        replace(ports(journal.clock), suites=SUITES),
        lambda _name: plan,
        cast("Any", MemoryScreen()),
        FlagAsker(Flags(yes=True)),
    )
    assert again.go().state is RunState.DONE
    assert world.effects == ["a", "b"]


def test_what_goes_along_with_a_run_never_holds_it_up_and_its_fault_is_said_once():
    world, screen, follower = World(), MemoryScreen(), Stumbles()
    plan = plan_of(("one", None, (Effect("a", world),)))
    walk, journal = walk_of(plan, screen, followers=[follower])
    assert walk.go().state is RunState.DONE
    assert follower.seen > 1
    (said,) = screen.asides
    assert "TypeError: no token" in said
    assert "traceback-1.txt" in said
    assert len(journal.tracebacks) == 1


@pytest.mark.parametrize("by_this_run", [True, False])
def test_a_countdown_ends_without_an_answer_where_the_lock_is_lost(by_this_run):
    signals, world = MemorySignals(), World()

    class Clock(MemoryClock):
        def wait(self, seconds):
            super().wait(seconds)
            if seconds == 0.5 and not signals.waiting:
                signals.send(Signal(LockLost(LOST, by_this_run), "lost"))

    options = (Option("look", "Look"), Option("back", "Roll back", Then.ROLL_BACK))
    question = Question("red", "It is red. What now?", options, by_yes="back")
    question = replace(question, by_itself="back", by_itself_in=30.0)
    plan = plan_of(("verify", None, (Says("probe", [Ask(question)]), Effect("a", world))))
    walk, journal = walk_of(plan, MemoryScreen(), Clock(), signals)
    progress = walk.go()
    assert progress.problem == LOST
    assert progress.state is (RunState.TAKEN_OVER if by_this_run else RunState.FAILED)
    assert EventType.DECISION_MADE not in journal.types()
    assert fold(journal.events()).next_plan == ""


class Person:
    """Somebody at the terminal who chooses a rollback, and says yes to its own question."""

    has_left = False

    def __init__(self):
        self.asked = []

    def ask(self, question, _step, _stands=None):
        self.asked.append(question.key)
        return Answer("roll-back")

    def stop_listening(self):
        pass


SICK = Question("sick", "It is red. Roll back?", (Option("roll-back", "Back", Then.ROLL_BACK),))
WAS = DeploymentRecord("web", "u", "1", 1, "h1", {"was": 1}, ("web=web:abc",), 1, True)
IS = replace(WAS, revision=2, template_hash="h2", template={"is": 2}, images=("web=web:def",))
SEEN = (REPLACED((IS,)), ROLLBACK_TARGETS((WAS,)), ROLLBACK_SHOWN(("web: 2 to 1",)))
NOBODY, NOTHING = CHANGED_BY_OTHERS(()), CAVEATS(())
FOUND = {
    "nothing": ((NOBODY, NOTHING), ["sick"]),
    "somebody else's change": ((CHANGED_BY_OTHERS(("web",)), NOTHING), ["sick", "over-others"]),
    "what it leaves": ((NOBODY, CAVEATS((Caveat("web: kept"),))), ["sick", "roll-back"]),
    "that it works": ((NOBODY, NOTHING, VERIFIED_BY("dana")), ["sick", "roll-back"]),
}


@pytest.mark.parametrize(("found", "asked"), FOUND.values(), ids=FOUND)
def test_a_rollback_is_chosen_once_and_asked_again_only_for_what_could_not_be_read(found, asked):
    world, person = World(), Person()
    before = Says("record", [Done("Recorded.", (HEALTHY((WAS,)),))])
    plan = plan_of(("deploy", None, (before, Says("watch", [Ask(SICK)]))))
    look = Says("see_what_runs_now", [Done("Looked.", (*SEEN, *found))])
    steps = (look, ConfirmTheRollback(), Effect("restore", world))
    back = plan_of(("rollback", None, steps), name="rollback")
    walk, journal = walk_of(plan, MemoryScreen(), back=back, asker=person)
    walk.go()
    assert person.asked == asked
    assert world.effects == ["restore"]
    made = [each.said for each in journal.events() if isinstance(each.said, DecisionMade)]
    # To what it goes back is on record as shown, and who decided.
    assert made[0].question.shown == ("Recorded state: web revision 1 (web:abc)",)
    assert fold(journal.events()).facts[DECIDED_BY] == "dana"


def test_a_yes_is_good_for_one_look_alone():
    person = Person()
    before = Says("record", [Done("Recorded.", (HEALTHY((WAS,)),))])
    plan = plan_of(("deploy", None, (before, Says("watch", [Ask(SICK)]))))
    look = Says("see_what_runs_now", [Done("Looked.", (*SEEN, NOBODY, NOTHING))])
    changed = [GoBack("see_what_runs_now", "It changed meanwhile."), Done("Restored.")]
    steps = (look, ConfirmTheRollback(), Says("restore", changed))
    walk, _ = walk_of(
        plan, MemoryScreen(), back=plan_of(("rollback", None, steps), name="rollback"), asker=person
    )
    walk.go()
    assert person.asked == ["sick", "roll-back"]


OPTIONS = (Option("look", "Look"), Option("back", "Roll back", Then.ROLL_BACK))
RED = replace(Question("red", "It is red. What now?", OPTIONS), by_itself="back", by_itself_in=30.0)
UNSEEN = TemporaryTroubleError("no answer", 1.0)


def counted_down(*looks):
    """Walk a step that asks, and then sees this at each further look; the last one stays."""
    clock, plan = MemoryClock(), plan_of(("verify", None, (Says("probe", [Ask(RED), *looks]),)))
    back = replace(plan_of(("rollback", None, (Effect("a", World()),))), name="rollback")
    walk, journal = walk_of(plan, MemoryScreen(), clock, back=back)
    begun = clock.monotonic()
    walk.go()
    return journal, clock.monotonic() - begun


def decided(journal):
    return [each.said for each in journal.events() if isinstance(each.said, DecisionMade)]


@pytest.mark.parametrize(
    "looks", [[Ask(RED)], [UNSEEN, UNSEEN, Ask(RED)], [*[Ask(RED)] * 15, UNSEEN, Ask(RED)]]
)
def test_what_is_red_at_the_end_of_the_countdown_is_gone_back_from_by_itself(looks):
    journal, seconds = counted_down(*looks)
    (decision,) = decided(journal)
    assert (decision.choice, decision.by) == ("back", "itself")
    assert decision.reason == "by itself, after 30 s"
    assert seconds >= 30
    progress = fold(journal.events())
    assert progress.decisions[0].answer.by == "itself"
    assert progress.plan == "rollback"


@pytest.mark.parametrize("red_looks", [0, 5, 14])
@pytest.mark.parametrize("green", [Done("Green."), Waiting("on its way", 1.0)])
def test_what_gets_well_meanwhile_withdraws_the_question(red_looks, green):
    journal, _ = counted_down(*[Ask(RED)] * red_looks, green, Done("Green."))
    assert decided(journal) == []
    assert fold(journal.events()).state is RunState.DONE
    (back,) = [each.said for each in journal.events() if each.type == EventType.WENT_BACK]
    assert (back.to, back.undone) == ("probe", ("probe",))
    assert back.because.startswith("Looked again, and there is nothing to ask any more: ")


def test_a_question_that_a_person_must_answer_is_not_answered_by_itself():
    other = replace(RED, key="not-reached", by_itself="")
    journal, _ = counted_down(Ask(other))
    assert decided(journal) == []
    assert fold(journal.events()).pending == other


def test_what_cannot_be_looked_at_is_not_gone_back_from():
    journal, seconds = counted_down(UNSEEN)
    assert decided(journal) == []
    assert 90 <= seconds < 100
    assert fold(journal.events()).pending == RED


class Types(FlagAsker):
    """Somebody who types one line in the countdown, and answers nothing else."""

    def __init__(self, line: str) -> None:
        super().__init__(Flags())
        self._line, self.asked = line, 0

    def typed(self) -> str:
        line, self._line = self._line, ""
        return line

    def ask(self, question, step, stands=lambda: True):
        self.asked += 1
        return super().ask(question, step, stands)


def typed_in_the_countdown(line, *looks):
    clock, plan = MemoryClock(), plan_of(("verify", None, (Says("probe", [Ask(RED), *looks]),)))
    back = replace(plan_of(("rollback", None, (Effect("a", World()),))), name="rollback")
    asker = Types(line)
    walk, journal = walk_of(plan, MemoryScreen(), clock, back=back, asker=asker)
    begun = clock.monotonic()
    walk.go()
    return journal, clock.monotonic() - begun, asker


class Thinks(FlagAsker):
    """Somebody who looks at the question for a while; meanwhile others have something to say."""

    def __init__(self, *said) -> None:
        super().__init__(Flags())
        self.signals, self._said = MemorySignals(), said
        self.stood: list[bool] = []

    def ask(self, question, step, stands=lambda: True):
        for number, said in enumerate(self._said):
            self.signals.send(Signal(said, f"s{number}"))
            self.stood.append(stands())
        return super().ask(question, step, stands)


@pytest.mark.parametrize(
    ("said", "stands", "state"),
    [
        (Noted("vouchers are down, too", "noor"), True, RunState.DECIDING),
        (Reply("red", "look", "", 0.0), False, RunState.DONE),
        (LockLost(LOST, False), False, RunState.FAILED),
    ],
)
def test_what_others_say_is_heard_while_a_person_thinks(said, stands, state):
    options = (Option("look", "Look"), Option("back", "Roll back", Then.ROLL_BACK))
    question = Question("red", "It is red. What now?", options)
    plan = plan_of(("verify", None, (Says("probe", [Ask(question), Done("Looked.")]),)))
    asker = Thinks(said)
    walk, journal = walk_of(plan, MemoryScreen(), signals=asker.signals, asker=asker)
    assert walk.go().state is state
    assert asker.stood == [stands]
    assert fold(journal.events()).state is state


class Hears:
    """Somebody who is told; keeps what was pending each time."""

    def __init__(self) -> None:
        self.pending: list[bool] = []

    def show(self, progress: Progress) -> None:
        self.pending.append(progress.pending is not None)

    def close(self, _timeout_seconds: float) -> bool:
        return True


@pytest.mark.parametrize(
    ("asker", "is_told"),
    [
        (FlagAsker(Flags(yes=True)), False),
        (FlagAsker(Flags(chosen={"go": "go"})), False),
        (FlagAsker(Flags()), True),
        (Thinks(Noted("it is asked for a while", "noor")), True),
    ],
    ids=["--yes", "--answer", "nobody is there", "a person thinks"],
)
def test_people_hear_of_a_question_where_a_person_is_waited_for_alone(asker, is_told):
    question = Question("go", "Go on?", (Option("go", "Go on"), Option("no", "No")), by_yes="go")
    plan = plan_of(("one", None, (Says("ask", [Ask(question), Done("Went.")]),)))
    hears = Hears()
    walk_of(plan, MemoryScreen(), teller=hears, asker=asker)[0].go()
    assert any(hears.pending) is is_told
    assert hears.pending


def test_its_word_does_at_once_what_is_done_by_itself_and_the_person_has_decided():
    journal, seconds, asker = typed_in_the_countdown("Back", Ask(RED))
    (decision,) = decided(journal)
    assert (decision.choice, decision.by, decision.reason) == ("back", "", "")
    assert seconds < 5
    assert asker.asked == 0
    assert fold(journal.events()).plan == "rollback"


def test_its_word_does_nothing_where_all_is_well_by_now():
    journal, _, _ = typed_in_the_countdown("back", Done("Green."))
    assert decided(journal) == []


@pytest.mark.parametrize("line", ["1", "KeyError: None", "look", "ba"])
def test_any_other_word_calls_the_countdown_off_and_the_question_is_asked(line):
    journal, seconds, asker = typed_in_the_countdown(line, Ask(RED))
    assert decided(journal) == []
    assert seconds < 5
    assert asker.asked == 1


def test_a_second_ctrl_c_puts_the_interruption_on_record_if_the_first_did_not():
    world = World()
    plan = plan_of(("one", None, (Effect("a", world),)))
    walk, journal = walk_of(plan, MemoryScreen())
    assert walk.break_off().state is RunState.INTERRUPTED
    assert walk.break_off().state is RunState.INTERRUPTED
    assert journal.types().count(EventType.RUN_INTERRUPTED) == 1


def test_a_run_that_is_over_stays_so_when_ctrl_c_breaks_off_what_follows():
    walk, journal = walk_of(plan_of(("one", None, (Effect("a", World()),))), MemoryScreen())
    walk.go()
    assert walk.break_off().state is RunState.DONE
    assert EventType.RUN_INTERRUPTED not in journal.types()


@dataclass
class EndScreen(MemoryScreen):
    """A screen that keeps how the walk ended."""

    ends: list[Progress] = field(default_factory=list)

    def end(self, progress: Progress) -> None:
        self.ends.append(progress)


def interrupted_clear():
    raise KeyboardInterrupt


@pytest.mark.parametrize("first", [KeyboardInterrupt(), Done("Green.")])
def test_a_second_ctrl_c_in_a_row_still_says_where_the_run_stands(first):
    plan, screen = plan_of(("one", None, (Says("probe", [first]),))), EndScreen()
    journal = MemoryJournal(MemoryClock())
    begun = record.begin(journal, Incident("x"), plan, RunSettings())
    leftovers = cast("Any", SimpleNamespace(clear=interrupted_clear))
    outside = replace(ports(journal.clock), suites=SUITES, leftovers=leftovers)
    session = SimpleNamespace(runs=SimpleNamespace(note_newest=lambda _run: None))
    itinerary = cast("Any", SimpleNamespace(session=session, plan=lambda _name, _manner: plan))
    shown = cast("Any", screen)
    progress = walk_to_its_stop(itinerary, journal, outside, Manner(), shown, begun)
    is_first = isinstance(first, KeyboardInterrupt)
    assert progress.state is (RunState.INTERRUPTED if is_first else RunState.DONE)
    assert screen.ends == [progress]
    assert "Ctrl-C once more" in screen.asides[-1]


class Leaves(FlagAsker):
    """Somebody who ends the input twice while the run waits."""

    has_left = True


def test_who_leaves_at_a_question_has_decided_nothing_and_interrupted_nothing():
    ready = Question("fix-ready", "Is the fix ready?", (Option("go-on", "Go on"),))

    class Clock(MemoryClock):
        def wait(self, _seconds):
            raise KeyboardInterrupt

    waits = Waiting("waiting for the fix", 2.0, question=ready)
    plan = plan_of(("fix", None, (Says("await_the_fix", [waits]),)))
    asker = Leaves(Flags(yes=True))
    asker.listen = lambda *_, **__: True  # type: ignore[method-assign]
    walk, journal = walk_of(plan, MemoryScreen(), Clock(), asker=asker)
    progress = walk.go()
    assert (progress.state, progress.pending) == (RunState.WAITING, ready)
    assert exit_codes.of_progress(progress) == exit_codes.WAITING
    assert EventType.RUN_INTERRUPTED not in journal.types()
