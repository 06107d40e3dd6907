"""Repositories on GitHub as other people have them, as the commands meet them."""

from tests.adapters.git.clones import commit, git
from tests.stories.reported import at, case

from hotfix.simulators.github.answers import Answers

__all__ = ["at", "case"]

_REVIEWER = 'reviewer = "rena"'


def test_a_reviewer_who_is_the_author_is_not_said_to_be_none(case):
    case.configure(_REVIEWER, 'reviewer = "dana"')
    said = case.start_with_the_fix(until="waiting for")
    assert "No reviewer is configured" not in said
    assert "dana" in said.partition("Labelled")[2], said


def test_an_owner_of_a_folder_with_a_space_is_found(case):
    case.configure(_REVIEWER + "\n", "")
    folder = case.clone / "Health Care"
    folder.mkdir()
    (folder / "x.py").write_text("x = 1\n")
    (case.clone / "CODEOWNERS").write_text("* @all\n/Health\\ Care/ @care\n/backend/ @care\n")
    commit(case.clone, "Owners")
    git(case.clone, "push", "--quiet", "origin", "main")
    (folder / "x.py").write_text("x = 2\n")
    assert "care could review it (CODEOWNERS)" in case.start_with_the_fix(until="review it")


def test_a_pull_request_has_what_the_description_of_the_api_requires_and_perhaps_no_more(
    case, monkeypatch
):
    whole = Answers.pull

    def least(self, pull):
        answer = whole(self, pull)
        del answer["requested_reviewers"]
        return answer

    monkeypatch.setattr(Answers, "pull", least)
    assert "Checks passed" in case.start_with_the_fix(until="Checks passed")


def test_what_somebody_closed_can_be_reopened(case):
    assert "waiting for" in case.start_with_the_fix(until="waiting for")
    hosted = case.at.world.github.hosted
    for pull in hosted.pulls.values():
        hosted.set_open(pull.issue, is_open=False)
    done = case.run("resume", "--yes")
    assert "gh pr reopen" in done.stdout + done.stderr, done.stdout + done.stderr


def test_of_300_checks_a_few_are_named_and_the_others_counted(case):
    github = case.at.world.github
    github.set_protection("hotfix/production", tuple(f"check-{each}" for each in range(300)), 1)
    try:
        said = case.start_with_the_fix(until="waiting for")
    finally:
        github.set_protection("hotfix/production", ("tests",), 1)
    (waiting,) = [line for line in said.splitlines() if "waiting for" in line]
    assert "300" in waiting
    assert len(waiting) < 300, waiting
