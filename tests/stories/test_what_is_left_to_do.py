"""One story: the fix conflicts with the base, and the rest becomes a follow-up issue."""

import pytest
from tests.adapters.git.clones import commit, git
from tests.stories.stage import stage

from hotfix.adapters.journal.lines import check_lines
from hotfix.domain.bring_back import bring_back
from hotfix.domain.deployment_log import of_run
from hotfix.domain.fact_names import (
    FOLLOW_UP,
    FOLLOW_UP_NUMBER,
    ISSUE_URL,
    POST_MORTEM_ISSUE,
    PULL_REQUEST_URL,
)
from hotfix.domain.fold import fold
from hotfix.domain.incident import Severity, StartFrom
from hotfix.domain.keeping import owed_by, why_kept
from hotfix.runs import on_record
from hotfix.runs.bring_backs import still_proposed
from hotfix.runs.unclosed_tickets import as_needs, still_open
from hotfix.runs.whose import kept_run
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
        on.configure("\n[close]\nfollow_up = true\n[post_mortem]\nissue = true\n")
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        on.seen["base"] = on.world.origin.commit_of("main")
        on.seen["code"] = on.start(start_from=StartFrom.LIVE, severity=Severity.CRITICAL)
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
    assert "- [ ] Update the status page, if users noticed" in body
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
        "POST /issues",
    ]


def test_an_issue_that_the_token_does_not_see_is_not_taken_for_closed(story):
    hosted = story.world.github.hosted
    facts = fold(story.session.runs.events(story.run)).facts
    numbers = [facts[POST_MORTEM_ISSUE].number, facts[FOLLOW_UP_NUMBER]]
    hidden = {number: hosted.issues.pop(number) for number in numbers}
    assert [it.number for it in still_open(story.session)] == numbers
    hosted.issues |= hidden
    assert [it.number for it in still_open(story.session)] == numbers


def test_both_issues_are_held_until_somebody_has_closed_them(story):
    hosted = story.world.github.hosted
    facts = fold(story.session.runs.events(story.run)).facts
    post_mortem, follow_up = facts[POST_MORTEM_ISSUE].number, facts[FOLLOW_UP_NUMBER]
    assert hosted.issues[post_mortem].title == "Post-mortem: checkout returns 500"
    assert [it.number for it in still_open(story.session)] == [post_mortem, follow_up]
    hosted.issues[follow_up].is_open = False
    (left,) = still_open(story.session)
    assert [need.mend for need in as_needs((left,))] == [f"hold it, then close {left.url}"]
    back = _proposed(story)
    assert _open_in_the_log(story) == [f"{it.what} {it.url}" for it in (left, back)]
    hosted.delete_issue(post_mortem)
    assert still_open(story.session) == ()
    said = [getattr(event.said, "saying", "") for event in story.session.runs.events(story.run)]
    assert f"Issue {follow_up} is closed." in said
    gone = "GitHub says 410: This issue was deleted"
    assert f"Issue {post_mortem} is gone. {gone}" in said
    # The pull request into the base is there yet.
    assert _open_in_the_log(story) == [f"{back.what} {back.url}"]
    assert kept_run(str(story.session.state), story.run).held == ""
    # What is on record is not asked about again.
    asked = len(story.world.received.all("github"))
    assert still_open(story.session) == ()
    assert len(story.world.received.all("github")) == asked


def test_what_was_proposed_to_the_base_is_owed_until_it_is_closed_here_and_in_the_cluster(
    story, monkeypatch
):
    # However busy the machine is.
    monkeypatch.setattr(on_record, "_SECONDS", 60.0)
    hosted, run = story.world.github.hosted, story.run
    records = story.session.tools.needed_cluster().shared_records
    (back,) = still_proposed(story.session)
    assert back.what in owed_by(fold(check_lines(run, records.read(run))))
    next(pull for pull in hosted.pulls.values() if pull.base == "main").issue.is_open = False
    assert still_proposed(story.session) == ()
    # Colleagues read the same, and it may be pruned once it is old.
    shared = check_lines(run, records.read(run))
    assert shared == story.session.runs.events(run)
    assert (owed_by(fold(shared)), why_kept(shared)) == ((), "")
    assert _open_in_the_log(story) == []


def _proposed(story):
    found = bring_back(fold(story.session.runs.events(story.run)))
    assert found is not None
    return found


def _open_in_the_log(story):
    return [text for entry in of_run(story.session.runs.events(story.run)) for text in entry.open]
