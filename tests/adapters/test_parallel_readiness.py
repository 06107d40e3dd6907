"""What the needs say where trouble on the way keeps them from being asked."""

import threading
import time
from dataclasses import replace

import pytest
from tests.engine.small_plan import MemorySignals, ports
from tests.memory_clock import MemoryClock

from hotfix.adapters.parallel_readiness import ParallelReadiness
from hotfix.composition.late_needs import LateNeeds
from hotfix.domain.event_data import Noted
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Failed
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.readiness import Finding, Need, not_asked
from hotfix.steps.check_readiness import CheckReadiness

FINE = Need("github", "token", Finding.OK, "signed in as dana")
TROUBLE = TemporaryTroubleError("GitHub answers 502.", 2.0)
NO_RIGHT = ProblemError(Problem(ProblemCode.RIGHTS, "No right.", "403.", "gh auth refresh"))


def answering(*answers):
    """Return a check that gives these, one a time, and how often it was asked."""
    asked: list[int] = []

    def check():
        asked.append(len(asked))
        answer = answers[min(len(asked), len(answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, tuple) else (answer,)

    return check, asked


def checked(check, **more):
    return ParallelReadiness({"github": check}, pauses_seconds=(0.0, 0.0, 0.0), **more).check()


@pytest.mark.parametrize(
    "broken", [TROUBLE, not_asked("github", "labels", Finding.WARNING, TROUBLE)]
)
def test_what_could_not_be_asked_is_asked_again(broken):
    check, asked = answering(broken, broken, FINE)
    assert checked(check) == (FINE,)
    assert len(asked) == 3


LOST = not_asked("github", "labels", Finding.WARNING, TROUBLE)
LABELS = replace(FINE, name="labels", saw="all there")


@pytest.mark.parametrize(
    ("looks", "known"),
    [
        ([(FINE, LOST), TROUBLE], (FINE, LOST)),
        ([(FINE, LOST), (not_asked("github", "token", Finding.FAILED, TROUBLE), LABELS)], "all"),
        ([TROUBLE, (FINE, LOST), TROUBLE, (FINE, LABELS)], "all"),
        ([(FINE, LOST), NO_RIGHT], None),
    ],
)
def test_a_further_look_never_makes_less_of_what_was_answered(looks, known):
    found = checked(answering(*looks)[0])
    if known is None:
        assert [need.code for need in found] == [ProblemCode.RIGHTS]
    else:
        assert found == ((FINE, LABELS) if known == "all" else known)


def test_it_is_not_asked_for_ever_and_never_told_as_a_missing_right():
    check, asked = answering(TROUBLE)
    [need] = checked(check)
    assert len(asked) == 4
    assert need.finding is Finding.FAILED
    assert need.code is ProblemCode.FAILED
    assert need.saw == "could not be asked: GitHub answers 502."


@pytest.mark.parametrize(
    "verdict", [NO_RIGHT, Need("github", "labels", Finding.FAILED, "there are none")]
)
def test_a_verdict_is_asked_for_once(verdict):
    check, asked = answering(verdict)
    [need] = checked(check)
    assert need.finding is Finding.FAILED
    assert len(asked) == 1


def test_a_rate_limit_is_told_and_not_waited_for():
    check, asked = answering(TemporaryTroubleError("The limit is used up.", 3000.0))
    assert "The limit is used up." in checked(check)[0].saw
    assert len(asked) == 1


def test_nothing_is_asked_again_once_the_time_is_over():
    check, asked = answering(TROUBLE)
    ParallelReadiness({"github": check}, deadline_seconds=0.3, pauses_seconds=(60.0,)).check()
    assert len(asked) == 1


@pytest.mark.parametrize(("optional", "finding"), [((), "failed"), (("github",), "warning")])
def test_what_nobody_foresaw_is_said_and_no_silence(optional, finding):
    check, _ = answering(RuntimeError("a bug of ours"))
    [need] = checked(check, optional=optional)
    assert need.finding == finding
    assert need.saw == "unforeseen: RuntimeError: a bug of ours"


def raising(error):
    def check():
        raise error

    return check


def nothing():
    return None


def one_by_one():
    yield FINE
    raise RuntimeError("a bug of ours")


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (raising(SystemExit(2)), "SystemExit: 2"),
        (raising(KeyboardInterrupt()), "KeyboardInterrupt"),
        (nothing, "TypeError"),
        (one_by_one, "RuntimeError: a bug of ours"),
        (lambda: ("no need at all",), "AttributeError"),
    ],
)
def test_a_check_whose_thread_dies_is_told_at_once_as_what_it_is(check, words):
    started = time.monotonic()
    [need] = checked(check, deadline_seconds=60.0)
    assert need.saw.startswith("unforeseen: ")
    assert words in need.saw
    assert "no answer" not in need.saw
    assert time.monotonic() - started < 30.0


