"""One story: the fix conflicts with the base, and the rest becomes a follow-up issue."""

import pytest
from tests.adapters.git.clones import commit, git
from tests.stories.stage import stage

from hotfix.domain.fact_names import FOLLOW_UP, FOLLOW_UP_NUMBER, ISSUE_URL, PULL_REQUEST_URL
from hotfix.domain.fold import fold
from hotfix.domain.incident import StartFrom
from hotfix.simulators.played_fix import GOOD_FIX

PATH = "backend/shop/checkout.py"


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("story") / "world") as on:
        clone = on.world.clone
        other = (clone / PATH).read_text().replace("goods *", "2 * goods *")
        (clone / PATH).write_text(other)
        commit(clone, "Double the discount (#3)")
        git(clone, "push", "--quiet", "origin", "main")
        on.configure("\n[close]\nfollow_up = true\n")
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        on.seen["base"] = on.world.origin.commit_of("main")
        on.seen["code"] = on.start(start_from=StartFrom.LIVE)
        yield on


def test_the_bring_back_names_its_conflicts_and_forces_nothing(story):
    assert story.seen["code"] == 0, story.screen.getvalue()
    back = next(pull for pull in story.world.github.hosted.pulls.values() if pull.base == "main")
    assert f"- `{PATH}`" in back.issue.body
    assert "nothing was forced" in back.issue.body
    assert "cut from what ran in production" in back.issue.body
    assert any(f"it conflicts with main in {PATH}" in line for line in story.lines)
    assert story.world.origin.commit_of("main") == story.seen["base"]
    assert git(story.world.clone, "status", "--porcelain") == ""


def test_the_follow_up_and_the_two_others_link_each_other_each_once(story):
    facts = fold(story.session.runs.events(story.run)).facts
    hosted, number = story.world.github.hosted, facts[FOLLOW_UP_NUMBER]
    body = hosted.issues[number].body
    assert facts[ISSUE_URL] in body
    assert facts[PULL_REQUEST_URL] in body
    assert "- [ ] Status page updated (if needed)" in body
    assert "Follow-up ticket created" not in body
    linked = [(each.number, facts[FOLLOW_UP] in each.body) for each in hosted.comments]
    assert linked == [(1, True), (2, True)]


def test_the_requests_of_the_close_phase_in_their_order(story):
    merged = story.wrote("github").index("PUT /pulls/2/merge")
    assert story.wrote("github")[merged + 1 :] == [
        "POST /issues",
        "POST /issues/1/comments",
        "POST /issues/2/comments",
        "POST /pulls",
    ]
