from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotfix.domain import budget
from hotfix.domain.progress import PhaseProgress, PhaseState, Progress

START = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
MINUTE = 60.0
# The procedure's Timeline Target table, in minutes.
TARGETS = (("branch", 2), ("fix", 15), ("test", 5), ("review", 10), ("deploy", 5), ("verify", 3))


def standing(spent, running=None, total=30):
    """A run in which ``spent`` minutes went to each phase in turn, the last one running or not."""
    names = [name for name, _ in TARGETS]
    phases, moment = [], START
    for name, target in TARGETS:
        phase = PhaseProgress(name, target * MINUTE)
        if name in spent:
            seconds = spent[name] * MINUTE
            if name == running:
                phase = replace(phase, state=PhaseState.RUNNING, running_since=moment)
            else:
                phase = replace(phase, state=PhaseState.DONE, spent_seconds=seconds)
            moment += timedelta(seconds=seconds)
        phases.append(phase)
    progress = Progress(
        started_at=START,
        phases=tuple(phases),
        total_seconds=total * MINUTE,
        counts_until=names[-1],
        point_of_no_return="merge_the_fix",
        needed_after=("deploy", "verify"),
    )
    return progress, moment


def test_the_targets_add_up_to_40_minutes_against_a_total_of_30():
    progress, now = standing({})
    stand = budget.pace(progress, now)
    assert (stand.left, stand.planned, stand.ahead) == (1800, 2400, -600)


@pytest.mark.parametrize(
    ("spent", "running", "left", "planned", "ahead"),
    [
        ({}, None, 30, 40, -10),
        ({"branch": 1}, None, 29, 38, -9),
        ({"branch": 2, "fix": 5}, "fix", 23, 33, -10),
        ({"branch": 2, "fix": 15, "test": 1}, None, 12, 18, -6),
        ({"branch": 1, "fix": 6, "test": 2, "review": 3}, None, 18, 8, 10),
        # A phase over its target plans nothing more; it eats what is left.
        ({"branch": 1, "fix": 20}, "fix", 9, 23, -14),
        ({"branch": 2, "fix": 15, "test": 5, "review": 10, "deploy": 1}, "deploy", -3, 7, -10),
    ],
)
def test_pace_is_what_is_left_against_what_is_planned(spent, running, left, planned, ahead):
    progress, now = standing(spent, running)
    stand = budget.pace(progress, now)
    assert (stand.left, stand.planned, stand.ahead) == (
        left * MINUTE,
        planned * MINUTE,
        ahead * MINUTE,
    )


@pytest.mark.parametrize(
    ("minutes", "fits"), [(0, True), (21.9, True), (22, False), (22.1, False), (40, False)]
)
def test_it_fits_while_deploy_and_verify_fit(minutes, fits):
    progress, now = standing({"branch": minutes}, "branch")
    assert budget.still_fits(progress, now) is fits


def test_after_the_point_of_no_return_it_always_fits():
    progress, now = standing({"branch": 50}, "branch")
    merged = replace(progress, done=frozenset({("hotfix", "merge_the_fix")}))
    assert budget.still_fits(merged, now)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (1.5, []),
        (1.6, ["branch:80"]),
        (2, ["branch:100"]),
        (24, ["branch:100", "total:80"]),
        (30, ["branch:100", "total:100"]),
    ],
)
def test_marks_are_reached_at_80_and_100_percent(minutes, expected):
    progress, now = standing({"branch": minutes}, "branch")
    assert [mark.name for mark in budget.marks(progress, now)] == expected


def test_a_mark_on_record_is_not_reached_again():
    progress, now = standing({"branch": 1.7}, "branch")
    marked = replace(progress, budget_marks=frozenset({"branch:80"}))
    assert budget.marks(marked, now) == ()


@pytest.mark.parametrize(
    ("minutes", "seconds"), [(0, 1.6 * MINUTE), (1.6, 0.4 * MINUTE), (2, 20 * MINUTE)]
)
def test_the_next_mark_is_the_next_moment_worth_a_word(minutes, seconds):
    progress, now = standing({"branch": minutes}, "branch")
    assert budget.seconds_to_next_mark(progress, now) == pytest.approx(seconds)


def test_without_a_total_nothing_binds():
    progress, now = standing({"branch": 90}, "branch")
    free = replace(progress, total_seconds=None)
    assert budget.still_fits(free, now)
    assert budget.pace(free, now).ahead is None


def test_a_phase_without_a_target_needs_warns_and_plans_nothing():
    progress = Progress(
        started_at=START,
        phases=(PhaseProgress("fix", None, running_since=START), PhaseProgress("deploy", None)),
        needed_after=("deploy",),
    )
    assert budget.needed_seconds(progress) == 0.0
    assert budget.marks(progress, START) == ()
    assert budget.seconds_to_next_mark(progress, START) is None
    assert budget.pace(progress, START).planned == 0.0


def test_the_total_says_nothing_after_the_end_of_what_counts_and_a_phase_does():
    at = START + timedelta(seconds=300)
    back = PhaseProgress("rollback", 300.0, PhaseState.RUNNING, 0.0, START, plan="rollback")
    progress = Progress(
        started_at=START, ended_at=START, phases=(back,), plan="rollback", total_seconds=10.0
    )
    assert [mark.name for mark in budget.marks(progress, at)] == ["rollback:100"]
    early = START + timedelta(seconds=200)
    assert budget.seconds_to_next_mark(progress, early) == 40.0


def test_only_the_phases_of_the_plan_up_to_the_counted_end_are_planned():
    back = [PhaseProgress(name, 5 * MINUTE, plan="rollback") for name in ("verify", "close")]
    # Of one name, or behind the counted end: neither adds to what is planned.
    phases = (back[0], PhaseProgress("fix", 900.0), PhaseProgress("verify", 180.0), back[1])
    behind = PhaseProgress("close", 600.0)
    forth = Progress(
        started_at=START, phases=(*phases, behind), total_seconds=1800.0, counts_until="verify"
    )
    assert budget.pace(forth, START).planned == 1080.0
    assert budget.pace(replace(forth, plan="rollback"), START).planned == 300.0
    assert budget.pace(replace(forth, plan="rollback", counts_until=""), START).planned == 600.0
    needed = replace(forth, needed_after=("verify", "close"))
    assert budget.needed_seconds(needed) == 780.0
    assert budget.needed_seconds(replace(needed, plan="rollback")) == 600.0
