"""Progressing, complete, suspect, doomed: the judgement of whole deployments."""

from dataclasses import replace

import pytest

from hotfix.domain.rollout.judgement import (
    Judgement,
    Stand,
    cause,
    in_words,
    judge_rollout,
    kinds,
    stable_seconds,
    worst,
)
from hotfix.domain.rollout.seen import ContainerView, DeploymentView, PodView, Refusal

PROGRESSING, COMPLETE, SUSPECT, DOOMED = Stand
READY = PodView("web-ready", is_ready=True, ready_seconds=9.0, age_seconds=20.0)
FLAPPING = replace(READY, ready_seconds=1.0, readiness_losses=2)
STARTING = PodView("web-starting", containers=(ContainerView("web"),), age_seconds=5.0)
CRASHING = PodView("web-crash", containers=(ContainerView("web", waiting="CrashLoopBackOff"),))
EVICTED = PodView("web-evicted", phase="Failed", reason="Evicted")
PENDING = PodView("web-pending", phase="Pending", unscheduled="0/3 nodes are available")
RESTARTED = PodView("web-restarted", containers=(ContainerView("web", restarts=1),))
RESTARTING = PodView("web-restarting", containers=(ContainerView("web", restarts=2),))
SLOW = replace(STARTING, grace_seconds=60.0, running_seconds=59.0)
TOO_SLOW = replace(SLOW, running_seconds=61.0)
ON_THE_WAY = DeploymentView(
    name="web",
    generation=4,
    observed_generation=4,
    revision=4,
    template_hash="abc",
    wanted=3,
    updated=1,
    available=3,
    total=4,
    deadline_exceeded=False,
)
QUOTA = 'pods "web-x" is forbidden: exceeded quota: small, requested: pods=1'
UNKNOWN_QUOTA = 'pods "web-x" is forbidden: status unknown for quota: small, resources: pods'
NO_ACCOUNT = (
    'pods "web-x" is forbidden: error looking up service account shop/web: '
    'serviceaccount "web" not found'
)
SECURITY = 'pods "web-x" is forbidden: violates PodSecurity "restricted:latest": privileged'
WEBHOOK = 'admission webhook "policy.example" denied the request: no limits'
DOWN = 'failed calling webhook "policy.example": connection refused'


@pytest.mark.parametrize(
    ("pods", "stand"),
    [
        ((), PROGRESSING),
        ((STARTING,), PROGRESSING),
        ((READY, STARTING), PROGRESSING),
        ((CRASHING,), DOOMED),
        ((CRASHING, CRASHING), DOOMED),
        ((READY, CRASHING), SUSPECT),
        ((STARTING, CRASHING), SUSPECT),
        ((RESTARTING, RESTARTING), DOOMED),
        ((RESTARTING, RESTARTED), SUSPECT),
        # Shopify/krane#230: a pod that the cluster took away, and one of many.
        ((READY, READY, EVICTED), PROGRESSING),
        ((EVICTED,), PROGRESSING),
        ((EVICTED, STARTING), PROGRESSING),
        # Whoever is alone besides an evicted one is all there is.
        ((EVICTED, CRASHING), DOOMED),
        ((PENDING, PENDING), PROGRESSING),
        ((PENDING, CRASHING), SUSPECT),
        ((SLOW,), PROGRESSING),
        ((TOO_SLOW,), SUSPECT),
    ],
)
def test_a_rollout_is_doomed_when_all_its_new_pods_are(pods, stand):
    assert judge_rollout(replace(ON_THE_WAY, pods=pods)).stand is stand


@pytest.mark.parametrize(
    ("share", "stand"), [(1.0, SUSPECT), (0.5, DOOMED), (0.34, DOOMED), (0.6, SUSPECT)]
)
def test_a_smaller_share_may_be_enough(share, stand):
    view = replace(ON_THE_WAY, pods=(READY, CRASHING))
    assert judge_rollout(view, share).stand is stand


def test_nothing_is_judged_before_the_controller_has_seen_the_spec():
    view = replace(ON_THE_WAY, observed_generation=3, pods=(CRASHING,), deadline_exceeded=True)
    assert judge_rollout(view).stand is PROGRESSING


def test_the_cluster_itself_may_give_up():
    judgement = judge_rollout(replace(ON_THE_WAY, pods=(STARTING,), deadline_exceeded=True))
    assert (judgement.stand, judgement.is_given_up) == (DOOMED, True)


@pytest.mark.parametrize(
    ("changes", "stand"),
    [
        ({}, SUSPECT),
        ({"pods": (CRASHING,)}, DOOMED),
        # The pause came after the rollout: nothing is held up.
        ({"updated": 3, "available": 3, "total": 3}, COMPLETE),
        ({"observed_generation": 3}, PROGRESSING),
    ],
)
def test_a_rollout_that_is_paused_is_suspect(changes, stand):
    assert judge_rollout(replace(ON_THE_WAY, is_paused=True, **changes)).stand is stand


