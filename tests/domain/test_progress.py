import pytest
from tests.domain.runs_on_record import PROBLEM, RUNS, SURE

from hotfix.domain.event_data import EventType, RunResumed, Told, Untold
from hotfix.domain.fold import after, fold
from hotfix.domain.problem import leading_back
from hotfix.domain.progress import PhaseState, Progress, RunState


def progress_of(name):
    return fold(RUNS[name]().events())


def named(progress, name):
    phase = progress.phase_named(name)
    assert phase is not None
    return phase


def states(progress):
    return [phase.state.value for phase in progress.phases]


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("done", RunState.DONE),
        ("failed", RunState.FAILED),
        ("deciding", RunState.DECIDING),
        ("decided", RunState.DONE),
        ("stopped", RunState.STOPPED),
        ("gone_back", RunState.DONE),
        ("late", RunState.DECIDING),
        ("extended", RunState.DONE),
        ("interrupted", RunState.INTERRUPTED),
        ("rolling_back", RunState.DECIDING),
    ],
)
def test_the_state_of_a_run_is_read_from_its_events(name, state):
    assert progress_of(name).state is state


@pytest.mark.parametrize("name", RUNS)
def test_folding_in_two_parts_is_folding_at_once(name):
    events = RUNS[name]().events()
    for number in range(len(events) + 1):
        assert fold(events[number:], fold(events[:number])) == fold(events)


def test_nothing_is_known_before_the_first_event():
    assert fold(()) == Progress()


def test_a_whole_run_is_timed_by_phase():
    progress = progress_of("done")
    assert [phase.spent_seconds for phase in progress.phases] == [30, 300, 0, 100]
    assert states(progress) == ["done"] * 4
    assert (progress.phase, progress.step, progress.begun) == ("", "", frozenset())
    assert progress.ended_at is not None
    assert progress.elapsed_seconds(progress.ended_at) == 430


def test_a_failure_names_its_step_and_keeps_its_problem():
    progress = progress_of("failed")
    assert (progress.problem, progress.phase, progress.step) == (
        leading_back(PROBLEM),
        "review",
        "review",
    )
    assert ("hotfix", "review") in progress.begun


def test_a_question_is_pending_until_it_is_answered():
    asked = progress_of("deciding")
    assert (asked.pending, asked.pending_step) == (SURE, "review")
    answered = progress_of("decided")
    assert (answered.pending, answered.known["sure"]) == (None, "yes")
    (decision,) = answered.decisions
    assert (decision.answer.by, decision.answer.choice) == ("dana", "yes")
    assert decision.answer.at is not None


def test_going_back_undoes_the_steps_and_keeps_the_time_that_was_spent():
    events = RUNS["gone_back"]().events()
    at = next(n for n, event in enumerate(events) if event.type is EventType.WENT_BACK)
    before, back = fold(events[:at]), fold(events[: at + 1])
    assert before.is_done("edit")
    assert not back.is_done("edit")
    assert back.is_done("look")
    assert states(back) == ["done", "to come", "to come", "to come"]
    assert named(back, "review").spent_seconds == 60
    assert back.saying == "A commit came after the approval."
    assert named(fold(events), "review").state is PhaseState.DONE


def test_an_extension_moves_the_total_and_lets_it_be_warned_about_again():
    events = RUNS["extended"]().events()
    at = next(n for n, event in enumerate(events) if event.type is EventType.BUDGET_EXTENDED)
    before, moved = fold(events[:at]), fold(events[: at + 1])
    assert (before.total_seconds, moved.total_seconds) == (1800, 4200)
    assert any(mark.startswith("total:") for mark in before.budget_marks)
    assert not any(mark.startswith("total:") for mark in moved.budget_marks)
    assert {mark for mark in before.budget_marks if mark.startswith("review:")} <= (
        moved.budget_marks
    )


def test_a_stop_says_who_stopped_it_and_why():
    progress = progress_of("stopped")
    assert progress.problem is not None
    assert progress.problem.what == "Stopped by dana: Stop it."
    assert progress.problem.why == "too risky"
    assert named(progress, "review").running_since is None


def test_a_rollback_adds_its_phases_and_binds_no_total():
    progress = progress_of("rolling_back")
    assert [phase.plan for phase in progress.phases] == ["hotfix"] * 4 + ["rollback"]
    assert (progress.plan, progress.total_seconds) == ("rollback", None)
    assert progress.has_passed("merge")
    assert not progress.is_done("merge")


def test_resuming_asks_again_what_was_asked():
    journal = RUNS["deciding"]()
    resumed = after(fold(journal.events()), journal.append(RunResumed()))
    assert (resumed.state, resumed.pending) == (RunState.RUNNING, None)


def test_a_message_that_arrives_late_is_no_longer_untold():
    journal = RUNS["done"]()
    progress = fold(journal.events())
    untold = journal.append(Untold("summary", "t", "502"))
    progress = after(progress, untold)
    assert progress.untold == {"summary": "t"}
    told = journal.append(Told("summary", "t"))
    progress = after(progress, told)
    assert not progress.untold
    assert progress.told == frozenset({"summary"})
