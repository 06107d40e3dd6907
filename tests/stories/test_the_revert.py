"""One story: rolled back, and the bad commit is kept from coming back."""

import json

import pytest
from tests.adapters.git.clones import git
from tests.stories.commands import Commands
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.fact_names import BAD_COMMIT_SETTLED, CAME_BACK, REVERT_CONFLICTS
from hotfix.domain.fold import fold
from hotfix.runs.unreverted_commits import as_needs, still_held
from hotfix.simulators.github.merging import merge
from hotfix.simulators.played_fix import BAD_FIX, Edit, PlayedFix

REVERT = "hotfix/revert-checkout-returns-500"
SMALL_FIX = PlayedFix(
    message="Say who we are",
    root_cause="A typo.",
    fix_summary="The page says it.",
    edits=(Edit("README.md", "", "Webrana\n"),),
)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("story") / "world") as on:
        on.world.play_the_engineer(BAD_FIX)
        on.world.play_the_reviewer()
        on.start()
        on.seen["before"] = len(on.wrote("github"))
        on.seen["deploy_branch"] = on.world.origin.commit_of("hotfix/production")
        on.seen["code"] = on.resume(plan="rollback")
        on.seen["run"] = on.run
        on.seen["held"] = still_held(on.session)
        on.seen["status"] = status(on)
        yield on


def test_the_revert_is_proposed_labelled_and_its_review_asked_for_each_once(story):
    assert story.seen["code"] == exit_codes.ROLLED_BACK
    assert story.wrote("github")[story.seen["before"] :] == [
        "POST /pulls",
        "POST /issues/3/labels",
        "POST /pulls/3/requested_reviewers",
    ]


def test_the_pull_request_says_what_it_undoes_and_links_the_run(story):
    first, revert = (story.world.github.hosted.pulls[number] for number in (2, 3))
    assert (revert.head, revert.base) == (REVERT, "hotfix/production")
    assert revert.issue.title == 'Revert "[HOTFIX] checkout returns 500"'
    assert revert.issue.labels == first.issue.labels == ["hotfix", "urgent"]
    for part in (first.merge_sha, "/pull/2", story.seen["run"], "/actions/runs/"):
        assert part in revert.issue.body


def test_the_branch_undoes_the_merge_and_the_deploy_branch_was_not_pushed(story):
    origin, merged = story.world.origin, story.world.github.hosted.pulls[2].merge_sha
    assert origin.commit_of("hotfix/production") == story.seen["deploy_branch"] == merged
    path = "backend/shop/checkout.py"
    reverted = origin.commit_of(REVERT)
    assert origin.read(reverted, path) == origin.read(story.world.first_commit, path)
    assert [each.sha for each in origin.commits_between(merged, reverted)] == [reverted]


def test_the_operators_work_tree_is_where_it_was(story):
    clone = story.world.clone
    assert git(clone, "symbolic-ref", "--short", "HEAD") == "hotfix/checkout-returns-500"
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "worktree", "list", "--porcelain").count("worktree ") == 1


def test_the_warning_is_held(story):
    (bad,) = story.seen["held"]
    merged = story.world.github.hosted.pulls[2].merge_sha
    assert (bad.sha, bad.run, bad.revert_number) == (merged, story.seen["run"], 3)
    (need,) = as_needs(story.seen["held"])
    assert "the next deploy would ship it again" in need.saw
    assert need.mend.endswith("/pull/3")
    assert story.seen["status"]["held"] == bad.warning


def test_status_and_doctor_say_so_as_commands(story):
    at = Commands(story.world)
    (held,) = story.seen["held"]
    assert at.json("status", "--json")["warnings"] == [held.warning]
    assert held.warning.partition(";")[0] in at.run("status").stdout
    needs = at.json("doctor", "--json")["needs"]
    saw = {need["name"]: need["saw"] for need in needs if need["area"] == "probes"}
    assert saw["checkout answers"].startswith("red: 500 Internal Server Error in ")
    assert all(each.startswith("green: ") for name, each in saw.items() if name[:8] != "checkout")
    found = [need for need in needs if need["area"] == "deploys"]
    # The alert that the run opened was asked about, and is open.
    assert [(need["finding"], need["name"]) for need in found] == [
        ("warning", "rolled back commits"),
        ("warning", "alert"),
    ]
    assert found[0]["saw"] == held.warning


