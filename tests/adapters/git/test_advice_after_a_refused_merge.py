"""What is advised after a refused merge is done here, word by word, with git itself."""

import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.adapters.git.clones import cloned, commit, git
from tests.engine.small_plan import ports
from tests.steps.fake_github import NOW, OPEN, TARGET, FakePullRequests, check

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.ports.merge_mends import ProposedBranch
from hotfix.ports.pull_requests import CheckState, MergeRefusal, PullRequest
from hotfix.steps.await_checks import AwaitChecks

BRANCH = "hotfix/checkout"


def pull_request(head: str) -> PullRequest:
    words = (7, "https://github.example/o/r/pull/7", "[HOTFIX]", head, BRANCH, "main", "dana")
    return PullRequest(*words, is_open=True, is_merged=False, merge_sha="")


def advised(clone: Path, refusal: MergeRefusal, head: str) -> list[str]:
    """Return the commands, one a place at which a person does something in between."""
    cut_from = git(clone, "merge-base", "main", BRANCH)
    branch = ProposedBranch(str(clone), "origin", cut_from, head, pull_request(head))
    parts = branch.mend_of(refusal).split("; ")
    found = (re.search(r"git -C .*?(?= \(|$)", part) for part in parts)
    return [each.group() for each in found if each is not None]


def typed(command: str) -> int:
    """Do a command in a shell, as whoever reads it does; returns its exit code."""
    environ = {**os.environ, "GIT_EDITOR": "true", "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(["sh", "-c", command], check=False, env=environ).returncode


@pytest.fixture
def proposed(both):
    """Publish a fix of the line that a colleague has changed on main meanwhile."""
    origin, clone = both
    git(clone, "switch", "--quiet", "--create", BRANCH)
    (clone / "shop.py").write_text("total = 2\n")
    head = commit(clone, "Fix")
    git(clone, "push", "--quiet", "origin", BRANCH)
    theirs = cloned(origin, origin.parent / "theirs")
    (theirs / "shop.py").write_text("total = 3\n")
    commit(theirs, "Theirs")
    git(theirs, "push", "--quiet", "origin", "main")
    return origin, clone, theirs, head


@pytest.mark.parametrize("elsewhere", [BRANCH, "main"], ids=["on the branch", "on another one"])
def test_after_a_conflict_the_branch_gets_their_commits_and_keeps_its_own(proposed, elsewhere):
    origin, clone, _, head = proposed
    git(clone, "switch", "--quiet", elsewhere)
    # Whatever the person's own settings are.
    git(clone, "config", "pull.ff", "only")
    git(clone, "config", "pull.rebase", "true")
    bring, publish = advised(clone, MergeRefusal.CONFLICT, head)
    assert typed(bring) != 0
    assert git(clone, "diff", "--name-only", "--diff-filter=U") == "shop.py"
    (clone / "shop.py").write_text("total = 5\n")
    assert typed(publish) == 0
    git(origin, "merge-base", "--is-ancestor", head, BRANCH)
    git(origin, "merge-base", "--is-ancestor", "main", BRANCH)
    assert git(origin, "show", f"{BRANCH}:shop.py") == "total = 5"


def test_work_beside_the_conflict_is_neither_lost_nor_published(proposed):
    origin, clone, _, head = proposed
    (clone / "notes.txt").write_text("one\n")
    git(clone, "switch", "--quiet", BRANCH)
    head = commit(clone, "Notes")
    git(clone, "push", "--quiet", "origin", BRANCH)
    (clone / "notes.txt").write_text("half done\n")
    (clone / "new.txt").write_text("new\n")
    bring, publish = advised(clone, MergeRefusal.CONFLICT, head)
    assert typed(bring) != 0
    (clone / "shop.py").write_text("total = 5\n")
    assert typed(publish) == 0
    assert git(origin, "show", f"{BRANCH}:shop.py") == "total = 5"
    assert git(origin, "show", f"{BRANCH}:notes.txt") == "one"
    assert (clone / "notes.txt").read_text() == "half done\n"
    assert git(clone, "status", "--short").split("\n") == ["M notes.txt", "?? new.txt"]


def test_uncommitted_work_is_not_touched_by_it(proposed):
    _, clone, _, head = proposed
    (clone / "shop.py").write_text("total = 'not committed'\n")
    bring, _ = advised(clone, MergeRefusal.CONFLICT, head)
    assert typed(bring) != 0
    assert (clone / "shop.py").read_text() == "total = 'not committed'\n"
    assert git(clone, "rev-parse", "HEAD") == head


def test_a_sign_off_that_is_missing_is_added_to_the_fix_alone(proposed):
    origin, clone, _, head = proposed
    before = git(clone, "rev-parse", "main")
    (command,) = advised(clone, MergeRefusal.SIGN_OFF, head)
    assert typed(command) == 0
    assert "Signed-off-by: Dana" in git(origin, "log", "-1", "--format=%B", BRANCH)
    assert git(origin, "rev-parse", f"{BRANCH}^") == before


def test_what_a_red_check_of_sign_offs_advises_adds_them(proposed):
    origin, clone, _, head = proposed
    # What a bare push would go by leads elsewhere.
    git(clone, "branch", "--set-upstream-to", "origin/main", BRANCH)
    git(clone, "config", "push.default", "upstream")
    before, theirs = git(clone, "rev-parse", "main"), git(origin, "rev-parse", "main")
    proposal = replace(OPEN, head_sha=head, head=BRANCH, base=TARGET)
    github: Any = FakePullRequests(proposal, found_checks=[check("DCO", CheckState.FAILED)])
    known: dict[str, Any] = {
        "pull_request_number": 7,
        "folder": str(clone),
        "base_sha": before,
        "branch": BRANCH,
        "review_request": {"sha": head, "at": NOW.isoformat()},
    }
    asked = AwaitChecks(TARGET, ReviewLadder(), "origin").run(
        Facts(known, now=NOW), replace(ports(), pull_requests=github)
    )
    assert isinstance(asked, Ask)
    command = asked.question.shown[-1].partition(": ")[2].partition(" (which")[0]
    assert typed(command) == 0
    assert "Signed-off-by: Dana" in git(origin, "log", "-1", "--format=%B", BRANCH)
    assert git(origin, "rev-parse", f"{BRANCH}^") == before
    assert git(origin, "rev-parse", "main") == theirs


def test_what_a_colleague_pushed_to_the_branch_meanwhile_stays(proposed):
    origin, clone, theirs, head = proposed
    git(theirs, "fetch", "--quiet", "origin")
    git(theirs, "switch", "--quiet", BRANCH)
    pushed = commit(theirs, "Theirs, too")
    git(theirs, "push", "--quiet", "origin", BRANCH)
    for refusal in (MergeRefusal.SIGN_OFF, MergeRefusal.CONFLICT):
        git(clone, "reset", "--quiet", "--hard", head)
        for command in advised(clone, refusal, head):
            typed(command)
        assert git(origin, "rev-parse", BRANCH) == pushed


@pytest.mark.parametrize("refusal", MergeRefusal)
def test_every_refusal_has_a_mend_that_leaves_no_blank_to_fill(refusal):
    branch = ProposedBranch("/a folder", "origin", "b" * 40, "a" * 40, pull_request("a" * 40))
    assert not re.search(r"\bBASE\b|\bCOMMIT\b|[{}]", branch.mend_of(refusal))
    assert "-C /a folder" not in branch.mend_of(refusal)
