"""What status says of a run, field by field."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.engine.small_plan import MemoryJournal
from tests.memory_clock import MemoryClock
from tests.snapshots import snapshot

from hotfix.domain.event_data import DecisionMade, DecisionNeeded, StepFailed, StepStarted
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.leaving import leaving
from hotfix.domain.merge_how import MERGE_STEP
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import Left, PhaseProgress, PhaseState, Progress, RunState
from hotfix.domain.question import Answer, Option, Question
from hotfix.domain.status import next_action, status
from hotfix.domain.unapproved_merge import unapproved_merge

START = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
QUESTION = Question("merge", "Merge?", (Option("go", "Go"),))
PROBLEM = Problem(ProblemCode.FAILED, "It broke.", "Because.", "mend it")
SINCE = START + timedelta(seconds=40)
PROGRESS = Progress(
    run="hf-1",
    incident=Incident("checkout returns 500"),
    state=RunState.WAITING,
    operator="dana",
    started_at=START,
    phases=(
        PhaseProgress("branch", 120.0, PhaseState.DONE, 40.0),
        PhaseProgress("fix", 900.0, PhaseState.RUNNING, 10.0, SINCE),
        PhaseProgress("verify", 180.0),
        PhaseProgress("close", None),
        PhaseProgress("restore", 300.0, plan="rollback"),
    ),
    phase="fix",
    step="await_the_fix",
    saying="editing",
    known={"issue_url": "https://x/1", "branch": "hotfix/checkout", "base_sha": "a1"},
    total_seconds=1800.0,
    counts_until="verify",
    needed_after=("verify",),
    untold={"summary": "text"},
)


def test_status_is_the_run_as_plain_data():
    assert status(PROGRESS) == {
        "v": 1,
        "run": "hf-1",
        "description": "checkout returns 500",
        "category": None,
        "severity": "major",
        "severity_is_default": False,
        "operator": "dana",
        "state": "waiting",
        "plan": "hotfix",
        "phase": "fix",
        "step": "await_the_fix",
        "saying": "editing",
        "started_at": "2026-03-12T03:12:09Z",
        "ended_at": None,
        "finished_at": None,
        "counted_until": "",
        "last_at": None,
        "commit": None,
        "merge": "not merged",
        "fix": "not-merged",
        "last_word": [],
        "in_trouble": False,
        "trouble": None,
        "no_forecast": None,
        "way_back": None,
        "unwatched": None,
        "total_seconds": 1800.0,
        "needed_seconds": 180.0,
        "merge_by": None,
        "next_action": "editing",
        "question": None,
        "problem": None,
        "phases": [
            _phase("branch", 120.0, 40.0, "done", expected=180.0),
            _phase("fix", 900.0, 10.0, "running", since="2026-03-12T03:12:49Z", expected=1350.0),
            _phase("verify", 180.0, 0.0, "to come", expected=270.0),
            _phase("close", None, 0.0, "to come"),
            _phase("restore", 300.0, 0.0, "to come", plan="rollback"),
        ],
        "links": {"issue_url": "https://x/1", "branch": "hotfix/checkout"},
        "untold": 1,
        "held": None,
        "newer": None,
    }


def _phase(name, target, spent, state, *, since=None, plan="hotfix", expected=None) -> Any:
    return {
        "name": name,
        "plan": plan,
        "target_seconds": target,
        "expected_seconds": expected,
        "median_seconds": None,
        "spent_seconds": spent,
        "running_since": since,
        "waited_seconds": 0.0,
        "waiting_since": None,
        "state": state,
        "is_counted": expected is not None,
    }


def test_a_plan_without_a_counted_end_counts_all_its_phases():
    back = replace(PROGRESS, plan="rollback", counts_until="")
    phases: Any = status(back)["phases"]
    assert [each["is_counted"] for each in phases] == [False] * 4 + [True]


def test_before_the_first_event_there_is_no_start():
    found = status(Progress())
    assert (found["started_at"], found["ended_at"], found["phases"]) == (None, None, [])
    seen = snapshot(dict(found), START)
    assert (seen["elapsed_seconds"], seen["phase"], seen["step"]) == (0.0, None, None)


def test_what_there_is_to_say_of_a_question_a_problem_and_an_end():
    found = status(replace(PROGRESS, pending=QUESTION, problem=PROBLEM, ended_at=SINCE))
    assert (found["question"], found["ended_at"]) == ("Merge?", "2026-03-12T03:12:49Z")
    assert found["problem"] == PROBLEM.to_json()


LEFT = (Left("label_pull_request", PROBLEM), Left("release_the_lock", PROBLEM))


@pytest.mark.parametrize(
    ("changed", "action"),
    [
        ({"problem": PROBLEM, "pending": QUESTION}, "mend it"),
        ({"pending": QUESTION, "state": RunState.INTERRUPTED}, "Merge? hotfix resume hf-1"),
        ({"state": RunState.INTERRUPTED}, "hotfix resume hf-1"),
        ({"state": RunState.ABORTED}, "post it by hand"),
        ({"state": RunState.ABORTED, "untold": {}}, "nothing: the run is over"),
        # What is open on the checklist is a list of its own.
        ({"state": RunState.DONE, "untold": {}}, "hotfix checklist"),
        ({}, "editing"),
        ({"saying": ""}, "wait"),
        # What is left to do comes when all else is done.
        ({"left_to_do": LEFT}, "editing"),
        ({"left_to_do": LEFT, "state": RunState.DONE}, "mend it; post it by hand; mend it"),
        ({"left_to_do": LEFT, "state": RunState.DONE, "problem": PROBLEM}, "mend it"),
    ],
)
def test_the_next_action_is_the_most_urgent_one(changed, action):
    assert next_action(replace(PROGRESS, **changed)) == action


UNAPPROVED = unapproved_merge("https://x/2", "b2" * 20, "")
BEGUN = frozenset({("hotfix", MERGE_STEP)})
YES = {(MERGE_STEP, "merge"): Answer("merge", by="dana")}


@pytest.mark.parametrize(
    ("changed", "merge"),
    [
        ({}, "not merged"),
        ({"known": {"merge_sha": "b2" * 20}}, "merged"),
        ({"pending": UNAPPROVED}, "merged"),
        ({"pending": QUESTION}, "not merged"),
        # Begun, that is asked: without a yes nothing was sent.
        ({"begun": BEGUN}, "not merged"),
        ({"begun": BEGUN, "answers": YES}, "not known"),
    ],
)
def test_whether_it_is_merged_is_said_as_far_as_it_is_known(changed, merge):
    assert status(replace(PROGRESS, **changed))["merge"] == merge


def test_a_snapshot_counts_on_from_what_status_says():
    seen = snapshot(dict(status(PROGRESS)), START + timedelta(seconds=100), ("another",))
    assert [each["elapsed_seconds"] for each in seen["phases"]] == [40.0, 70.0, 0.0, 0.0, 0.0]
    assert (seen["elapsed_seconds"], seen["remaining_seconds"]) == (100.0, 1700.0)
    # 1,280 of the fix and 270 to verify are expected.
    assert seen["pace_seconds"] == 150.0
    assert (seen["planned_seconds"], seen["over_seconds"]) == (1550.0, 0.0)
    assert seen["done_about"] == "2026-03-12T03:39:39Z"
    assert (seen["merge_by"], seen["merge_in_seconds"]) == (None, None)
    assert seen["warnings"] == ["another"]
    assert (seen["phase"], seen["step"], seen["saying"]) == ("fix", "await_the_fix", "editing")
    assert seen["phases"][1] == {
        "name": "fix",
        "target_seconds": 900.0,
        "elapsed_seconds": 70.0,
        "state": "running",
        "plan": "hotfix",
        "expected_seconds": 1350.0,
    }


def test_the_moment_to_merge_by_is_said_in_utc_to_the_second():
    to_merge = replace(PROGRESS, point_of_no_return="merge_the_fix")
    seen = snapshot(dict(status(to_merge)), START + timedelta(seconds=100))
    assert (seen["merge_by"], seen["merge_in_seconds"]) == ("2026-03-12T03:39:09Z", 1520.0)


def test_of_a_state_that_an_earlier_version_wrote_the_end_is_forecast_by_its_targets():
    old: Any = dict(status(replace(PROGRESS, point_of_no_return="merge_the_fix")))
    del old["merge_by"]
    for key in ("expected_seconds", "median_seconds", "waited_seconds", "waiting_since"):
        old["phases"] = [{k: v for k, v in each.items() if k != key} for each in old["phases"]]
    seen = snapshot(old, START + timedelta(seconds=100))
    assert (seen["pace_seconds"], seen["done_about"]) == (150.0, "2026-03-12T03:39:39Z")
    assert seen["merge_by"] is None


def test_a_snapshot_stands_still_after_the_end_and_binds_nothing_without_a_total():
    over = status(replace(PROGRESS, ended_at=SINCE, total_seconds=None))
    seen = snapshot(dict(over), START + timedelta(seconds=900))
    assert (seen["elapsed_seconds"], seen["remaining_seconds"], seen["pace_seconds"]) == (
        *(40.0, None),
        None,
    )


def test_a_phase_that_took_longer_than_planned_takes_nothing_from_the_others():
    seen = snapshot(dict(status(PROGRESS)), START + timedelta(seconds=1500))
    assert seen["pace_seconds"] == 300.0 - 270.0


def test_the_warnings_of_the_run_itself_come_first():
    held = {**status(PROGRESS), "newer": "newer", "held": "held"}
    assert snapshot(held, START, ("other",))["warnings"] == ["newer", "held", "other"]


@pytest.mark.parametrize("state", RunState)
def test_which_states_are_the_end_of_a_run_here(state):
    over = {"stopped", "done", "rolled-back", "aborted", "taken-over"}
    assert state.is_over is (state.value in over)


def test_a_phase_is_timed_over_all_its_stretches():
    running = PROGRESS.phases[1]
    assert running.elapsed_seconds(SINCE + timedelta(seconds=5)) == 15.0
    ended = running.ended(SINCE + timedelta(seconds=5), PhaseState.DONE)
    assert (ended.spent_seconds, ended.running_since, ended.state) == (15.0, None, PhaseState.DONE)
    assert ended.elapsed_seconds(SINCE + timedelta(seconds=99)) == 15.0


def test_a_step_knows_its_own_answers_the_facts_and_its_time():
    begun = {("hotfix", "ask"): SINCE, ("rollback", "ask"): START}
    answers: Any = {("ask", "sure"): "yes", ("other", "sure"): "no"}
    progress = replace(PROGRESS, begun_at=begun, answers=answers)
    facts: Any = progress.facts_for("ask", START)
    assert (facts.answers, facts.run, facts.operator) == ({"sure": "yes"}, "hf-1", "dana")
    assert (facts.now, facts.begun_at, facts.known) == (START, SINCE, PROGRESS.known)
    assert progress.facts_for("never").begun_at is None
    assert PROGRESS.facts.answers == {}


def test_what_is_over_is_asked_of_the_present_plan_or_of_any():
    progress = replace(PROGRESS, done=frozenset({("rollback", "merge")}))
    assert (progress.is_done("merge"), progress.has_passed("merge")) == (False, True)
    assert replace(progress, plan="rollback").is_done("merge")
    assert not progress.has_passed("look")
    assert progress.phase_named("fix") is PROGRESS.phases[1]
    assert progress.phase_named("none") is None


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, "not merged"),
        ({"known": {"merge_sha": "a1"}}, "merged"),
        ({"begun": frozenset({("hotfix", "merge_the_fix")})}, "not merged"),
        ({"done": frozenset({("hotfix", "merge_the_fix")})}, "not known"),
        (
            {
                "begun": frozenset({("hotfix", "merge_the_fix")}),
                "answers": {("merge_the_fix", "merge"): "yes"},
            },
            "not known",
        ),
        ({"answers": {("merge_the_fix", "merge"): "yes"}}, "not merged"),
        (
            {"begun": frozenset({("hotfix", "merge_the_fix")}), "answers": {("x", "merge"): "yes"}},
            "not merged",
        ),
    ],
)
def test_what_is_known_of_the_merge(changed, state):
    assert status(replace(PROGRESS, **changed))["merge"] == state


@pytest.mark.parametrize(
    ("pull_request", "url"),
    [
        (
            "https://github.example/acme/shop/pull/7",
            "https://github.example/acme/shop/commit/" + "a" * 40,
        ),
        ("", None),
        ("nowhere", None),
    ],
)
def test_the_commit_has_a_link_where_the_pull_request_tells_one(pull_request, url):
    known = {"merge_sha": "a" * 40, "pull_request_url": pull_request}
    assert status(replace(PROGRESS, known=known))["commit"] == {"sha": "a" * 40, "url": url}


def test_when_a_run_was_over_is_told_once_it_is_over():
    ended = replace(PROGRESS, finished_at=SINCE)
    assert status(ended)["finished_at"] is None
    over = status(replace(ended, state=RunState.DONE))
    assert over["finished_at"] == "2026-03-12T03:12:49Z"


@pytest.mark.parametrize("is_tried", [True, False])
def test_a_yes_alone_sends_no_merge(is_tried):
    """Between the yes and the try the budget is asked about, and says that nothing is merged."""
    clock = MemoryClock()
    journal = MemoryJournal(clock)
    asked = Question("merge", "Merge?", (Option("merge", "Merge", typed=True),))
    said = (
        StepStarted(),
        DecisionNeeded(asked),
        DecisionMade("merge", "merge", "", 0.0, asked),
        StepStarted(),
    )
    for each in said if is_tried else said[:-1]:
        clock.wait(1.0)
        journal.append(each, "deploy", MERGE_STEP)
    progress = fold(journal.events())
    assert status(progress)["merge"] == ("not known" if is_tried else "not merged")
    is_open = leaving(progress).words.startswith("keep the laptop open")
    assert is_open is is_tried


@pytest.mark.parametrize(
    ("nothing_happened", "merge"), [(True, "not merged"), (False, "not known")]
)
def test_a_merge_that_was_refused_is_known_and_one_without_an_answer_is_not(
    nothing_happened, merge
):
    journal = MemoryJournal(MemoryClock())
    yes = DecisionMade("merge", "go", "", 0.0, QUESTION)
    for said in (
        StepStarted(),
        DecisionNeeded(QUESTION),
        yes,
        StepFailed(PROBLEM, nothing_happened),
    ):
        journal.append(said, "deploy", MERGE_STEP)
    seen = status(fold(journal.events()))
    assert (seen["merge"], seen["state"]) == (merge, "failed")
