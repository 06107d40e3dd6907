"""What the needs say where trouble on the way keeps them from being asked."""

import threading
import time
from dataclasses import replace

import pytest
from tests.engine.small_plan import ports

from hotfix.adapters.parallel_readiness import ParallelReadiness
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


def beside(needed, optional, **more):
    return ParallelReadiness(
        {"github": needed, "slack": optional}, ["slack"], beyond_seconds=60.0, **more
    ).check()


def test_what_a_hotfix_can_do_without_is_not_asked_again_once_the_others_have_answered():
    is_asked = threading.Event()

    def down():
        asked.append(len(asked))
        is_asked.set()
        raise DOWN

    def fine():
        assert is_asked.wait(60)
        return (FINE,)

    asked: list[int] = []
    found = beside(fine, down, pauses_seconds=(3600.0,), deadline_seconds=7200.0)
    assert found == (FINE, not_asked("slack", "reachable", Finding.WARNING, DOWN))
    assert len(asked) == 1


def test_it_is_asked_again_as_long_as_the_others_are():
    is_back = threading.Event()

    def back():
        asked.append(len(asked))
        if len(asked) < 3:
            raise DOWN
        is_back.set()
        return (replace(FINE, area="slack"),)

    def fine():
        assert is_back.wait(60)
        return (FINE,)

    asked: list[int] = []
    found = beside(fine, back, pauses_seconds=(0.0, 0.0))
    assert found == (FINE, replace(FINE, area="slack"))


def test_one_that_says_nothing_is_not_waited_for_beside_what_was_answered():
    is_over = threading.Event()

    def silent():
        is_over.wait(60)
        return ()

    needed, _ = answering(FINE)
    checks = {"github": needed, "slack": silent}
    found = ParallelReadiness(checks, ["slack"], 3600.0, beyond_seconds=0.01).check()
    is_over.set()
    assert [(each.area, each.finding) for each in found] == [
        ("github", Finding.OK),
        ("slack", Finding.WARNING),
    ]
    assert "no answer within 0." in found[1].saw