class Found:
    def __init__(self, *needs):
        self.needs = needs

    def check(self, _reviewer="", _branch=""):
        return self.needs


def outcome(*needs):
    return CheckReadiness().run(Facts({}), replace(ports(), readiness=Found(*needs)))


def test_a_run_that_could_not_ask_says_so_and_goes_on_later():
    failed = outcome(FINE, not_asked("kubernetes", "rights", Finding.FAILED, TROUBLE))
    assert isinstance(failed, Failed)
    assert failed.problem.code is ProblemCode.FAILED
    assert "could not be asked about" in failed.problem.what
    assert failed.problem.next_command == "hotfix resume"


def test_what_is_missing_comes_before_what_could_not_be_asked():
    missing = Need("kubernetes", "rights", Finding.FAILED, "no", "ask", ProblemCode.RIGHTS)
    failed = outcome(not_asked("github", "token", Finding.FAILED, TROUBLE), missing)
    assert isinstance(failed, Failed)
    assert failed.problem.code is ProblemCode.RIGHTS
    assert failed.problem.what.startswith("1 of the needs")
    assert failed.problem.next_command == "ask"


def test_trouble_with_what_a_hotfix_can_do_without_is_kept_in_mind():
    done = outcome(FINE, not_asked("slack", "reachable", Finding.WARNING, TROUBLE))
    assert isinstance(done, Done)
    assert "could not be asked" in done.saying


DOWN = TemporaryTroubleError("Slack has trouble: 503.", 1.0)


class Later:
    """Hears what nobody waits for."""

    def __init__(self):
        self.heard: list[Need] = []
        self.has_come = threading.Event()

    def __call__(self, needs):
        self.heard += needs
        self.has_come.set()


def test_what_a_hotfix_can_do_without_is_never_waited_for_and_told_when_it_is_there():
    is_over, later = threading.Event(), Later()

    def silent():
        assert is_over.wait(60)
        return (replace(FINE, area="slack"),)

    needed, _ = answering(FINE)
    checks = {"github": needed, "slack": silent}
    found = ParallelReadiness(checks, ["slack"], 3600.0, later=later).check()
    assert (found, later.heard) == ((FINE,), [])
    is_over.set()
    assert later.has_come.wait(60)
    assert later.heard == [replace(FINE, area="slack")]


def test_it_is_asked_again_and_told_once():
    later = Later()
    needed, _ = answering(FINE)
    back, asked = answering(DOWN, DOWN, replace(FINE, area="slack"))
    pauses = (0.0, 0.0)
    checks = {"github": needed, "slack": back}
    assert ParallelReadiness(checks, ["slack"], pauses_seconds=pauses, later=later).check() == (
        FINE,
    )
    assert later.has_come.wait(60)
    assert later.heard == [replace(FINE, area="slack")]
    assert len(asked) == 3


def test_what_is_not_as_it_should_be_is_noted_with_its_mend_and_the_rest_is_not():
    signals = MemorySignals()
    later = LateNeeds(signals, MemoryClock())
    later([replace(FINE, area="slack")])
    assert signals.waiting == []
    later(
        [
            replace(FINE, area="slack"),
            Need("slack", "member", Finding.WARNING, "not in #ops", "/invite @hotfix"),
        ]
    )
    [note] = [each.said for each in signals.waiting]
    assert isinstance(note, Noted)
    assert note.text == "Keep in mind: slack: member: not in #ops (/invite @hotfix)"
    assert note.by == "hotfix"
