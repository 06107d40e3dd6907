"""One story: the fix was wrong, production goes back to what was recorded."""

import pytest
from tests.other_hands import ready_versions
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.deployment_log import entries
from hotfix.simulators.played_fix import BAD_FIX
from hotfix.simulators.webrana import image

PATCHES = [
    "PATCH /apis/apps/v1/namespaces/webrana/deployments/webrana-backend",
    "PATCH /apis/apps/v1/namespaces/webrana/deployments/webrana-frontend",
]


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("story") / "world") as on:
        on.world.play_the_engineer(BAD_FIX)
        on.world.play_the_reviewer()
        on.seen["before"] = on.checkout()
        on.seen["templates"] = templates(on)
        on.seen["started"] = on.start()
        on.seen["meanwhile"] = on.checkout()
        on.seen["rolled_back"] = on.resume(plan="rollback")
        yield on


def test_verification_stops_the_walk_and_names_the_way_back(story):
    assert story.seen["started"] == exit_codes.WAITING
    assert story.seen["meanwhile"] == "200, but total_cents is '0', not '3070'"
    assert any(line.startswith("? Production fails: checkout answers (") for line in story.lines)


def test_the_rollback_restores_exactly_what_was_recorded(story):
    assert story.seen["rolled_back"] == exit_codes.ROLLED_BACK
    assert templates(story) == story.seen["templates"]
    assert patches(story) == PATCHES


def test_production_answers_as_before(story):
    assert story.seen["before"] == "500 Internal Server Error"
    assert story.checkout() == story.seen["before"]
    versions = ready_versions(story.world.kubernetes, "webrana-backend")
    assert versions == [story.world.first_commit] * 2


def test_the_operator_was_told_what_went_back(story):
    bad, good = (story.world.github.hosted.pulls[2].merge_sha[:8], story.world.first_commit[:8])
    said = [line for line in story.lines if line and not line.startswith("…")]
    first = said.index("rollback (target 5:00)")
    assert said[first : first + 9] == [
        "rollback (target 5:00)",
        "✓ "
        + "; ".join(
            f"webrana-{part}: revision 2 ({part}:{bad}) to go back to revision 1 ({part}:{good})"
            for part in ("backend", "frontend")
        )
        + ".",
        "? Roll all of these back?",
        "→ Roll back: --yes (dana)",
        "✓ Decided by dana.",
        "✓ No deployment is known to be under way.",
        "✓ Set back to the recorded state: webrana-backend, webrana-frontend.",
        "✓ Healthy on the recorded state: webrana-backend, webrana-frontend.",
        "✓ Nothing is under way that would deploy over it.",
    ]
    assert any(
        line.startswith("✗ Still fails, as before the hotfix: checkout answers (500")
        for line in said
    )


def test_a_second_rollback_is_refused_or_changes_nothing(story):
    before = templates(story)
    code = story.resume(plan="rollback")
    assert code == exit_codes.ROLLED_BACK
    assert templates(story) == before
    assert patches(story) == PATCHES


def test_the_log_says_so(story):
    found = entries(story.session.runs.events(story.run))
    assert {entry.outcome for entry in found} == {"rolled-back"}
    assert story.world.kubernetes.lock_holder() == ""


def test_what_brings_the_bad_version_back_is_rolled_back_again(story):
    bad = story.world.github.hosted.pulls[2].merge_sha
    for part in ("backend", "frontend"):
        story.world.kubernetes.set_image(f"webrana-{part}", image(part, bad), bad)
    assert story.resume(plan="rollback") == exit_codes.ROLLED_BACK
    assert templates(story) == story.seen["templates"]
    assert patches(story) == sorted(PATCHES * 2)


def patches(on):
    return sorted(line for line in on.wrote("kubernetes") if line.startswith("PATCH"))


def templates(on):
    return {
        name: on.world.kubernetes.get("deployments", name)["spec"]["template"]
        for name in ("webrana-backend", "webrana-frontend")
    }
