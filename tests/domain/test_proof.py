"""What is proven of a deployment, and in which words it is not."""

from dataclasses import replace

import pytest

from hotfix.domain.rollout.proof import Finding, Verdict, by_commit, by_digest, runs_commit, unknown
from hotfix.domain.rollout.running_pod import Named, RunningPod
from hotfix.domain.rollout.seen import DeploymentView

SHA, OTHER = "b2" * 20, "c3" * 20
INDEX, PLATFORM, FOREIGN = (f"sha256:{letter * 64}" for letter in "abc")
WEB = DeploymentView("web", 2, 2, 5, "abc", 2, 2, 2, 2, False)
IMAGE = "registry.example/web:1"


def pod(*named: tuple[str, str], sure: bool = True, digest: str = "", pinned: str = ""):
    sources = tuple(Named(source, commit, sure) for source, commit in named)
    return RunningPod("web-1", "abc", sources, IMAGE, digest, pinned)


def view(*pods: RunningPod, **changes) -> DeploymentView:
    return replace(WEB, running=pods, **changes)


OURS = pod(("label", SHA), ("tag", SHA[:7]))


def test_every_ready_pod_that_names_it_is_the_proof():
    assert by_commit(view(OURS, OURS), SHA) == Finding(
        "web", Verdict.PROVEN, "", pods=2, revision=5, by=("label", "tag")
    )


@pytest.mark.parametrize(
    ("seen", "verdict", "saying"),
    [
        (view(), Verdict.ABSENT, "no pod is ready"),
        (view(wanted=0), Verdict.IDLE, "scaled to zero"),
        (view(pod(), pod()), Verdict.SILENT, "their pods name no commit"),
        (
            view(pod(("tag", "20261125"), sure=False)),
            Verdict.SILENT,
            "their pods name no commit",
        ),
        (view(OURS, pod(("tag", OTHER))), Verdict.OTHER, "still runs c3c3c3c3"),
        (view(OURS, pod()), Verdict.OTHER, "still runs an unnamed commit"),
        (
            view(pod(("label", OTHER), ("tag", OTHER[:7]))),
            Verdict.OTHER,
            "still runs c3c3c3c3",
        ),
        (
            view(OURS, pod(("label", SHA), ("tag", OTHER))),
            Verdict.CONTRADICTORY,
            "their pods contradict themselves: the label names b2b2b2b2, the tag names c3c3c3c3",
        ),
    ],
)
def test_whatever_else_is_seen_is_no_proof_and_says_why(seen, verdict, saying):
    found = by_commit(seen, SHA)
    assert (found.verdict, found.saying, found.by) == (verdict, saying, ())


def test_a_short_sha_of_digits_alone_is_a_proof():
    digits = "1234567" + "a" * 33
    found = by_commit(view(pod(("tag", "1234567"), sure=False)), digits)
    assert found.verdict is Verdict.PROVEN


def test_one_tag_with_two_images_is_no_proof_although_every_pod_names_the_commit():
    moved = view(replace(OURS, digest=INDEX), replace(OURS, digest=FOREIGN))
    found = by_commit(moved, SHA)
    assert found.verdict is Verdict.MOVED
    assert found.saying == (
        f"their pods run different images of {IMAGE}: sha256:aaaaaaaaaaaa and sha256:cccccccccccc"
    )
    assert by_digest(moved, SHA, {INDEX}).verdict is Verdict.MOVED


def test_two_images_of_two_templates_are_a_rollout():
    old = replace(OURS, template_hash="old", digest=FOREIGN)
    assert by_commit(view(replace(OURS, digest=INDEX), old), SHA).verdict is Verdict.PROVEN


def test_an_index_and_its_platforms_are_one_image():
    seen = view(pod(digest=INDEX), pod(digest=PLATFORM))
    found = by_digest(seen, SHA, {INDEX, PLATFORM})
    assert (found.verdict, found.pods, found.by) == (Verdict.PROVEN, 2, ("digest",))


def test_a_reference_pinned_to_the_digest_is_a_proof():
    pinned = pod(digest=PLATFORM, pinned=INDEX)
    assert by_digest(view(pinned), SHA, {INDEX}).verdict is Verdict.PROVEN


@pytest.mark.parametrize(
    ("seen", "verdict", "saying"),
    [
        (view(), Verdict.ABSENT, "no pod is ready"),
        (view(OURS), Verdict.SILENT, "their pods report no digest"),
        (
            view(pod(digest=INDEX), replace(OURS, template_hash="old", digest=FOREIGN)),
            Verdict.OTHER,
            "still runs sha256:cccccccccccc; the image of b2b2b2b2 is sha256:aaaaaaaaaaaa",
        ),
        (
            view(pod(digest=INDEX), OURS),
            Verdict.OTHER,
            "still runs an unnamed image; the image of b2b2b2b2 is sha256:aaaaaaaaaaaa",
        ),
        (
            view(pod(digest=FOREIGN), OURS),
            Verdict.OTHER,
            (
                "still runs an unnamed image, sha256:cccccccccccc; the image of b2b2b2b2 is "
                "sha256:aaaaaaaaaaaa"
            ),
        ),
    ],
)
def test_another_digest_is_no_proof_whatever_label_and_tag_say(seen, verdict, saying):
    found = by_digest(seen, SHA, {INDEX})
    assert (found.verdict, found.saying) == (verdict, saying)


def test_without_a_digest_to_compare_with_nothing_is_known():
    found = unknown(view(OURS), "crane exit code 1: denied")
    assert found.verdict is Verdict.UNKNOWN
    assert found.saying == "the digest of its image is not known: crane exit code 1: denied"


@pytest.mark.parametrize(
    ("commits", "runs"),
    [
        ((SHA, SHA), True),
        ((SHA, SHA[:8]), True),
        ((SHA, SHA[:6]), False),
        ((SHA, OTHER), False),
        ((SHA, ""), False),
        ((), False),
    ],
)
def test_a_commit_runs_when_every_pod_says_so(commits, runs):
    pods = tuple(RunningPod("web-1", named=(Named("tag", commit),)) for commit in commits)
    assert runs_commit(view(*pods), SHA) is runs


UNNAMED = RunningPod("web-1", image="shop/proxy:1.4.2", container="proxy")


@pytest.mark.parametrize(
    ("silent", "said"),
    [
        (UNNAMED, ""),
        (
            replace(UNNAMED, others=(f"web=shop/web:{SHA[:8]}", "metrics=metrics:2")),
            (
                ": read was the container proxy, and not web, metrics; web names b2b2b2b2: "
                '[kubernetes] container = "web"'
            ),
        ),
        (
            replace(UNNAMED, others=("web=shop/web:1.4.2",)),
            ": read was the container proxy, and not web: [kubernetes] container",
        ),
        # Misspelt: there is no image to be read.
        (
            replace(UNNAMED, container="wbe", image="", others=(f"web=shop/web:{SHA}",)),
            (
                ": no container is called wbe (there are: web); web names b2b2b2b2: "
                '[kubernetes] container = "web"'
            ),
        ),
    ],
)
def test_silence_says_which_container_was_read_and_what_mends_it(silent, said):
    found = by_commit(view(silent), SHA)
    assert (found.verdict, found.saying) == (
        Verdict.SILENT,
        f"their pods name no commit{said}",
    )
    assert by_digest(view(silent), SHA, {INDEX}).saying == f"their pods report no digest{said}"