@pytest.mark.parametrize(
    ("refusal", "age_seconds", "pods", "stand"),
    [
        (WEBHOOK, 0.0, (), DOOMED),
        (SECURITY, 0.0, (), DOOMED),
        (DOWN, 300.0, (), SUSPECT),
        # As recorded: four replicas, a quota of four, and old pods that take their time to end.
        (QUOTA, 0.2, (), SUSPECT),
        (QUOTA, 30.0, (), SUSPECT),
        (QUOTA, 31.0, (), DOOMED),
        (UNKNOWN_QUOTA, 1.0, (), SUSPECT),
        # It arrives as "is forbidden", too (Shopify/krane#885).
        (NO_ACCOUNT, 1.0, (), SUSPECT),
        (NO_ACCOUNT, 31.0, (), DOOMED),
        # The surge does not fit into the quota; an old pod makes room in a moment.
        (QUOTA, 31.0, (STARTING,), SUSPECT),
        (QUOTA, 31.0, (READY, READY, STARTING), PROGRESSING),
    ],
)
def test_a_pod_that_may_not_be_made_never_comes(refusal, age_seconds, pods, stand):
    view = replace(ON_THE_WAY, refusals=(Refusal(refusal, age_seconds),), pods=pods)
    assert judge_rollout(view).stand is stand


@pytest.mark.parametrize(
    ("changes", "stand"),
    [
        # argoproj/argo-rollouts#4047: replicas change under the rollout, and it is no failure.
        ({"wanted": 5, "updated": 3, "available": 3, "total": 3}, PROGRESSING),
        ({"wanted": 2, "updated": 3, "available": 3, "total": 3}, COMPLETE),
        ({"wanted": 0, "updated": 0, "available": 0, "total": 0}, COMPLETE),
        ({"updated": 3, "available": 3, "total": 3}, COMPLETE),
    ],
)
def test_an_autoscaler_may_change_the_number_of_replicas(changes, stand):
    view = replace(ON_THE_WAY, pods=(READY, READY, READY), **changes)
    assert judge_rollout(view).stand is stand


def test_the_reasons_come_the_worst_first_and_each_once():
    view = replace(ON_THE_WAY, pods=(PENDING, RESTARTED, CRASHING, CRASHING))
    judgement = judge_rollout(view)
    assert judgement.pods == ("web-restarted", "web-crash", "web-crash")
    assert in_words(judgement) == (
        "web is in trouble: web keeps crashing; web was restarted; "
        "not scheduled: 0/3 nodes are available"
    )


def test_what_is_waited_for_is_said_too():
    assert in_words(judge_rollout(replace(ON_THE_WAY, pods=(PENDING,)))) == (
        "web is on its way: not scheduled: 0/3 nodes are available"
    )
    assert in_words(judge_rollout(ON_THE_WAY)) == "web is on its way"


@pytest.mark.parametrize(
    ("pods", "available", "stand"),
    [
        ((READY, READY, FLAPPING), 3, SUSPECT),
        ((READY, READY, replace(FLAPPING, is_ready=False, ready_seconds=0.0)), 2, SUSPECT),
        ((READY, READY, replace(FLAPPING, ready_seconds=30.0)), 3, COMPLETE),
        ((READY, READY, replace(FLAPPING, readiness_losses=1)), 3, COMPLETE),
    ],
)
def test_a_rollout_whose_pods_do_not_stay_ready_is_suspect_in_both_states(pods, available, stand):
    view = replace(ON_THE_WAY, updated=3, total=3, available=available, pods=pods)
    assert judge_rollout(view).stand is stand


@pytest.mark.parametrize(("running_seconds", "ill"), [(59.0, False), (60.0, True)])
def test_it_is_ill_once_it_has_lost_its_readiness_for_long(running_seconds, ill):
    pods = (READY, replace(FLAPPING, running_seconds=running_seconds))
    judgement = judge_rollout(replace(ON_THE_WAY, pods=pods))
    assert judgement.unsteady_seconds == running_seconds
    assert judgement.is_ill(60.0) is ill


def test_what_is_doomed_is_ill_at_once_and_what_is_suspect_is_bad_alone():
    doomed = judge_rollout(replace(ON_THE_WAY, pods=(CRASHING,)))
    suspect = judge_rollout(replace(ON_THE_WAY, pods=(READY, CRASHING)))
    assert (doomed.is_bad, doomed.is_ill(60.0)) == (True, True)
    assert (suspect.is_bad, suspect.is_ill(60.0)) == (True, False)
    assert not judge_rollout(ON_THE_WAY).is_bad


