from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.snapshots import snapshot

from hotfix.domain import budget
from hotfix.domain.progress import PhaseProgress, PhaseState, Progress, RunState
from hotfix.domain.status import status

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


def test_targets_of_40_minutes_are_expected_to_take_the_30_that_there_are():
    progress, now = standing({})
    stand = budget.pace(progress, now)
    assert (stand.left, stand.planned, stand.ahead) == (1800, 1800, 0)
    assert budget.needed_seconds(progress) == 480, "a target, where nobody has shown less"
    # Eight of the thirty minutes are for deploy and verify.
    assert (stand.merge_by, stand.merge_in) == (START + timedelta(minutes=22), 22 * MINUTE)
    assert stand.done_about == START + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("spent", "running", "left", "planned", "ahead"),
    [
        ({}, None, 30, 30, 0),
        ({"branch": 1}, None, 29, 28.5, 0.5),
        ({"branch": 1.5, "fix": 5}, "fix", 23.5, 23.5, 0),
        ({"branch": 1.5, "fix": 15, "test": 1}, None, 12.5, 13.5, -1),
        ({"branch": 1, "fix": 6, "test": 2, "review": 3}, None, 18, 6, 12),
        # A phase that is over what was expected of it takes from what is left, and nothing more.
        ({"branch": 1, "fix": 20}, "fix", 9, 17.25, -8.25),
        ({"branch": 2, "fix": 15, "test": 5, "review": 10, "deploy": 1}, "deploy", -3, 5, -8),
    ],
)
def test_pace_is_what_is_left_against_what_is_expected(spent, running, left, planned, ahead):
    progress, now = standing(spent, running)
    stand = budget.pace(progress, now)
    assert (stand.left, stand.planned, stand.ahead) == (
        left * MINUTE,
        planned * MINUTE,
        ahead * MINUTE,
    )
    assert stand.done_about == now + timedelta(minutes=planned)
    assert stand.over == max(0.0, -ahead * MINUTE)
    assert stand.is_on_pace is (ahead > -1)


# Minutes: what it took the team, in the median and at most in four of five.
HISTORY = {"prepare": (1, 1), "fix": (8, 14), "deploy": (3, 6), "verify": (1, 2)}


def known(progress, history=None):
    """The same run with what it took the team on record."""
    took = HISTORY if history is None else history
    phases = tuple(
        replace(
            phase,
            median_seconds=took[phase.name][0] * MINUTE,
            p80_seconds=took[phase.name][1] * MINUTE,
        )
        if phase.name in took
        else phase
        for phase in progress.phases
    )
    return replace(progress, phases=phases)


def test_what_it_took_the_team_is_expected_where_that_is_on_record():
    progress, now = standing({"branch": 1.5, "fix": 2}, "fix")
    stand = budget.pace(known(progress), now)
    # 6 of the fix, 3 and 1 of deploy and verify; test and review by their targets.
    assert stand.planned == (6 + 3.75 + 7.5 + 3 + 1) * MINUTE
    assert stand.merge_by == START + timedelta(minutes=30 - 6 - 2)


@pytest.mark.parametrize(("minutes", "fits"), [(21.9, True), (22, False), (30, False)])
def test_what_it_takes_at_most_in_four_of_five_has_to_fit_after_the_merge(minutes, fits):
    progress, now = standing({"branch": minutes}, "branch")
    assert budget.still_fits(known(progress), now) is fits
    quick = known(progress, {"deploy": (1, 2), "verify": (1, 1)})
    assert budget.still_fits(quick, now) is (minutes < 27)
    assert budget.pace(quick, now).merge_by == START + timedelta(minutes=27)


def test_time_in_which_others_are_waited_for_is_not_taken_off_what_it_takes_the_team():
    progress, now = standing({"review": 3}, "review")
    waits = replace(known(progress, {"review": (5, 6)}))
    phases = tuple(
        phase.waiting(START + timedelta(minutes=1), is_waiting=True)
        if phase.running_since
        else phase
        for phase in waits.phases
    )
    at, later = (
        budget.pace(replace(waits, phases=phases), now + timedelta(minutes=it)) for it in (0, 1)
    )
    assert budget.pace(waits, now).planned - at.planned == -2 * MINUTE
    assert later.planned == at.planned
    # A target is for all of it.
    without = replace(waits, phases=tuple(replace(it, median_seconds=None) for it in phases))
    assert budget.pace(without, now).planned == budget.pace(progress, now).planned


