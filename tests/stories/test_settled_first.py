"""Killed where it hurts most; then whatever is ordered first asks the world what was done."""

from contextlib import contextmanager

import pytest
from tests.engine.small_plan import Crash
from tests.stories.stage import stage

from hotfix.adapters.git.repository import GitRepository
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.cli import exit_codes
from hotfix.domain.deployment_log import entries
from hotfix.domain.event_data import PlanChosen, StepDone
from hotfix.domain.fact_names import BRANCH, MERGE_SHA, REVERT_URL
from hotfix.domain.fold import fold
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import RunState
from hotfix.domain.question import Answer
from hotfix.domain.status import status
from hotfix.runs import roll_back
from hotfix.runs.asker import Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.resume import resume
from hotfix.simulators.played_fix import GOOD_FIX

BACKEND = "webrana-backend"


@pytest.fixture
def asleep(tmp_path):
    """Nobody reviews: a run stays open before its merge."""
    with stage(tmp_path / "world") as made:
        made.world.play_the_engineer(GOOD_FIX)
        yield made


@pytest.fixture
def on(asleep):
    asleep.world.play_the_reviewer()
    return asleep


@contextmanager
def dying_after(monkeypatch, tool, method):
    """The process dies as soon as the tool has done it: the answer is lost."""
    done = getattr(tool, method)

    def do_and_die(*args, **kwargs):
        done(*args, **kwargs)
        raise Crash

    with monkeypatch.context() as patched, pytest.raises(Crash):
        patched.setattr(tool, method, do_and_die)
        yield


@contextmanager
def dying_at(on, monkeypatch, is_it):
    """The process dies when an event is shown."""
    show = on.terminal.show

    def show_and_die(event, progress):
        show(event, progress)
        if is_it(event):
            raise Crash

    with monkeypatch.context() as patched, pytest.raises(Crash):
        patched.setattr(on.terminal, "show", show_and_die)
        yield


def progress_of(on):
    return fold(on.session.runs.events(on.run))


def images(on):
    template = on.world.kubernetes.get("deployments", BACKEND)["spec"]["template"]
    return template["spec"]["containers"][0]["image"]


@pytest.fixture
def merged(on, monkeypatch):
    """Killed after GitHub merged, before its answer was read."""
    with dying_after(monkeypatch, GithubPullRequests, "merge"):
        on.start()
    assert status(progress_of(on))["merge"] == "not known"
    return on


def test_an_abort_finds_the_merge_and_says_so(merged):
    assert merged.resume(plan="abort") == exit_codes.DONE
    progress = progress_of(merged)
    assert progress.facts[MERGE_SHA] == merged.world.github.hosted.pulls[2].merge_sha
    assert "stays open" not in merged.screen.getvalue()
    assert status(progress)["merge"] == "merged"


def test_a_rollback_goes_back_reverts_and_nothing_ships_afterwards(merged):
    before = images(merged)
    assert merged.resume(plan="rollback") == exit_codes.ROLLED_BACK
    assert REVERT_URL in progress_of(merged).facts
    # At once, as it is still queued: it is called off, and does not come later.
    merged.world.clock.wait(300.0)
    merged.world.timeline.tick()
    assert images(merged) == before
    (run,) = [it for it in merged.world.github.hosted.runs if it.path.endswith("deploy.yml")]
    assert run.conclusion == "cancelled"


def test_a_used_up_budget_stops_nothing_that_is_merged(merged):
    merged.world.clock.wait(3600.0)
    assert merged.resume(on_budget=Answer("stop")) == exit_codes.DONE
    assert progress_of(merged).state is RunState.DONE


def test_a_rollback_while_the_deployment_goes_through_restores_over_it(on, monkeypatch):
    """The run is at its last job, and cannot be stopped in time."""
    before = images(on)
    on.world.github.let_take(cancel=3600.0)
    with dying_after(monkeypatch, GithubPullRequests, "merge"):
        on.start()
    assert on.resume(plan="rollback") == exit_codes.ROLLED_BACK
    assert images(on) == before
    (run,) = [it for it in on.world.github.hosted.runs if it.path.endswith("deploy.yml")]
    assert run.conclusion == "success"
    assert "once more" in on.screen.getvalue() or "went on over" in on.screen.getvalue()


