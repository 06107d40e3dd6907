"""When a new pod is doomed, and when it is not: what other tools gave up on too early, too."""

from dataclasses import replace

import pytest

from hotfix.domain.rollout.pod_judgement import PodHealth, PodVerdict, judge_pod
from hotfix.domain.rollout.seen import ContainerView, PodView

WELL, WAITING, SUSPECT, DOOMED = PodHealth
IMAGE = "registry.example/webrana/backend:b2b2b2b2"
BACKED_OFF = f'Back-off pulling image "{IMAGE}"'
NOT_FOUND = f'Failed: Failed to pull image "{IMAGE}": {IMAGE}: not found'


def pod(container=None, **changes):
    containers = () if container is None else (container,)
    return replace(PodView("web-1", containers=containers, age_seconds=5.0), **changes)


def waits(reason, message="", **more):
    return ContainerView("web", image=IMAGE, waiting=reason, message=message, **more)


@pytest.mark.parametrize(
    ("container", "health"),
    [
        (waits("CrashLoopBackOff", restarts=1), DOOMED),
        (waits("ErrImagePull", f"{IMAGE}: not found"), DOOMED),
        (waits("ErrImagePull", "pull access denied, repository does not exist"), DOOMED),
        (waits("ImagePullBackOff", f"{BACKED_OFF}: ErrImagePull: {IMAGE}: not found"), DOOMED),
        (waits("InvalidImageName", 'Failed to apply default image tag "a b"'), DOOMED),
        (waits("RunContainerError", "exec: no such file"), DOOMED),
        (ContainerView("web", ended="ContainerCannotRun", exit_code=127), DOOMED),
        (ContainerView("web", ended="StartError", exit_code=128), DOOMED),
        (waits("", ended_before="ContainerCannotRun"), DOOMED),
        (ContainerView("web", restarts=2), DOOMED),
        # What may mend itself is shown and not given up.
        (waits("ErrImagePull", "dial tcp 10.0.0.1:443: i/o timeout"), SUSPECT),
        (waits("ErrImagePull", "toomanyrequests: You have reached your pull rate limit"), SUSPECT),
        (waits("ImagePullBackOff", BACKED_OFF), SUSPECT),
        (waits("CreateContainerError", "context deadline exceeded"), SUSPECT),
        (ContainerView("web", ended="Error", exit_code=1), SUSPECT),
        (ContainerView("web", restarts=1, ended_before="OOMKilled"), SUSPECT),
        # What is on its way.
        (waits("ContainerCreating"), WELL),
        (waits("PodInitializing"), WELL),
        (ContainerView("init", ended="Completed"), WELL),
        (ContainerView("web", restarts=4, baseline=4), WELL),
        (ContainerView("web", restarts=5, baseline=4), SUSPECT),
        (ContainerView("web", restarts=6, baseline=4), DOOMED),
        # Past trouble: of an init container that ended well, of what runs and has been ready since.
        (ContainerView("wait-for-db", ended="Completed", restarts=2, may_end=True), WELL),
        (
            ContainerView(
                "wait-for-db", ended="Completed", ended_before="StartError", may_end=True
            ),
            WELL,
        ),
        (ContainerView("web", restarts=3, ready_seconds=30.0, is_running=True), WELL),
        (ContainerView("web", ended_before="StartError", is_running=True, restarts=1), SUSPECT),
        # Present trouble: ended ill, a native sidecar, a server that must not end, ready just now.
        (
            ContainerView("wait-for-db", ended="Error", exit_code=1, restarts=2, may_end=True),
            DOOMED,
        ),
        (ContainerView("proxy", ended="Completed", restarts=2), DOOMED),
        (ContainerView("web", restarts=3, ready_seconds=29.0, is_running=True), DOOMED),
        (waits("CrashLoopBackOff", restarts=2, may_end=True), DOOMED),
    ],
)
def test_a_container_is_judged_by_what_waiting_can_mend(container, health):
    assert judge_pod(pod(container)).health is health


@pytest.mark.parametrize("place", [0, 1])
def test_an_init_container_counts_as_any_other(place):
    containers = [ContainerView("web", waiting="PodInitializing")]
    containers.insert(place, ContainerView("migrate", waiting="CrashLoopBackOff"))
    verdict = judge_pod(pod(containers=tuple(containers)))
    assert (verdict.health, verdict.reason) == (DOOMED, "migrate: CrashLoopBackOff")


