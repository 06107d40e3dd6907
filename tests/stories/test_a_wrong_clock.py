"""A laptop whose clock is two hours off, against services whose clocks are right."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from tests.stories.stage import stage

from hotfix.domain.event_data import StepDone
from hotfix.domain.fact_names import ROLLED_BACK
from hotfix.domain.fold import fold
from hotfix.domain.progress import RunState
from hotfix.ports.clock import Clock
from hotfix.runs.take_over import tell_of_a_wrong_clock
from hotfix.simulators.played_fix import GOOD_FIX
from hotfix.view.account import account


@dataclass
class WrongClock:
    """The world's clock, as a machine has it that is so far off."""

    right: Clock
    off: timedelta

    def now(self) -> datetime:
        return self.right.now() + self.off

    def monotonic(self) -> float:
        return self.right.monotonic()

    def wait(self, seconds: float) -> None:
        self.right.wait(seconds)

    def not_before(self, moment: datetime) -> None:
        self.right.not_before(moment - self.off)

    def jump(self) -> float:
        return self.right.jump()


@pytest.fixture(scope="module", params=[2, -2], ids=["ahead", "behind"])
def story(request, tmp_path_factory):
    off = timedelta(hours=request.param)
    with stage(tmp_path_factory.mktemp("world")) as at:
        at.session = replace(at.session, clock=WrongClock(at.session.clock, off))
        at.seen["off"] = off
        at.world.play_the_engineer(GOOD_FIX)
        at.world.play_the_reviewer()
        at.seen["code"] = at.start()
        at.seen["events"] = at.session.runs.events(at.run)
        at.seen["rolled back"] = at.resume(plan="rollback")
        yield at


def test_what_belongs_to_the_run_is_found_whatever_its_time_is(story):
    assert story.seen["code"] == 0
    assert fold(story.seen["events"]).state is RunState.DONE
    done = {each.step for each in story.seen["events"] if isinstance(each.said, StepDone)}
    assert {"await_checks", "await_approval", "watch_workflow_run", "prove_the_commit_runs"} <= done


def test_the_first_minute_says_that_the_clock_is_wrong(story):
    way = "ahead of" if story.seen["off"] > timedelta() else "behind"
    said = [each.said.saying for each in story.seen["events"] if isinstance(each.said, StepDone)]
    (line,) = [each for each in said if "needs met" in each]
    assert f"this machine's clock is 2 h 0 min {way} GitHub's" in line


def test_all_of_it_is_of_one_clock(story):
    events = story.session.runs.events(story.run)
    assert all(before.at <= after.at for before, after in pairwise(events))
    told = account(story.seen["events"])
    assert told["impact"]["seconds"] < 1800
    assert not told["warnings"]


def test_it_goes_back_too_and_the_cluster_has_its_own_time_of_it(story):
    assert story.seen["rolled back"] == 7
    assert fold(story.session.runs.events(story.run)).facts.get(ROLLED_BACK) is not None
    left = story.world.kubernetes.get("deployments", "webrana-backend")["metadata"]["annotations"]
    at = datetime.fromisoformat(left["hotfix-cli/rolled-back-at"])
    assert abs(at - story.world.clock.now()) < timedelta(minutes=30)


def test_whoever_takes_a_run_over_is_told_before_anything_is_taken(story):
    cluster = story.session.tools.needed_cluster()
    cluster.shared_records.all()
    tell_of_a_wrong_clock(story.session, cluster, story.terminal)
    way = "ahead of" if story.seen["off"] > timedelta() else "behind"
    assert f"This machine's clock is 2 h 0 min {way} the cluster's" in story.screen.getvalue()
    right = replace(story.session, clock=story.session.clock.right)
    said = story.screen.getvalue()
    tell_of_a_wrong_clock(right, cluster, story.terminal)
    assert story.screen.getvalue() == said