def test_what_an_abort_was_told_is_done_by_whoever_goes_on(asleep, monkeypatch):
    on = asleep
    on.leave_open()
    manner = Manner(Flags(yes=True), close_pull_request=True)
    with dying_at(on, monkeypatch, lambda event: isinstance(event.said, PlanChosen)):
        resume(on.session, None, manner, on.terminal, PlanName.ABORT)
    assert on.world.github.hosted.pulls[2].issue.is_open
    assert on.resume() == exit_codes.DONE
    assert not on.world.github.hosted.pulls[2].issue.is_open


@pytest.mark.parametrize("plan", ["", "rollback", "abort"])
def test_a_run_that_is_over_holds_no_lock_however_late_it_is_killed(asleep, monkeypatch, plan):
    on = asleep
    if plan != "abort":
        on.world.play_the_reviewer()

    def is_released(event):
        return isinstance(event.said, StepDone) and event.step == "release_the_lock"

    if plan == "rollback":
        assert on.start() == exit_codes.DONE
    if plan == "abort":
        on.leave_open()
    with dying_at(on, monkeypatch, is_released):
        on.resume(plan=plan) if plan else on.start()
    code = on.resume()
    assert code == (exit_codes.ROLLED_BACK if plan == "rollback" else exit_codes.DONE)
    assert on.world.kubernetes.lock_holder() == ""


def test_a_fix_that_was_committed_on_the_branch_meanwhile_is_gone_on_with(on, monkeypatch):
    with dying_after(monkeypatch, GitRepository, "cut_branch"):
        on.start()
    on.world.clock.wait(600.0)
    on.world.timeline.tick()  # the engineer commits
    assert on.resume() == exit_codes.DONE
    assert progress_of(on).facts[BRANCH] == "hotfix/checkout-returns-500"


def test_in_an_open_run_that_merged_nothing_another_state_can_be_restored(asleep):
    on = asleep
    on.leave_open()
    opened = on.run
    back = roll_back.back_to_revision(on.session, 1, ())
    progress = roll_back.roll_back(on.session, back, Manner(Flags(yes=True)), on.terminal)
    assert exit_codes.of_progress(progress) == exit_codes.ROLLED_BACK
    assert on.world.kubernetes.lock_holder() == ""
    on.world.github.review(2, "rena")
    manner = Manner(Flags(yes=True, on_budget=Answer("extend", "it goes on", 60.0)))
    assert exit_codes.of_progress(resume(on.session, opened, manner, on.terminal)) == 0
    assert on.world.kubernetes.lock_holder() == ""
    assert len(entries(on.session.runs.events(opened))) == 1


def test_the_last_state_known_healthy_stays_within_reach_of_an_open_run(on):
    before = images(on)
    assert on.start() == exit_codes.DONE
    earlier = on.run
    on.leave_open(at="await_the_fix", description="it fails again")
    assert on.run != earlier
    with pytest.raises(ProblemError, match="merged nothing"):
        on.resume(plan="rollback")
    back = roll_back.back_by_record(on.session, None, (), past_open=True)
    progress = roll_back.roll_back(on.session, back, Manner(Flags(yes=True)), on.terminal)
    assert exit_codes.of_progress(progress) == exit_codes.ROLLED_BACK
    assert images(on) == before


def test_a_new_run_after_an_ended_one_has_a_branch_of_its_own(asleep):
    on = asleep
    on.leave_open()
    assert on.resume(plan="abort") == exit_codes.DONE
    on.leave_open(at="await_the_fix")
    assert progress_of(on).facts[BRANCH] == "hotfix/checkout-returns-500-2"
    assert {"hotfix/checkout-returns-500", "hotfix/checkout-returns-500-2"} <= set(
        on.world.origin.branches()
    )
