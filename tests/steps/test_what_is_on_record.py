"""Steps that compare what runs with a record, or record it: they claim no more than they saw."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact import Reported, by_key
from hotfix.domain.fact_names import LIVE_SHA, PROBES_AFTER, PROOF, ROLLOUT, UNPROVEN, VERIFIED
from hotfix.domain.fact_records import DeploymentRevision, Proven, Unproven
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident, StartFrom
from hotfix.domain.outcome import Ask, Done, Failed, Waiting
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.question import Answer, Then
from hotfix.domain.rollout.running_pod import Named, RunningPod
from hotfix.domain.rollout.seen import ContainerView, DeploymentView, PodView
from hotfix.steps.compare_with_the_record import CompareWithTheRecord
from hotfix.steps.list_the_ride_along import ListTheRideAlong
from hotfix.steps.record_the_verified_state import RecordTheVerifiedState

SHA = "b2" * 20
BEGUN = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
RUNNING = RunningPod("web-1", "abc", (Named("tag", SHA),))
VIEW = DeploymentView("web", 2, 2, 3, "abc", 1, 1, 1, 1, False, running=(RUNNING,))
RECORD = DeploymentRecord("web", "u1", "7", 3, "abc", {"spec": 1}, ("web=web:1",), 1, True)
REPLACED = replace(RECORD, revision=4, template_hash="bad", template={"spec": 2})
CRASHING = PodView("web-9", containers=(ContainerView("web", waiting="CrashLoopBackOff"),))
DOOMED = replace(VIEW, available=0, pods=(CRASHING,))


@dataclass
class Cluster:
    """A cluster that shows and records what it was given."""

    views: Sequence[DeploymentView] = (VIEW,)
    records: Sequence[DeploymentRecord] = (RECORD,)

    def look(self, _names):
        return tuple(self.views)

    def record(self, _names):
        return tuple(self.records)

    def look_again_in(self):
        return 0.2

    def explain(self, name, pods):
        return (f"{name}: {', '.join(pods)} said so",)


class Repository:
    """A clone that knows one commit."""

    def fetch(self, _branch):
        return "e5" * 20

    def resolve(self, name):
        return SHA if name and SHA.startswith(name) else None

    def only_in(self, _new, _old):
        return ()

    def log_between(self, _old, _new):
        return ()


def compared(present=RECORD, recorded=RECORD, view=VIEW, answers=None, seconds=0.0, share=1) -> Any:
    known: Any = {"healthy": [recorded.to_json()], "replaced": [REPLACED.to_json()]}
    now = BEGUN + timedelta(seconds=seconds)
    facts = Facts(known, answers or {}, now=now, begun_at=BEGUN)
    ports: Any = SimpleNamespace(cluster=Cluster((view,), (present,)))
    return CompareWithTheRecord(("web",), share).run(facts, ports)


def verified(record, *reported, seconds=0.0) -> Any:
    now = BEGUN + timedelta(seconds=seconds)
    ports: Any = SimpleNamespace(cluster=Cluster(records=(record,)))
    facts = Facts(by_key(reported), now=now, begun_at=BEGUN)
    return RecordTheVerifiedState(("web",)).run(facts, ports)


def rolled_out(revision):
    return ROLLOUT((DeploymentRevision("web", revision),))


# As an earlier version wrote it.
PROVEN_BEFORE = Reported("proof", [{"name": "web", "pods": 2}])


def proven(revision):
    return PROOF((Proven("web", 2, ("tag",), revision),))


FROM_LIVE = Incident("checkout", start_from=StartFrom.LIVE)


def live(*views) -> Any:
    ports: Any = SimpleNamespace(cluster=Cluster(views), repository=Repository())
    step = ListTheRideAlong("main", "main", tuple(view.name for view in views), FROM_LIVE)
    return step.run(Facts(), ports)


def test_the_recorded_template_is_as_recorded():
    assert compared(replace(RECORD, revision=5)).saying == "web: as recorded."


@pytest.mark.parametrize(
    ("recorded", "replicas", "said"),
    [
        ("web", 3, "(3 when it was recorded): kubectl scale deployment/web --replicas=3"),
        ("api", 3, "it is scaled to 0: kubectl scale deployment/web --replicas=N"),
    ],
)
def test_what_is_at_zero_says_how_many_there_were_where_that_is_known(recorded, replicas, said):
    record = replace(RECORD, name=recorded, replicas=replicas)
    found = compared(recorded=record, view=replace(VIEW, wanted=0), seconds=100.0)
    shown = found.saying if isinstance(found, Done) else " ".join(found.question.shown)
    assert said in shown


def test_what_is_scaled_to_zero_holds_up_no_record_and_is_said_not_to_run():
    found = verified(replace(RECORD, replicas=0, is_healthy=False))
    assert "verified" in by_key(found.facts)
    assert found.saying.startswith("Nothing of web runs: it is scaled to 0")


def test_what_was_accepted_red_is_no_state_to_go_back_to():
    red = ProbeResult("checkout", is_green=False, saw="500", seconds=0.1)
    found = verified(RECORD, PROBES_AFTER((red,)))
    assert (found.saying, found.facts) == ("Not recorded as healthy: checkout was not green.", ())


def test_without_deployments_there_is_nothing_to_record():
    ports: Any = SimpleNamespace(cluster=SimpleNamespace())
    found = RecordTheVerifiedState(()).run(Facts(), ports)
    assert found == Done("No cluster configured: nothing to record.", is_needless=True)


def test_two_unknown_hashes_are_no_match():
    present = replace(RECORD, template_hash="", template={"spec": 2}, images=("web=web:2",))
    found = compared(present, replace(RECORD, template_hash=""))
    assert isinstance(found, Ask)
    assert found.question.shown[0] == "web: not as recorded: web:2 instead of web:1"


def test_a_deployment_that_was_made_anew_is_not_what_was_recorded():
    found = compared(replace(RECORD, uid="u2"))
    assert found.question.shown[0] == "web: not as recorded: made anew since, with web:1"


def test_a_recorded_template_whose_rollout_was_given_up_is_shown_as_not_over():
    lost = replace(VIEW, updated=0, available=0, deadline_exceeded=True)
    found = compared(RECORD, view=lost)
    assert isinstance(found, Ask)
    assert found.question.shown[:2] == (
        "web: as recorded",
        "not over: web 0/1 updated, 0 available",
    )


def test_what_is_accepted_although_it_is_not_as_recorded_names_who_did():
    answers = {"not-as-recorded": Answer("accept", by="dana")}
    present = replace(RECORD, template_hash="def", template={"spec": 2}, images=("web=web:2",))
    found = compared(present, answers=answers)
    assert found.saying == ("web: not as recorded: web:2 instead of web:1; accepted by dana.")
    assert compared(RECORD, answers=answers).saying == "web: as recorded."


def test_a_redeployment_that_is_doomed_is_asked_about_at_once_with_all_there_is_to_read():
    question = compared(view=DOOMED).question
    assert question.key == "redeployment-doomed: web restarts"
    assert [option.key for option in question.options] == ["wait", "stop"]
    assert [option.then for option in question.options] == [Then.GO_ON, Then.STOP]
    assert (question.by_yes, question.flag) == ("", "hotfix rollback")
    assert question.shown == (
        "web 1/1 updated, 0 available",
        "web: web-9 said so",
        "`hotfix rollback` restores exactly what was recorded.",
    )


def test_who_waits_for_a_doomed_redeployment_is_shown_why_and_asked_once_it_is_given_up():
    answers = {"redeployment-doomed: web restarts": Answer("wait")}
    found = compared(view=DOOMED, answers=answers)
    assert isinstance(found, Waiting)
    assert (
        found.saying == "web 1/1 updated, 0 available; web will not get ready: web keeps crashing"
    )
    assert (found.look_again_in, found.shown) == (0.2, ("web: web-9 said so",))
    given_up = compared(view=replace(DOOMED, deadline_exceeded=True), answers=answers)
    assert given_up.question.key == "not-as-recorded"


def test_a_share_of_the_pods_may_be_enough_to_call_a_redeployment_doomed():
    ready = PodView("web-1", is_ready=True, ready_seconds=9.0)
    part = replace(VIEW, wanted=2, updated=2, pods=(ready, CRASHING))
    assert isinstance(compared(view=part), Waiting)
    assert isinstance(compared(view=part, share=0.5), Ask)


def test_a_redeployment_that_does_not_stay_ready_is_not_over_and_asked_about_after_a_while():
    pod = PodView("web-1", is_ready=True, ready_seconds=1.0, readiness_losses=2)
    early = replace(VIEW, pods=(replace(pod, running_seconds=59.0),))
    assert isinstance(compared(view=early), Waiting)
    late = replace(VIEW, pods=(replace(pod, running_seconds=60.0),))
    assert compared(view=late).question.key.startswith("redeployment-doomed: ")


def test_the_pods_that_are_to_be_replaced_are_not_taken_for_the_redeployed_ones():
    bad = replace(DOOMED, revision=4, template_hash="bad")
    assert isinstance(compared(view=bad, seconds=59.0), Waiting)
    assert isinstance(compared(view=bad, seconds=60.0), Ask)


def test_what_was_verified_is_known_healthy():
    found = verified(RECORD, rolled_out(3), proven(3))
    assert found.saying == "Known healthy: web at revision 3."
    assert found.facts == (VERIFIED((RECORD,)),)


def test_what_somebody_rolled_out_after_the_proof_is_not():
    found = verified(replace(RECORD, revision=4), rolled_out(3))
    assert found == Done("Not recorded as healthy, as it changed since: web is at revision 4.")


def test_the_proof_tells_more_lately_than_the_rollout_what_was_verified():
    it_is = (VERIFIED((RECORD,)),)
    accepted = UNPROVEN((Unproven("web", "it names no commit", 3, "dana", "--yes"),))
    assert verified(RECORD, rolled_out(2), proven(3)).facts == it_is
    assert verified(RECORD, rolled_out(2), accepted).facts == it_is
    assert verified(RECORD, rolled_out(3), PROVEN_BEFORE).facts == it_is


def test_missing_replicas_are_waited_for_a_minute_and_then_not_called_healthy():
    ill = replace(RECORD, is_healthy=False)
    assert isinstance(verified(ill, seconds=59), Waiting)
    assert verified(ill, seconds=60) == Done("Not recorded as healthy: web lacks replicas.")


def test_what_runs_is_known_where_every_deployment_has_a_pod_that_says_so():
    idle = replace(VIEW, name="worker", wanted=0, running=())
    assert LIVE_SHA(SHA) in live(VIEW, replace(VIEW, name="api"), idle).facts


def test_what_runs_is_not_known_where_a_deployment_is_down_or_contradicts_itself():
    down = replace(VIEW, name="api", running=())
    assert isinstance(live(VIEW, down), Failed)
    torn = replace(RUNNING, named=(Named("label", "c3" * 20), Named("tag", SHA)))
    assert isinstance(live(VIEW, replace(VIEW, name="api", running=(torn,))), Failed)


def test_who_is_asked_what_was_restored_may_look_accept_or_stop():
    question = compared(replace(RECORD, uid="u2")).question
    assert [(each.key, each.then, each.back_to) for each in question.options] == [
        ("look", Then.GO_BACK, "compare_with_the_record"),
        ("accept", Then.GO_ON, ""),
        ("stop", Then.STOP, ""),
    ]
    assert (question.by_yes, question.flag) == ("", "hotfix rollback")


def test_where_one_deployment_is_given_up_all_are_compared_as_they_are():
    slow = replace(VIEW, name="api", updated=0, available=0)
    given_up = replace(VIEW, available=0, deadline_exceeded=True)
    records = (RECORD, replace(RECORD, name="api"))
    facts = Facts({"healthy": [each.to_json() for each in records]}, now=BEGUN, begun_at=BEGUN)
    step = CompareWithTheRecord(("web", "api"))

    def looked(*views) -> Any:
        return step.run(facts, SimpleNamespace(cluster=Cluster(views, records)))  # type: ignore[arg-type]

    assert isinstance(looked(VIEW, slow), Waiting)
    found = looked(given_up, slow)
    assert isinstance(found, Ask)
    assert found.question.key == "not-as-recorded"
    assert [each.partition(":")[0] for each in found.question.shown][:4] == [
        *("web", "api", "not over", "not over"),
    ]
