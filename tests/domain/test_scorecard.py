"""How a drill went, by the record of its run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.domain import runs_on_record as runs

from hotfix.domain.event_data import DecisionMade, Told
from hotfix.domain.figures import clock
from hotfix.domain.fold import fold
from hotfix.domain.outcome import Ask, Done, Failed, GoBack
from hotfix.domain.question import ITSELF, Answer, Option, Question, Then
from hotfix.domain.rollout.one_yes import AS_CHOSEN
from hotfix.domain.scorecard import PhaseScore, Scorecard, scorecard
from hotfix.view.scorecard_lines import scorecard_lines

AT = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
RED = Question("red", "It is red. What now?", (Option("again", "Again", Then.GO_BACK, "review"),))
OTHERS = Question("over-others", "Over theirs?", (Option("roll-back", "All of it"),))
USUAL = Question("usual", "Merge?", (Option("yes", "Yes"),), by_yes="yes")


def card(journal=None, **given):
    known = {"is_played": False, "went_well": True} | given
    return scorecard("good-fix", journal.events() if journal else (), AT, **known)


def asks(question):
    """Ask once, and go on whatever the answer is."""
    return lambda facts: Done("ok") if facts.answer(question.key) else Ask(question)


def test_phases_stand_against_their_targets():
    found = {each.name: each for each in card(runs.done()).phases}
    assert (found["fix"].target_seconds, found["fix"].spent_seconds) == (900, 300)
    assert not found["fix"].is_over
    assert "fix 5:00 of 15:00, " in "\n".join(scorecard_lines(card(runs.done()), ()))


def test_a_run_that_goes_well_has_noticed_nothing():
    found = card(runs.done())
    assert found.noticed == ()
    assert found.state == "done"
    assert (found.player.inputs, found.tool.steps, found.tool.taken_up) == (0, 4, 0)


@pytest.mark.parametrize(
    ("outcome", "what"),
    [
        pytest.param(Failed(runs.PROBLEM), "The push was refused.", id="a failure"),
        pytest.param(Ask(RED), "It is red. What now?", id="a question that goes back first"),
        pytest.param(Ask(OTHERS), "Over theirs?", id="what a colleague would lose"),
        pytest.param(Ask(USUAL), "", id="a question that comes every time"),
    ],
)
def test_what_goes_wrong_is_noticed_when_it_is_on_record(outcome, what):
    journal = runs.walked(runs.plan(outcome))
    assert [each.what for each in card(journal).noticed] == ([what] if what else [])
    if what:
        at = next(e.at for e in journal.events() if e.type in {"step_failed", "decision_needed"})
        (noticed,) = card(journal).noticed
        assert noticed.after_seconds == (at - journal.events()[0].at).total_seconds() > 0


def test_the_same_trouble_is_noticed_once():
    back = [GoBack("review", "Pushed."), GoBack("review", "Pushed."), Done("approved")]
    found = card(runs.walked(runs.plan(*back)))
    assert [each.what for each in found.noticed] == ["Pushed."]
    assert found.tool.went_back == 2


def test_what_somebody_chose_is_not_noticed():
    found = card(runs.walked(runs.plan(Ask(RED), Done("approved")), Answer("again")))
    assert found.tool.went_back == 1
    assert [each.what for each in found.noticed] == ["It is red. What now?"]


def test_an_overrun_and_the_question_about_the_budget_are_noticed():
    said = [each.what for each in card(runs.walked(runs.plan(total=320.0))).noticed]
    assert any("no longer fits" in each for each in said), said


def test_the_clock_reads_as_at_the_end_of_the_run():
    events = runs.done().events()
    start = fold(events).started_at or AT
    until = start + timedelta(seconds=59.97)
    cut = [replace(each, at=min(each.at, until)) for each in events]
    found = scorecard("good-fix", cut, AT, is_played=True, went_well=True)
    shown = clock(fold(cut).elapsed_seconds(until))
    assert (clock(found.total_seconds), shown) == ("0:59", "0:59")
    assert "total    0:59 of 30:00" in scorecard_lines(found, ())[1]


@pytest.mark.parametrize(
    ("answer", "answers", "decided"),
    [
        (Answer("yes"), 1, 0),
        (Answer("yes", "we looked"), 1, 0),
        (Answer("yes", "--yes"), 0, 0),
        (Answer("yes", "by itself, after 5 s", by=ITSELF), 0, 1),
    ],
)
def test_an_input_is_what_a_person_answers(answer, answers, decided):
    found = card(runs.walked(runs.plan(asks(runs.SURE)), answer), commands=2, wrong_turns=3)
    assert (found.player.answers, found.tool.decided) == (answers, decided)
    assert found.player.inputs == answers + 2 + 3


def test_without_a_run_there_is_a_card_all_the_same():
    found = card(went_well=False)
    assert (found.state, found.phases, found.total_seconds) == ("", (), 0)
    assert scorecard_lines(found, ())[0] == (
        "Scorecard of good-fix: ended without a run, not as it is meant to."
    )


@pytest.mark.parametrize("journal", [runs.done, runs.failed])
def test_it_is_read_back_as_it_was_written(journal):
    found = card(journal())
    assert Scorecard.from_json(found.to_json()) == found


def test_the_last_object_of_json_carries_those_that_it_is_compared_with():
    found, before = card(runs.done()), card(runs.failed(), went_well=False)
    said = found.as_event([before])
    assert (said["v"], said["type"], said["scenario"]) == (1, "scorecard", "good-fix")
    assert said["earlier"] == [
        {
            "at": "2026-11-26T03:00:00Z",
            "went_well": False,
            "total_seconds": before.total_seconds,
            "inputs": 0,
            "wrong_turns": 0,
        }
    ]


@pytest.mark.parametrize(
    ("earlier", "words"),
    [
        ([], "none of good-fix, walked by a person, is on record here yet"),
        ([False], "1 drill, 0 ended as meant"),
        ([True, False], "2 drills, 1 ended as meant; the best took 7:10"),
    ],
)
def test_it_is_compared_with_those_that_ended_as_meant(earlier, words):
    journal = runs.done()
    lines = scorecard_lines(card(journal), [card(journal, went_well=each) for each in earlier])
    assert lines[-1].startswith(f"  earlier  {words}"), lines


def test_one_that_broke_off_was_not_fast_and_half_is_no_less_than_half():
    whole = replace(card(runs.done()), total_seconds=100.0)
    slower, early = replace(whole, total_seconds=200.0), replace(whole, total_seconds=5.0)
    (said,) = scorecard_lines(replace(early, went_well=False), [whole, slower])[-1:]
    assert "the best took 1:40, half took 1:40 or less" in said
    (said,) = scorecard_lines(early, [whole, slower])[-1:]
    assert "1:35 faster than the best" in said


def test_messages_are_counted():
    assert card(runs.done()).tool.told == sum(
        isinstance(each.said, Told) for each in runs.done().events()
    )


def test_a_phase_is_named_with_its_plan_only_where_that_says_something():
    phases = tuple(
        PhaseScore(plan, name, None, 1.0)
        for plan, name in (("hotfix", "fix"), ("rollback", "rollback"), ("rollback", "record"))
    )
    lines = scorecard_lines(replace(card(runs.done()), phases=phases), ())
    assert "  phases   fix 0:01, rollback 0:01, rollback: record 0:01" in lines


def test_what_is_counted_as_typed_is_said_and_so_is_what_is_not():
    (you,) = [it for it in scorecard_lines(card(runs.done()), ()) if it.startswith("  you")]
    assert you.endswith("0 wrong turns (? is not counted)")


def test_the_second_yes_of_a_rollback_that_nobody_typed_is_no_answer():
    journal = runs.done()
    answers = card(journal).player.answers
    made = DecisionMade("roll-back", "roll-back", AS_CHOSEN, 0.0, OTHERS)
    journal.append(made)
    assert card(journal).player.answers == answers
    journal.append(replace(made, reason=""))
    assert card(journal).player.answers == answers + 1
