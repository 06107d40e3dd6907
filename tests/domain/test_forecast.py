"""Properties of the forecast, for any table of targets, any history and any walk."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.journals.reading import NAMES, recorded

from hotfix.domain import budget
from hotfix.domain.event_data import PhaseFinished, WentBack
from hotfix.domain.fold import after
from hotfix.domain.forecast import Expected, forecast, scaled
from hotfix.domain.incident import Incident
from hotfix.domain.progress import PhaseProgress, PhaseState, Progress

START = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
# Seconds; what is below a microsecond no clock tells.
SECONDS = st.integers(0, 7200).map(float)
TOTALS = st.integers(1, 7200).map(float)


@st.composite
def runs(draw):
    """A run in which some phases are done, one is running or none, and the others are to come."""
    count = draw(st.integers(1, 6))
    over = draw(st.integers(0, count))
    is_open = over < count and draw(st.booleans())
    phases, now = [], START
    for number in range(count):
        target = draw(st.none() | SECONDS)
        median, most = draw(st.none() | SECONDS), draw(st.none() | SECONDS)
        spent = draw(SECONDS) if number < over or (is_open and number == over) else 0.0
        phase = PhaseProgress(f"phase {number}", target, median_seconds=median, p80_seconds=most)
        if number < over:
            stretch = (now, now + timedelta(seconds=spent))
            phase = replace(phase, state=PhaseState.DONE, spent_seconds=spent, stretch=stretch)
        elif is_open and number == over:
            phase = replace(phase, state=PhaseState.RUNNING, running_since=now)
        phases.append(phase)
        now += timedelta(seconds=spent)
    progress = Progress(
        run="hf-1",
        started_at=START,
        phases=tuple(phases),
        total_seconds=draw(TOTALS),
        counts_until=phases[-1].name,
        point_of_no_return="merge",
        needed_after=tuple(draw(st.sets(st.sampled_from([it.name for it in phases])))),
    )
    return progress, now


@given(st.lists(st.none() | SECONDS, max_size=8), TOTALS)
def test_scaled_targets_add_up_to_the_total(targets, total):
    parts = scaled(targets, total)
    assert len(parts) == len(targets)
    assert sum(parts) == pytest.approx(total if any(targets) else 0.0)
    assert scaled(targets, None) == [target or 0.0 for target in targets]
    if any(targets):
        # None is favoured.
        assert scaled([(target or 0.0) * 3 for target in targets], total) == pytest.approx(parts)


@given(runs(), SECONDS)
def test_more_time_gone_never_makes_it_earlier_nor_moves_the_merge(run, seconds):
    progress, now = run
    first, then = (
        budget.pace(progress, now),
        budget.pace(progress, now + timedelta(seconds=seconds)),
    )
    assert then.merge_by == first.merge_by
    assert (first.done_about is None) is (then.done_about is None)
    if first.done_about and then.done_about:
        later = (then.done_about - first.done_about).total_seconds()
        assert -0.001 <= later <= seconds + 0.001


@given(runs())
def test_what_is_expected_of_the_phases_adds_up(run):
    progress, now = run
    stand = budget.pace(progress, now)
    to_come = [
        max(0.0, expected - phase.elapsed_seconds(now))
        for phase, expected in budget.expectations(progress)
        if phase.state is not PhaseState.DONE
    ]
    assert stand.planned == pytest.approx(sum(to_come))
    assert stand.ahead is not None
    assert stand.ahead == pytest.approx(progress.total_seconds - stand.elapsed - sum(to_come))
    assert stand.over == max(0.0, -stand.ahead)
    if stand.done_about is not None:
        end = START + timedelta(seconds=progress.total_seconds)
        assert (end - stand.done_about).total_seconds() == pytest.approx(stand.ahead, abs=0.001)


@given(runs(), st.floats(0.0, 1.0))
def test_of_a_run_that_takes_what_is_expected_the_end_stands_still(run, share):
    progress, _ = run
    expected = dict(budget.expectations(progress)).values()
    ends = START + timedelta(seconds=sum(expected))
    new = {"state": PhaseState.TO_COME, "spent_seconds": 0.0, "running_since": None}
    phases, now = [replace(phase, **new) for phase in progress.phases], START
    for number, seconds in enumerate(expected):
        phases[number] = replace(phases[number], state=PhaseState.RUNNING, running_since=now)
        within = now + timedelta(seconds=seconds * share)
        stand = budget.pace(replace(progress, phases=tuple(phases)), within)
        if stand.done_about is not None:
            assert abs((stand.done_about - ends).total_seconds()) < 0.001
        now += timedelta(seconds=seconds)
        phases[number] = phases[number].ended(now, PhaseState.DONE)


@given(runs())
def test_it_fits_until_the_moment_by_which_it_must_be_merged(run):
    progress, now = run
    merge_by = budget.merge_by(progress)
    assert merge_by is not None
    assert budget.still_fits(progress, now) is (now < merge_by)
    tick = timedelta(milliseconds=1)
    if merge_by - tick >= START:
        assert budget.still_fits(progress, merge_by - tick)
    assert not budget.still_fits(progress, max(START, merge_by))


@given(SECONDS, SECONDS, st.booleans())
def test_nothing_to_come_is_less_than_nothing(expected, spent, is_done):
    stand = forecast(
        START,
        [Expected(expected, spent, is_done=is_done)],
        started=START,
        ended=None,
        total=None,
        merge_by=None,
        is_over=False,
    )
    assert stand.planned == (0.0 if is_done else max(0.0, expected - spent))
    assert stand.over == (max(0.0, spent - expected) if expected else 0.0)


@pytest.mark.parametrize("name", NAMES)
def test_of_a_run_on_record_the_end_moves_only_by_what_happened(name):
    before = Progress()
    for event in recorded(name).events:
        progress = after(before, event)
        was, stand = budget.pace(before, event.at), budget.pace(progress, event.at)
        if was.done_about and stand.done_about and before.plan == progress.plan:
            moved = (stand.done_about - was.done_about).total_seconds()
            assert abs(moved) <= may_move(event, before) + 0.001, (event.type, event.step, moved)
        before = progress


def may_move(event, before):
    """What may have happened with an event, in seconds of the forecast."""
    if isinstance(event.said, PhaseFinished):
        return sum(
            abs(expected - phase.elapsed_seconds(event.at))
            for phase, expected in budget.expectations(before)
            if phase.name == event.phase
        )
    if isinstance(event.said, WentBack):
        undone = {(before.plan, step) for step in event.said.undone}
        since = before.first_begun(undone)
        return (event.at - since).total_seconds() if since else 0.0
    return 0.0


@given(runs(), st.integers(0, 5), SECONDS)
def test_what_is_done_again_is_expected_to_take_what_it_took_and_never_more_than_usual(
    run, first, seconds
):
    progress, now = run
    begun = [START, *(phase.stretch[1] for phase in progress.phases if phase.stretch)]
    since = begun[min(first, len(begun) - 1)] + timedelta(seconds=seconds)
    back = replace(progress, phases=tuple(phase.reopened(now, since) for phase in progress.phases))
    moved = budget.pace(back, now).planned - budget.pace(progress, now).planned
    assert -0.001 <= moved <= max(0.0, (now - since).total_seconds()) + 0.001
    usual = dict(zip(back.phases, (it for _, it in budget.expectations(progress)), strict=True))
    for phase, expected in budget.expectations(back):
        to_come = expected - phase.elapsed_seconds(now)
        assert to_come <= usual[phase] + 0.001


def test_a_fix_that_is_there_already_is_not_waited_for():
    phases = (PhaseProgress("fix", 900.0), PhaseProgress("review", 900.0))
    progress = Progress(
        run="hf-1", started_at=START, phases=phases, total_seconds=1800.0, counts_until="review"
    )
    picked = replace(progress, incident=Incident("x", picks=("a" * 40,)))
    assert budget.pace(progress, START).planned == 1800.0
    assert budget.pace(picked, START).planned == 900.0
