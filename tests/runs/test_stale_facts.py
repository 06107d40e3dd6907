"""What is looked at again where a run goes on, and may not find what it recorded."""

from typing import Any

import pytest
from tests.domain.runs_on_record import INCIDENT
from tests.engine.small_plan import MemoryJournal, Says, plan_of, ports
from tests.memory_clock import MemoryClock

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.event_data import StepDone, StepStarted
from hotfix.domain.fact_names import HEALTHY, LOCK, LOCK_TOKEN, MERGE_SHA
from hotfix.domain.fold import fold
from hotfix.domain.outcome import Done, Waiting
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.engine.run import run
from hotfix.runs.stale_facts import look_anew

WEB = DeploymentRecord("web", "u1", "7", 3, "good", {}, ("web=web:3",), 1, is_healthy=True)
CLAIMED_ANEW = (LOCK("hf-test"), LOCK_TOKEN(2))
GONE = (LOCK(None), LOCK_TOKEN(None))


def plan(name="hotfix", merged=None):
    return plan_of(
        (
            "prepare",
            None,
            (
                Says("claim_the_lock", [Done("ours", (LOCK_TOKEN(1),))]),
                Says("record_the_healthy_state", [Done("recorded", (HEALTHY((WEB,)),))]),
                Says("see_it_broken", [Done("red")]),
                Says("list_the_ride_along", [Done("nothing")]),
            ),
        ),
        ("fix", 900.0, (Says("await_the_fix", [merged or Waiting("no change yet", 60)]),)),
        ("deploy", 300.0, (Says("merge_the_fix", [Done("merged")]),)),
        name=name,
    )


def walked(of, journal, until):
    for event in run(of, ports(journal.clock), journal):
        if event.step == until:
            return fold(journal.events())
    raise AssertionError(f"it never came to {until}")


def waiting(of=None, until="await_the_fix"):
    journal = MemoryJournal(MemoryClock())
    going = of or plan()
    record.begin(journal, INCIDENT, going, RunSettings())
    return journal, walked(going, journal, until)


@pytest.mark.parametrize(
    ("regained", "configured", "why"),
    [
        ((), ("web",), ""),
        (GONE, ("web",), ""),
        ((), (), ""),
        (CLAIMED_ANEW, ("web",), "The lock was free"),
        (CLAIMED_ANEW, (), "The lock was free"),
        ((), ("web", "api"), "Other deployments"),
        ((), ("api",), "Other deployments"),
    ],
)
def test_a_lock_that_was_free_and_other_deployments_are_a_reason_to_look_again(
    regained, configured, why
):
    journal, progress = waiting()
    event: Any = look_anew(journal, progress, plan(), regained, configured)
    assert event is None if not why else event.said.because.startswith(why)


def test_the_looks_alone_are_walked_again_and_the_run_goes_on_where_it_was():
    journal, before = waiting()
    journal.clock.wait(30)
    event: Any = look_anew(journal, before, plan(), CLAIMED_ANEW, ("web",))
    progress = fold([event], before)
    assert before.done - progress.done == {
        ("hotfix", "record_the_healthy_state"),
        ("hotfix", "list_the_ride_along"),
    }
    seen = len(journal.events())
    progress = walked(plan(), journal, "await_the_fix")
    assert [each.step for each in journal.events()[seen:] if each.type == "step_done"] == [
        "record_the_healthy_state",
        "list_the_ride_along",
    ]
    (fix,) = (each for each in progress.phases if each.name == "fix")
    assert fix.elapsed_seconds(journal.clock.now()) >= 30, "none of its time is lost"
    assert look_anew(journal, progress, plan(), (), ("web",)) is None


def test_what_was_not_looked_at_yet_is_not_looked_at_twice():
    journal, progress = waiting(until="record_the_healthy_state")
    assert look_anew(journal, progress, plan(), CLAIMED_ANEW, ("web",)) is None


@pytest.mark.parametrize("said", [StepStarted(), StepDone("merged", {})])
def test_once_it_may_be_merged_what_was_recorded_stays(said):
    journal, _ = waiting()
    journal.append(said, "deploy", "merge_the_fix")
    progress = fold(journal.events())
    assert look_anew(journal, progress, plan(), CLAIMED_ANEW, ("api",)) is None


def test_a_merge_that_is_known_otherwise_keeps_the_record_too():
    going = plan(merged=Done("merged by hand", (MERGE_SHA("c3" * 20),)))
    journal, progress = waiting(going, "merge_the_fix")
    assert look_anew(journal, progress, going, CLAIMED_ANEW, ("api",)) is None


@pytest.mark.parametrize("name", ["rollback", "abort"])
def test_the_way_back_and_the_way_out_look_by_themselves(name):
    journal, progress = waiting()
    assert look_anew(journal, progress, plan(name), CLAIMED_ANEW, ("api",)) is None