def test_a_next_hotfix_names_it_before_the_merge_and_after_the_rollout(story):
    git(story.world.clone, "checkout", "--quiet", "main")
    (story.world.clone / "README.md").write_text("")
    git(story.world.clone, "add", "--all")
    git(story.world.clone, "commit", "--quiet", "-m", "Begin a page (#9)")
    git(story.world.clone, "push", "--quiet", "origin", "main")
    story.world.play_the_engineer(SMALL_FIX)
    story.start(description="the page is empty", issue="")
    bad = story.world.github.hosted.pulls[2].merge_sha[:8]
    warning = f"Warning: {bad} was rolled back (checkout returns 500)"
    assert warning in story.screen.getvalue()
    assert f"! Still aboard: {bad} on hotfix/production, rolled back by {story.seen['run']}" in (
        said(story, "! Still aboard")
    )
    came_back = f"Rolled out again although it was rolled back: {bad} (checkout returns 500"
    assert came_back in said(story, "✓ Rolled out again")
    facts = fold(story.session.runs.events(story.run)).facts
    assert [each.run for each in facts.get(CAME_BACK, ())] == [story.seen["run"]]
    (asked,) = [
        event.data["question"]["shown"]
        for event in story.session.runs.events(story.run)
        if event.type == "decision_needed" and event.step == "merge_the_fix"
    ]
    assert f"With it comes {bad}, which {story.seen['run']} rolled back." in asked


def test_a_revert_that_conflicts_is_left_to_a_person_and_the_rollback_ends_all_the_same(tmp_path):
    with stage(tmp_path / "world") as on:
        on.world.play_the_engineer(BAD_FIX)
        on.world.play_the_reviewer()
        on.start()
        clone, path = on.world.clone, "backend/shop/checkout.py"
        git(clone, "fetch", "--quiet")
        git(clone, "checkout", "--quiet", "-b", "theirs", "origin/hotfix/production")
        (clone / path).write_text((clone / path).read_text().replace("return 0", "return 1"))
        # Without its workflow the push deploys nothing.
        git(clone, "rm", "--quiet", ".github/workflows/deploy.yml")
        git(clone, "commit", "--quiet", "--all", "-m", "Give one back")
        git(clone, "push", "--quiet", "origin", "theirs:hotfix/production")
        before = len(on.wrote("github"))
        assert on.resume(plan="rollback") == exit_codes.ROLLED_BACK
        assert on.wrote("github")[before:] == []
        facts = fold(on.session.runs.events(on.run)).facts
        assert facts.get(REVERT_CONFLICTS, ()) == (path,)
        (bad,) = still_held(on.session)
        assert bad.warning.endswith("by hand")
        assert REVERT not in on.world.origin.branches()


def test_once_the_revert_is_merged_the_warning_is_over_and_the_journal_says_why(story):
    hosted = story.world.github.hosted
    story.world.clock.wait(600)
    revert = hosted.pulls[3]
    with story.world.timeline.lock:
        merge(hosted, revert, sha="", method="squash", title="Undo", login="rena")
    assert still_held(story.session) == ()
    facts = fold(story.session.runs.events(story.seen["run"])).facts
    assert "does not carry" in facts[BAD_COMMIT_SETTLED]
    assert status(story)["held"] is None


def status(on):
    run = on.seen["run"]
    return json.loads((on.session.state / "runs" / run / "state.json").read_text())


def said(on, beginning):
    return next(line for line in on.lines if line.startswith(beginning))