@pytest.mark.parametrize(
    ("pods", "seconds"),
    [
        ((), 0.0),
        ((READY, READY), 0.0),
        ((READY, READY, READY), 9.0),
        ((READY, READY, replace(READY, ready_seconds=2.0)), 2.0),
        ((READY, READY, STARTING), 0.0),
    ],
)
def test_it_is_stable_since_its_last_pod_got_ready(pods, seconds):
    assert stable_seconds(replace(ON_THE_WAY, pods=pods)) == seconds


def test_nothing_is_stable_where_nothing_is_wanted():
    assert stable_seconds(replace(ON_THE_WAY, wanted=0)) == float("inf")


@pytest.mark.parametrize(
    ("pods", "stand"),
    [
        ([(), (CRASHING,)], DOOMED),
        ([(READY, CRASHING), ()], SUSPECT),
        ([(), ()], PROGRESSING),
    ],
)
def test_a_set_stands_as_its_worst(pods, stand):
    judged = [judge_rollout(replace(ON_THE_WAY, pods=each)) for each in pods]
    assert worst(judged) is stand
    assert worst([]) is COMPLETE


@pytest.mark.parametrize(
    ("first", "later", "is_same"),
    [
        ("web: CrashLoopBackOff", "web keeps restarting", True),
        ("web: CrashLoopBackOff (OOMKilled)", "web ended with exit code 137 (OOMKilled)", True),
        ("web: ErrImagePull of shop/web:1: not found", "web: ImagePullBackOff: Back-off", True),
        (QUOTA, WEBHOOK, True),
        ("web: CrashLoopBackOff", "web: ImagePullBackOff: Back-off", False),
        ("web: CrashLoopBackOff", 'web: CreateContainerConfigError: secret "a" not found', False),
    ],
)
def test_trouble_of_one_kind_has_the_same_words(first, later, is_same):
    before, after = (kinds([Judgement("web", DOOMED, (each,))]) for each in (first, later))
    assert (before == after) is is_same


def test_trouble_of_another_deployment_is_other_trouble():
    web, api = (Judgement(name, DOOMED, ("web: CrashLoopBackOff",)) for name in ("web", "api"))
    assert kinds([web]) == "web restarts"
    assert kinds([web, api]) == kinds([api, web]) == "api restarts, web restarts"


@pytest.mark.parametrize(
    ("wanted", "pods", "is_told"),
    [(3, (STARTING,), True), (2, (STARTING, STARTING), False), (1, (), True)],
)
def test_a_refusal_is_told_only_while_pods_are_missing(wanted, pods, is_told):
    view = replace(ON_THE_WAY, wanted=wanted, pods=pods, refusals=(Refusal(SECURITY, 99.0),))
    assert (SECURITY in judge_rollout(view).reasons) is is_told


@pytest.mark.parametrize(
    ("reason", "shown", "said"),
    [
        (
            "web: CrashLoopBackOff",
            ["web-1 | Traceback (most recent call last):", "web-1 | KeyError: 'VOUCHERS_URL'"],
            "web: web keeps crashing: KeyError: 'VOUCHERS_URL'",
        ),
        (
            "app: CrashLoopBackOff (OOMKilled)",
            ["app-1 | all is well"],
            "web: app keeps crashing (OOMKilled)",
        ),
        (
            "app: CrashLoopBackOff",
            ["app-1 | panic: runtime error: index out of range [5]", "app-1 | exit status 2"],
            "web: app keeps crashing: panic: runtime error: index out of range [5]",
        ),
        (
            "app: CrashLoopBackOff",
            ["app-1 | Caused by: java.lang.NullPointerException: name"],
            "web: app keeps crashing: java.lang.NullPointerException: name",
        ),
        (
            "app: ImagePullBackOff of shop/app:v2: not found",
            [],
            "web: no image shop/app:v2 to pull: not found",
        ),
        ("app: ErrImagePull", [], "web: the image of app is not pulled"),
        (
            'app: CreateContainerConfigError: secret "a" not found',
            [],
            'web: app lacks its configuration: secret "a" not found',
        ),
        ("app cannot be run", ["app-1 | no error: 0 Errors found"], "web: app cannot be run"),
    ],
)
def test_what_is_the_matter_is_said_in_plain_words_with_the_error_that_a_log_names(
    reason, shown, said
):
    assert cause([Judgement("web", DOOMED, (reason,))], shown) == said


def test_the_cause_is_that_of_what_is_doomed_and_of_nothing_where_nothing_is_ill():
    judged = [Judgement("api", Stand.SUSPECT, ("slow",)), Judgement("web", DOOMED)]
    assert cause(judged, []) == "web: will not get ready"
    assert cause([], ["KeyError"]) == ""
