"""Stories: one walk for each way in which teams lay out their branches."""

from dataclasses import replace

import pytest
from tests.adapters.git.clones import commit, git
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.incident import StartFrom
from hotfix.simulators.played_fix import GOOD_FIX

FIX = "hotfix/checkout-returns-500"


@pytest.mark.parametrize(
    ("base", "merge_into", "start_ref"),
    [
        ("main", "prod", ""),
        ("main", "staging", ""),
        ("develop", "main", ""),
        ("develop", "release/1.2", "v1.2.0"),
    ],
)
def test_a_hotfix_goes_through_the_branch_that_deploys_and_back_to_the_base(
    base, merge_into, start_ref, tmp_path
):
    with stage(tmp_path / "world", base=base, deploy_branch=merge_into) as on:
        if start_ref:
            git(on.world.origin.path, "tag", start_ref, on.world.first_commit)
            commit(on.world.clone, "Not for this release")
            git(on.world.clone, "push", "--quiet", "origin", base)
        # What tests say is no matter here, and takes most of a walk.
        without = on.session.config.model_copy(update={"tests": ()})
        on.session = replace(on.session, config=without)
        on.world.github.hosted.run_checks = lambda _sha: True
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        start = {"start_from": StartFrom.REF, "start_ref": start_ref} if start_ref else {}
        assert on.start(**start) == 0, on.screen.getvalue()
        pulls = [(pull.head, pull.base) for pull in on.world.github.hosted.pulls.values()]
        deployed = [run.branch for run in on.world.github.hosted.runs if run.event == "push"]
        assert on.checkout() == "200, as expected"
        left = [
            it.message for it in on.world.origin.commits_between(on.world.first_commit, merge_into)
        ]
    assert "Not for this release" not in left
    assert pulls == [(FIX, merge_into), (FIX, base)]
    assert deployed == [merge_into]


def test_a_fix_whose_push_would_deploy_is_said_at_once_and_never_pushed(tmp_path):
    with stage(tmp_path / "world") as on:
        workflow = on.world.clone / ".github/workflows/deploy.yml"
        workflow.write_text(workflow.read_text().replace("[hotfix/production]", "['hotfix/**']"))
        commit(on.world.clone, "Deploy every hotfix")
        git(on.world.clone, "push", "--quiet", "origin", "main")
        assert on.start() == exit_codes.CONFIGURATION
        branches = on.world.origin.branches()
    assert set(branches) == {"main", "hotfix/production"}
    assert f"Pushing {FIX} would deploy it before anybody has reviewed it" in on.screen.getvalue()
    assert "HOTFIX_GIT__BRANCH_PREFIX=fix/ hotfix start" in on.screen.getvalue()