def test_an_extension_makes_no_phase_longer():
    progress, now = standing({"branch": 1.5, "fix": 5}, "fix")
    begun = replace(progress, first_total_seconds=progress.total_seconds)
    extended = replace(begun, total_seconds=40 * MINUTE)
    assert budget.pace(extended, now).done_about == budget.pace(begun, now).done_about
    assert budget.pace(extended, now).ahead == 10 * MINUTE
    assert budget.pace(extended, now).merge_by == START + timedelta(minutes=32)


@pytest.mark.parametrize(
    "changed",
    [
        {"total_seconds": None},
        {"point_of_no_return": ""},
        {"done": frozenset({("hotfix", "merge_the_fix")})},
        {"known": {"merge_sha": "c3" * 20}},
        {"ended_at": START},
        {"started_at": None},
        {"state": RunState.ABORTED},
    ],
    ids=str,
)
def test_nothing_has_to_be_merged_by_a_moment_where_nothing_is_merged_any_more(changed):
    progress, now = standing({"branch": 1}, "branch")
    stand = budget.pace(replace(progress, **changed), now)
    assert (stand.merge_by, stand.merge_in) == (None, None)


@pytest.mark.parametrize("changed", [{"ended_at": START}, {"state": RunState.STOPPED}], ids=str)
def test_of_what_is_over_nothing_is_expected(changed):
    progress, now = standing({"branch": 1}, "branch")
    stand = budget.pace(replace(progress, **changed), now)
    assert (stand.planned, stand.done_about) == (0.0, None)
    assert stand.ahead == stand.left


@pytest.mark.parametrize("seconds", [1e12, 1e300])
@pytest.mark.parametrize("what", ["total", "target", "both"])
def test_what_no_calendar_holds_is_no_moment(seconds, what):
    progress, now = standing({"branch": 1}, "branch")
    if what in {"total", "both"}:
        progress = replace(progress, total_seconds=seconds)
    if what in {"target", "both"}:
        far = tuple(replace(phase, target_seconds=seconds) for phase in progress.phases)
        progress = replace(progress, phases=far)
    stand = budget.pace(progress, now)
    assert stand.merge_by is None
    assert (stand.done_about is None) is (what != "target")
    assert snapshot(dict(status(progress)), now)["merge_by"] is None


@pytest.mark.parametrize(
    ("minutes", "to_come", "over"), [(0, 5, 0), (3, 2, 0), (5, 0, 0), (6.5, 0, 1.5)]
)
def test_where_no_total_binds_a_phase_is_held_against_its_own_target(minutes, to_come, over):
    at = START + timedelta(minutes=minutes)
    back = PhaseProgress("rollback", 300.0, PhaseState.RUNNING, 0.0, START, plan="rollback")
    # What counted was over before.
    progress = Progress(started_at=START, ended_at=START, phases=(back,), plan="rollback")
    stand = budget.pace(progress, at)
    assert (stand.planned, stand.over) == (to_come * MINUTE, over * MINUTE)
    assert stand.done_about == at + timedelta(minutes=to_come)
    assert (stand.left, stand.ahead, stand.merge_by) == (None, None, None)


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
    assert budget.pace(replace(forth, total_seconds=None), START).planned == 1080.0
    assert budget.pace(forth, START).planned == pytest.approx(1800.0)
    assert [phase.name for phase in budget.counted(forth)] == ["fix", "verify"]
    forth = replace(forth, total_seconds=None)
    assert budget.pace(replace(forth, plan="rollback"), START).planned == 300.0
    assert budget.pace(replace(forth, plan="rollback", counts_until=""), START).planned == 600.0
    needed = replace(forth, needed_after=("verify", "close"))
    assert budget.needed_seconds(needed) == 780.0
    assert budget.needed_seconds(replace(needed, plan="rollback")) == 600.0
