"""Stories: one walk for each way in which teams lay out their branches."""

import json
from dataclasses import replace

import pytest
from tests.adapters.git.clones import commit, git
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.config.load import parse
from hotfix.domain.fact_names import BROUGHT_TO
from hotfix.domain.fold import fold
from hotfix.domain.incident import StartFrom
from hotfix.runs.unbrought_fixes import as_needs, still_to_bring
from hotfix.simulators.github.merging import merge
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


CODE = "backend/shop/checkout.py"
INTO = {
    "develop": f"{FIX}-2-into-develop",
    "release/1.4": f"{FIX}-2-into-release--1.4",
}


def pushed(on, branch, start, **changed):
    """Push a branch from ``start``, with texts of the code ``changed``, or the fix itself."""
    clone = on.world.clone
    git(clone, "checkout", "--quiet", "-B", branch, start)
    if not changed:
        GOOD_FIX.write(clone)
    for old, new in changed.items():
        file = clone / CODE
        file.write_text(file.read_text().replace(old, new))
    commit(clone, f"On {branch}")
    commit(clone, f"Further on {branch}")
    git(clone, "push", "--quiet", "origin", branch)
    git(clone, "checkout", "--quiet", "main")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A fix for develop and every release: one release conflicts, one has it already."""
    with stage(tmp_path_factory.mktemp("elsewhere") / "world", deploy_branch="prod") as on:
        first, same = on.world.first_commit, {"def ": "def "}
        pushed(on, "main", "main", **same)
        pushed(on, "develop", "main", **same)
        pushed(on, "release/1.2", first, **{"goods *": "2 * goods *"})
        pushed(on, "release/1.3", first)
        pushed(on, "release/1.4", first, **same)
        also = 'also_into = ["main", "develop", "release/*", "prod", "support/*", "hotfix/**"]'
        text = on.world.config_file.read_text().replace("[git]", f"[git]\n{also}")
        config = parse(text, {}, "hotfix.toml").model_copy(update={"tests": ()})
        on.session = replace(on.session, config=config)
        on.world.github.hosted.run_checks = lambda _sha: True
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        on.seen["code"] = on.start()
        yield on


def status(on):
    return json.loads((on.session.state / "runs" / on.run / "state.json").read_text())


def test_each_further_branch_gets_the_fix_alone_and_once(elsewhere):
    assert elsewhere.seen["code"] == 0, elsewhere.screen.getvalue()
    hosted, origin = elsewhere.world.github.hosted, elsewhere.world.origin
    pulls = [(pull.head, pull.base) for pull in hosted.pulls.values()]
    assert pulls == [(FIX, "prod"), (FIX, "main"), *((name, of) for of, name in INTO.items())]
    for branch, name in INTO.items():
        ours = [it.message for it in origin.commits_between(origin.commit_of(branch), name)]
        assert [each.splitlines()[0] for each in ours] == [GOOD_FIX.message], branch
    assert [run.branch for run in hosted.runs if run.event == "push"] == ["prod"]
    assert set(origin.branches()) == {
        *("main", "prod", "develop", "release/1.2", "release/1.3", "release/1.4"),
        *(FIX, *INTO.values()),
    }


def test_what_conflicts_what_is_there_and_what_matches_nothing_is_said(elsewhere):
    (line,) = [
        event.data["saying"]
        for event in elsewhere.session.runs.events(elsewhere.run)
        if event.type == "step_done" and event.step == "bring_to_other_branches"
    ]
    assert f"release/1.2: it conflicts in {CODE}" in line
    assert "release/1.3: has it already" in line
    assert "no branch is called like support/*" in line
    # Its own branches are not meant by hotfix/**, nor are those that have it.
    assert FIX not in line
    assert "main" not in line


def test_what_is_not_merged_yet_is_held_until_it_is(elsewhere):
    held, hosted = status(elsewhere)["held"], elsewhere.world.github.hosted
    assert held.startswith("The fix (checkout returns 500) is not everywhere yet: develop (merge ")
    assert f"release/1.2 (conflicts in {CODE}: git fetch origin && git switch --create" in held
    assert "release/1.3" not in held
    into_develop = next(pull for pull in hosted.pulls.values() if pull.base == "develop")
    with elsewhere.world.timeline.lock:
        merge(hosted, into_develop, sha="", method="squash", title="Bring", login="rena")
    (left,) = still_to_bring(elsewhere.session)
    assert [each.branch for each in left.branches] == ["release/1.2", "release/1.4"]
    assert as_needs((left,))[0].saw == left.warning == status(elsewhere)["held"]
    # As a person was told to do it, by hand.
    (brought,) = [each for each in left.branches if each.conflicts]
    clone = elsewhere.world.clone
    git(clone, "switch", "--quiet", "--create", "by-hand", "origin/release/1.2")
    picked = brought.by_hand.partition("cherry-pick -x ")[2].split(";")[0]
    whole = git(clone, "rev-parse", picked)
    (clone / "README.md").write_text("Resolved.\n")
    commit(clone, f"Fix\n\n(cherry picked from commit {whole})")
    git(clone, "push", "--quiet", "origin", "by-hand:release/1.2")
    into_release = next(pull for pull in hosted.pulls.values() if pull.base == "release/1.4")
    with elsewhere.world.timeline.lock:
        merge(hosted, into_release, sha="", method="squash", title="Bring", login="rena")
    assert still_to_bring(elsewhere.session) == ()
    assert status(elsewhere)["held"] is None
    facts = fold(elsewhere.session.runs.events(elsewhere.run)).facts
    assert all(each.is_settled for each in facts[BROUGHT_TO])
