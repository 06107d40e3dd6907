"""The step that proves what runs: when it is done, waits and asks, and what goes on record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import PROOF, UNPROVEN
from hotfix.domain.fact_records import Proven, Unproven
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Waiting
from hotfix.domain.question import Answer, Then
from hotfix.domain.rollout.running_pod import Named, RunningPod
from hotfix.domain.rollout.seen import DeploymentView
from hotfix.ports.image_digests import ImageDigest
from hotfix.steps.prove_the_commit_runs import ProveTheCommitRuns

SHA, OTHER = "b2" * 20, "c3" * 20
DIGEST, FOREIGN = f"sha256:{'a' * 64}", f"sha256:{'c' * 64}"
BEGUN = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
OURS = RunningPod("web-1", "abc", (Named("tag", SHA),), "web:1", DIGEST)
FOREIGNER = RunningPod("web-1", "abc", (Named("tag", OTHER),), "web:1", FOREIGN)
MUTE = RunningPod("web-1", "abc")
WEB = DeploymentView("web", 2, 2, 5, "abc", 2, 2, 2, 2, False, running=(OURS, OURS))
API = replace(WEB, name="api", revision=7)
SILENT = replace(WEB, running=(MUTE, MUTE))
REPLACED = replace(WEB, running=(FOREIGNER, FOREIGNER))
YES = {"silent": Answer("go-on", "--yes", by="dana")}
ACCEPTED = {"unproven": Answer("accept", "it is their fix, too", by="dana")}


@dataclass
class Cluster:
    """A cluster that shows what it was given."""

    views: Sequence[DeploymentView]

    def look(self, _names):
        return tuple(self.views)


@dataclass
class Registry:
    """A registry that knows what it was given; keeps which commit it was asked for."""

    known: dict[str, ImageDigest]
    asked: str = ""

    def digests(self, deployments, sha):
        self.asked = sha
        return tuple(self.known[name] for name in deployments)


def outcome(*views, answers=None, seconds=0.0, images=None) -> Any:
    step = ProveTheCommitRuns(tuple(view.name for view in views))
    now = BEGUN + timedelta(seconds=seconds)
    facts = Facts({"merge_sha": SHA}, answers or {}, now=now, begun_at=BEGUN)
    ports: Any = SimpleNamespace(cluster=Cluster(views), image_digests=images)
    return step.run(facts, ports)


def test_it_is_done_when_every_ready_pod_names_the_merged_commit():
    found = outcome(WEB, API)
    assert found == Done(
        "All 4 ready pods run b2b2b2b2.",
        (PROOF((Proven("web", 2, ("tag",), 5), Proven("api", 2, ("tag",), 7))), UNPROVEN(None)),
    )


def test_silent_pods_are_asked_about_at_once_and_yes_may_go_on():
    found = outcome(SILENT, API)
    assert isinstance(found, Ask)
    assert found.question.key == "silent"
    assert found.question.shown[0] == "Silent: web."
    assert found.question.by_yes == "go-on"


def test_a_yes_goes_on_without_a_proof_and_the_record_says_so():
    found = outcome(SILENT, API, answers=YES)
    assert found.saying == (
        "All 2 ready pods of api run b2b2b2b2. "
        "Not proven for web: their pods name no commit; accepted by dana (--yes)."
    )
    assert found.facts == (
        PROOF((Proven("api", 2, ("tag",), 7),)),
        UNPROVEN((Unproven("web", "their pods name no commit", 5, "dana", "--yes"),)),
    )


def test_where_all_are_silent_nothing_is_on_record_as_proven():
    silent = {"silent": Answer("go-on", by="dana")}
    found = outcome(SILENT, replace(SILENT, name="api"), answers=silent)
    assert found.saying == "Not proven for web, api: their pods name no commit; accepted by dana."
    assert PROOF(None) in found.facts


def test_a_yes_to_silence_is_no_yes_to_another_commit():
    assert isinstance(outcome(SILENT, replace(REPLACED, name="api"), answers=YES), Waiting)
    assert isinstance(outcome(REPLACED, answers=YES, seconds=60), Ask)


@pytest.mark.parametrize(
    ("view", "saying"),
    [
        (replace(WEB, running=()), "web: no pod is ready"),
        (REPLACED, "web: still runs c3c3c3c3"),
        (replace(WEB, running=(OURS, FOREIGNER)), "web: their pods run different images of web:1"),
        (replace(WEB, running=(OURS, replace(MUTE, name="web-2"))), "web: still runs an unnamed"),
        (
            replace(WEB, running=(replace(OURS, named=(*OURS.named, *FOREIGNER.named)),)),
            "web: their pods contradict themselves: the tag names b2b2b2b2, the tag names c3c3c3c3",
        ),
    ],
)
def test_what_may_still_change_is_waited_for_a_minute_and_then_asked(view, saying):
    waiting = outcome(view, API, seconds=59)
    assert isinstance(waiting, Waiting)
    assert waiting.saying.startswith(saying)
    asked = outcome(view, API, seconds=60)
    assert isinstance(asked, Ask)
    assert asked.question.shown == (waiting.saying,)


def test_without_a_proof_a_person_looks_again_rolls_back_or_accepts_with_a_reason():
    question = outcome(REPLACED, seconds=61).question
    assert [(option.key, option.then, option.needs_reason) for option in question.options] == [
        ("look", Then.GO_BACK, False),
        ("roll-back", Then.ROLL_BACK, False),
        ("accept", Then.GO_ON, True),
    ]
    assert question.options[0].back_to == "prove_the_commit_runs"
    assert question.by_yes == "", "--yes accepts no commit that was not merged"
    assert SHA[:8] in question.text


def test_what_a_person_accepts_is_on_record_as_not_proven():
    found = outcome(REPLACED, API, answers=ACCEPTED, seconds=61)
    assert found.saying == (
        "All 2 ready pods of api run b2b2b2b2. "
        "Not proven for web: still runs c3c3c3c3; accepted by dana (it is their fix, too)."
    )
    known = Facts(by_key(found.facts))
    assert [each.name for each in known[PROOF]] == ["api"]
    assert [each.name for each in known[UNPROVEN]] == ["web"]


def test_each_reason_is_told_of_its_own_deployments_and_accepted_by_who_accepted_it():
    views = (SILENT, replace(REPLACED, name="api"), replace(SILENT, name="worker"))
    found = outcome(*views, answers=YES | ACCEPTED, seconds=61)
    assert found.saying == (
        "Not proven for web, worker: their pods name no commit; accepted by dana (--yes). "
        "Not proven for api: still runs c3c3c3c3; accepted by dana (it is their fix, too)."
    )


def test_what_is_proven_after_all_needs_no_acceptance():
    assert outcome(WEB, answers=YES | ACCEPTED).saying == "All 2 ready pods run b2b2b2b2."


def test_a_deployment_scaled_to_zero_has_nothing_to_prove():
    idle = replace(WEB, name="worker", wanted=0, running=())
    assert outcome(WEB, idle).saying == (
        "All 2 ready pods run b2b2b2b2. Nothing to prove for worker: scaled to zero."
    )
    assert PROOF(None) in outcome(idle).facts


def test_with_a_registry_the_digest_decides():
    registry = Registry({"web": ImageDigest("web", frozenset({DIGEST}))})
    proven = outcome(WEB, images=registry)
    assert PROOF((Proven("web", 2, ("digest",), 5),)) in proven.facts
    assert registry.asked == SHA
    lying = replace(WEB, running=(replace(OURS, digest=FOREIGN),))
    found = outcome(lying, images=registry)
    assert isinstance(found, Waiting)
    assert found.look_again_in == 5.0


def test_a_digest_that_cannot_be_had_is_asked_about_with_its_reason():
    registry = Registry({"web": ImageDigest("web", trouble="crane exit code 1: denied")})
    assert isinstance(outcome(WEB, images=registry, seconds=1), Waiting)
    asked = outcome(WEB, images=registry, seconds=60)
    assert asked.question.shown == (
        "web: the digest of its image is not known: crane exit code 1: denied",
    )


@pytest.mark.parametrize("step", [ProveTheCommitRuns(()), ProveTheCommitRuns(("web",))])
def test_without_a_cluster_nothing_is_claimed(step):
    found = step.run(Facts(), SimpleNamespace(cluster=None))
    assert found == Done("No cluster configured: nothing to prove.", is_needless=True)


REGISTRY = Registry({"web": ImageDigest("web", frozenset({DIGEST}))})


def test_silence_says_what_to_mend_where_the_commit_is_named_and_where_a_digest_is_compared():
    by_commit = outcome(SILENT).question
    assert "Name it in the image tag" in by_commit.shown[1]
    assert [(each.key, each.then) for each in by_commit.options] == [
        ("go-on", Then.GO_ON),
        ("roll-back", Then.ROLL_BACK),
    ]
    no_digest = replace(SILENT, running=(replace(MUTE, image="web:1"),) * 2)
    by_digest = outcome(no_digest, images=REGISTRY)
    assert by_digest.question.shown[1] == "The kubelet reported no image digest."


def test_a_registry_is_asked_less_often_than_the_cluster():
    assert outcome(REPLACED).look_again_in == 1.0
    assert outcome(REPLACED, images=REGISTRY).look_again_in == 5.0


def test_the_other_two_answers_to_what_is_not_proven():
    question = outcome(REPLACED, seconds=60.0).question
    assert [(each.key, each.then, each.back_to) for each in question.options] == [
        ("look", Then.GO_BACK, "prove_the_commit_runs"),
        ("roll-back", Then.ROLL_BACK, ""),
        ("accept", Then.GO_ON, ""),
    ]