@pytest.mark.parametrize(
    ("changes", "health"),
    [
        ({"phase": "Failed", "reason": "Evicted"}, WAITING),
        ({"phase": "Failed", "reason": "Preempting"}, WAITING),
        ({"phase": "Failed", "reason": "NodeShutdown"}, WAITING),
        # zendesk/samson#3835
        ({"phase": "Failed", "reason": "OutOfcpu"}, WAITING),
        ({"phase": "Failed", "reason": "OutOfephemeral-storage"}, WAITING),
        ({"phase": "Failed", "reason": "OutOfnvidia.com/gpu"}, WAITING),
        ({"phase": "Failed", "reason": "OutOf"}, DOOMED),
        ({"phase": "Failed", "reason": "UnexpectedAdmissionError"}, DOOMED),
        ({"phase": "Failed"}, DOOMED),
        ({"phase": "Pending", "unscheduled": "0/3 nodes are available"}, WAITING),
        ({"phase": "Pending", "warnings": ("FailedCreatePodSandBox: no IP",)}, WELL),
        ({"phase": "Pending", "warnings": ("FailedAttachVolume: Multi-Attach",)}, WELL),
        ({"grace_seconds": 30.0, "running_seconds": 29.0}, WELL),
        ({"grace_seconds": 30.0, "running_seconds": 31.0}, SUSPECT),
        ({"grace_seconds": 0.0, "running_seconds": 60.0}, WELL),
        ({"grace_seconds": 0.0, "running_seconds": 61.0}, SUSPECT),
        ({"age_seconds": 300.0}, WELL),
        ({"age_seconds": 301.0}, SUSPECT),
        ({"age_seconds": 900.0, "phase": "Pending", "unscheduled": "0/3 nodes"}, WAITING),
        ({"grace_seconds": 30.0, "running_seconds": 900.0, "is_ready": True}, WELL),
    ],
)
def test_a_pod_is_judged_by_whose_fault_it_is(changes, health):
    assert judge_pod(pod(ContainerView("web"), **changes)).health is health


def test_a_ready_pod_is_well_whatever_it_went_through():
    assert judge_pod(pod(ContainerView("web", restarts=3), is_ready=True)).health is WELL


@pytest.mark.parametrize(
    ("losses", "changes", "health"),
    [
        (1, {}, WELL),
        (2, {}, SUSPECT),
        (2, {"is_ready": True, "ready_seconds": 1.0}, SUSPECT),
        (1, {"is_ready": True, "ready_seconds": 1.0}, WELL),
        # What was unsteady at its start is not for ever.
        (9, {"is_ready": True, "ready_seconds": 30.0}, WELL),
    ],
)
def test_a_readiness_that_comes_and_goes_is_suspect(losses, changes, health):
    verdict = judge_pod(pod(ContainerView("web"), readiness_losses=losses, **changes))
    assert verdict.health is health
    assert (verdict.reason == "loses its readiness again and again") is (health is SUSPECT)


def test_the_events_tell_what_a_back_off_does_not_say():
    """Before Kubernetes 1.31, ``ImagePullBackOff`` says nothing about the reason."""
    container = waits("ImagePullBackOff", BACKED_OFF)
    verdict = judge_pod(pod(container, warnings=(NOT_FOUND,)))
    assert verdict.health is DOOMED
    assert verdict.reason == f"web: ImagePullBackOff of {IMAGE}: not found"
    other = NOT_FOUND.replace("b2b2b2b2", "another")
    assert judge_pod(pod(container, warnings=(other,))).health is SUSPECT


def test_a_sidecar_that_is_late_makes_its_neighbour_restart_once_krane_819():
    """Shopify/krane#819: the proxy is not there yet, the application fails and is restarted."""
    app = ContainerView("app", restarts=1, ended_before="Error")
    proxy = ContainerView("istio-proxy")
    assert judge_pod(pod(containers=(app, proxy))).health is SUSPECT


def test_a_registry_that_does_not_answer_for_a_moment_dooms_nobody_krane_819():
    message = "rpc error: code = Unknown desc = net/http: TLS handshake timeout"
    assert judge_pod(pod(waits("ErrImagePull", message), age_seconds=300.0)).health is SUSPECT


def test_a_secret_may_come_a_moment_after_its_pod_krane_885():
    """Shopify/krane#885 took the quick failure back: the Secret was being created."""
    waiting = waits("CreateContainerConfigError", 'secret "webrana" not found')
    assert judge_pod(pod(waiting, age_seconds=10.0)).health is SUSPECT
    assert judge_pod(pod(waiting, age_seconds=31.0)).health is DOOMED


def test_a_cache_that_is_filled_is_waited_for():
    message = "failed to sync secret cache: timed out waiting for the condition"
    waiting = waits("CreateContainerConfigError", message)
    assert judge_pod(pod(waiting, age_seconds=300.0)).health is WAITING


@pytest.mark.parametrize("names", [("web", "proxy"), ("proxy", "web")])
def test_of_containers_that_are_equally_ill_the_first_is_told(names):
    ill = tuple(ContainerView(name, waiting="CrashLoopBackOff") for name in names)
    assert judge_pod(PodView("web-1", containers=ill)).reason.startswith(f"{names[0]}: ")


@pytest.mark.parametrize("order", [1, -1])
def test_of_containers_that_are_ill_the_worst_is_told(order):
    ill = (
        ContainerView("app", waiting="CrashLoopBackOff"),
        ContainerView("proxy", waiting="ImagePullBackOff"),
        ContainerView(
            "agent", waiting="CreateContainerConfigError", message="failed to sync secret cache"
        ),
    )
    verdict = judge_pod(PodView("web-1", containers=ill[::order]))
    assert verdict == PodVerdict(PodHealth.DOOMED, "app: CrashLoopBackOff")
    milder = judge_pod(PodView("web-1", containers=ill[1:][::order]))
    assert milder == PodVerdict(PodHealth.SUSPECT, "proxy: ImagePullBackOff")
