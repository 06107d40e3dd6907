"""Reverts, picks and trial merges on real git: all or nothing, and no work tree is touched."""

import signal
import subprocess
import sys
import time

import pytest
from tests.adapters.git.clones import cloned, commit, git, origin_and_clone, repository

from hotfix.domain.problem import ProblemError
from hotfix.ports.repository import Brought, NotReplayed, Replayed
from hotfix.processes import table

REVERT = "hotfix/revert-checkout"


@pytest.fixture
def clone(tmp_path):
    _, clone = origin_and_clone(tmp_path)
    return clone


def changed(clone, text, path="shop.py", message="Change"):
    (clone / path).write_text(text)
    return commit(clone, message)


def shown(clone, sha, path="shop.py"):
    return git(clone, "show", f"{sha}:{path}")


def brought(clone, newest, *older):
    """Return one-parent commits, newest first, as what a merge brought."""
    commits = (newest, *older)
    return Brought(git(clone, "rev-parse", f"{commits[-1]}^1"), commits)


def leaves_nothing(clone, branch="main"):
    assert git(clone, "symbolic-ref", "--short", "HEAD") == branch
    assert git(clone, "worktree", "list", "--porcelain").count("worktree ") == 1
    assert not (clone / ".git" / "REVERT_HEAD").exists()


def test_a_commit_is_reverted_on_a_branch_of_its_own(clone):
    bad = changed(clone, "total = 0\n", message="Bad")
    (clone / "mine.txt").write_text("work in progress\n")
    made = repository(clone).revert(REVERT, bad, brought(clone, bad))
    assert made == Replayed(git(clone, "rev-parse", REVERT))
    assert shown(clone, REVERT) == "total = 1"
    assert f"This reverts commit {bad}" in git(clone, "log", "-1", "--format=%B", REVERT)
    assert git(clone, "status", "--porcelain") == "?? mine.txt"
    leaves_nothing(clone)


def test_reverting_twice_gives_the_same_commit(clone):
    bad = changed(clone, "total = 0\n")
    first = repository(clone).revert(REVERT, bad, brought(clone, bad))
    assert repository(clone).revert(REVERT, bad, brought(clone, bad)) == first


def test_somebody_elses_branch_of_that_name_is_left_alone(clone):
    bad = changed(clone, "total = 0\n")
    git(clone, "branch", REVERT, bad)
    with pytest.raises(ProblemError) as caught:
        repository(clone).revert(REVERT, bad, brought(clone, bad))
    assert "exists already" in caught.value.problem.what
    assert git(clone, "rev-parse", REVERT) == bad


def test_a_merge_commit_is_reverted_to_what_was_there_before(clone):
    git(clone, "checkout", "--quiet", "-b", "fix")
    changed(clone, "total = 0\n")
    changed(clone, "more\n", "more.py")
    git(clone, "checkout", "--quiet", "main")
    git(clone, "merge", "--quiet", "--no-ff", "-m", "Merge", "fix")
    bad = git(clone, "rev-parse", "HEAD")
    assert isinstance(repository(clone).revert(REVERT, bad, brought(clone, bad)), Replayed)
    assert shown(clone, REVERT) == "total = 1"
    assert git(clone, "ls-tree", "--name-only", REVERT) == "shop.py"


def test_several_commits_are_reverted_newest_first(clone):
    first = changed(clone, "total = 2\n")
    bad = changed(clone, "total = 0\n")
    assert isinstance(repository(clone).revert(REVERT, bad, brought(clone, bad, first)), Replayed)
    assert shown(clone, REVERT) == "total = 1"


def test_a_revert_that_conflicts_is_reported_and_makes_no_branch(clone):
    bad = changed(clone, "total = 0\n")
    newer = changed(clone, "total = 3\n")
    made = repository(clone).revert(REVERT, newer, brought(clone, bad))
    assert made == NotReplayed(bad, ("shop.py",))
    assert repository(clone).branch_commit(REVERT) is None
    leaves_nothing(clone)


def test_what_is_undone_already_is_no_conflict(clone):
    bad = changed(clone, "total = 0\n")
    undone = changed(clone, "total = 1\n")
    assert repository(clone).revert(REVERT, undone, brought(clone, bad)) == NotReplayed(bad, ())


def test_a_missing_identity_is_a_problem_and_no_conflict(clone):
    bad = changed(clone, "total = 0\n")
    git(clone, "config", "user.name", "")
    git(clone, "config", "user.useConfigOnly", "true")
    with pytest.raises(ProblemError) as caught:
        repository(clone).revert(REVERT, bad, brought(clone, bad))
    assert "was refused" in caught.value.problem.what
    leaves_nothing(clone)


def test_picked_commits_are_on_the_branch_and_in_its_work_tree(clone):
    git(clone, "checkout", "--quiet", "-b", "feature")
    one = changed(clone, "one\n", "one.py", "One")
    two = changed(clone, "two\n", "two.py", "Two")
    git(clone, "checkout", "--quiet", "-b", "hotfix/x", "main")
    made = repository(clone).pick("hotfix/x", [one, two])
    assert made == Replayed(git(clone, "rev-parse", "hotfix/x"))
    assert (clone / "two.py").read_text() == "two\n"
    assert f"(cherry picked from commit {two})" in git(clone, "log", "-1", "--format=%B")
    assert git(clone, "status", "--porcelain") == ""
    leaves_nothing(clone, "hotfix/x")


def test_when_one_of_the_picks_conflicts_none_is_taken(clone):
    git(clone, "checkout", "--quiet", "-b", "feature")
    one = changed(clone, "one\n", "one.py", "One")
    two = changed(clone, "total = 7\n")
    git(clone, "checkout", "--quiet", "main")
    here = changed(clone, "total = 8\n")
    assert repository(clone).pick("main", [one, two]) == NotReplayed(two, ("shop.py",))
    assert git(clone, "rev-parse", "main") == here
    assert not (clone / "one.py").exists()
    leaves_nothing(clone)


def test_a_pick_that_is_there_already_is_told_apart(clone):
    there = changed(clone, "total = 2\n")
    assert repository(clone).pick("main", [there]) == NotReplayed(there, ())


def test_picks_keep_away_from_uncommitted_work(clone):
    git(clone, "checkout", "--quiet", "-b", "feature")
    one = changed(clone, "one\n", "one.py")
    git(clone, "checkout", "--quiet", "main")
    (clone / "shop.py").write_text("work in progress\n")
    with pytest.raises(ProblemError):
        repository(clone).pick("main", [one])
    assert (clone / "shop.py").read_text() == "work in progress\n"


def test_a_trial_merge_names_the_conflicts_and_changes_nothing(clone):
    git(clone, "checkout", "--quiet", "-b", "fix")
    fix = changed(clone, "total = 5\n")
    git(clone, "checkout", "--quiet", "main")
    base = changed(clone, "total = 6\n")
    assert repository(clone).conflicts(base, fix) == ("shop.py",)
    assert repository(clone).conflicts(f"{fix}~1", fix) == ()
    assert git(clone, "rev-parse", "main") == base
    leaves_nothing(clone)


def test_a_commit_that_was_reverted_is_not_contained_any_more(clone):
    bad = changed(clone, "total = 0\n")
    git(clone, "revert", "--no-edit", bad)
    reverted = git(clone, "rev-parse", "HEAD")
    seen = repository(clone)
    assert seen.contains(bad, bad)
    assert not seen.contains(reverted, bad)
    assert not seen.contains(f"{bad}~1", bad)
    assert not seen.contains(bad, "f" * 40)


def test_what_was_picked_does_not_ride_along(clone):
    start = git(clone, "rev-parse", "HEAD")
    one = changed(clone, "one\n", "one.py", "One (#7)")
    changed(clone, "two\n", "two.py", "Two")
    git(clone, "checkout", "--quiet", "-b", "live", start)
    changed(clone, "other\n", "other.py")
    git(clone, "cherry-pick", one)
    found = repository(clone).only_in("main", "live")
    assert [each.subject for each in found] == ["Two"]


def test_a_branch_is_fetched_without_moving_the_local_one(tmp_path):
    origin, clone = origin_and_clone(tmp_path)
    before = git(clone, "rev-parse", "main")
    other = cloned(origin, tmp_path / "other")
    theirs = changed(other, "total = 2\n")
    git(other, "push", "--quiet", "origin", "main")
    assert repository(clone).fetch("main") == theirs
    assert git(clone, "rev-parse", "main") == before
    assert repository(clone).fetch("nothing-there") is None


def test_a_commit_is_known_by_a_shortened_name_and_options_are_no_names(clone):
    sha = git(clone, "rev-parse", "HEAD")
    assert repository(clone).resolve(sha[:10]) == sha
    assert repository(clone).resolve("0123456789") is None
    assert repository(clone).resolve("--all") is None


def test_a_checkout_hook_that_fails_does_not_keep_from_reverting(clone):
    bad = changed(clone, "total = 0\n")
    hook = clone / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert isinstance(repository(clone).revert(REVERT, bad, brought(clone, bad)), Replayed)


def test_a_commit_hook_of_the_team_is_obeyed(clone):
    bad = changed(clone, "total = 0\n")
    hook = clone / ".git" / "hooks" / "prepare-commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no ticket named >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(ProblemError) as caught:
        repository(clone).revert(REVERT, bad, brought(clone, bad))
    assert "no ticket named" in caught.value.problem.why
    leaves_nothing(clone)


# A process that is killed while it reverts: a hook of the team's takes its time.
IS_KILLED = """
import sys
from pathlib import Path
from hotfix.adapters.git.repository import GitRepository
from hotfix.ports.repository import Brought
clone = GitRepository.at(Path(sys.argv[1]), remote="origin", network_timeout_seconds=10.0)
bad = Brought(sys.argv[3] + "~1", (sys.argv[3],))
clone.of_run(Path(sys.argv[2])).revert("hotfix/revert-checkout", sys.argv[3], bad)
"""


def wait_until(holds):
    deadline = time.monotonic() + 20.0
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


def killed_in_a_revert(clone, scratch, sha, number=signal.SIGKILL):
    """Kill it in the commit's hook; returns the process of the hook, which runs on."""
    hook = clone / ".git/hooks/prepare-commit-msg"
    hook.parent.mkdir(exist_ok=True)
    pid = clone.parent / "hook.pid"
    pid.unlink(missing_ok=True)
    hook.write_text(f"#!/bin/sh\necho $$ > {pid}.new; mv {pid}.new {pid}; exec sleep 300\n")
    hook.chmod(0o755)
    words = [sys.executable, "-c", IS_KILLED, str(clone), str(scratch), sha]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    wait_until(pid.exists)
    process.send_signal(number)
    process.wait(timeout=20)
    hook.unlink()
    return int(pid.read_text())


def trees_of(clone):
    listed = git(clone, "worktree", "list", "--porcelain").splitlines()
    return [line.removeprefix("worktree ") for line in listed if line.startswith("worktree ")][1:]


def test_ctrl_c_in_a_revert_leaves_nothing(clone, tmp_path):
    bad = changed(clone, "total = 0\n")
    hook = killed_in_a_revert(clone, tmp_path / "trees", bad, signal.SIGINT)
    assert list((tmp_path / "trees").iterdir()) == []
    leaves_nothing(clone)
    wait_until(lambda: table.entry_of(hook) is None)


def test_what_a_killed_revert_left_is_cleared_and_what_is_others_stays(clone, tmp_path):
    bad = changed(clone, "total = 0\n")
    hook = killed_in_a_revert(clone, tmp_path / "trees", bad)
    killed_in_a_revert(clone, tmp_path / "another run", bad)
    # Somebody's work in a tree of their own, and one whose disk is not there just now.
    git(clone, "worktree", "add", "--quiet", str(tmp_path / "mine"), "-b", "mine")
    (tmp_path / "mine/shop.py").write_text("work in progress\n")
    git(clone, "worktree", "add", "--quiet", str(tmp_path / "far"), "-b", "far")
    (tmp_path / "far").rename(tmp_path / "unplugged")
    assert len(trees_of(clone)) == 4
    repository(clone).of_run(tmp_path / "trees").clear_temporary_trees()
    left = trees_of(clone)
    assert sorted(left)[1:] == [str(tmp_path / "far"), str(tmp_path / "mine")]
    assert min(left).startswith(str(tmp_path / "another run"))
    assert (tmp_path / "mine/shop.py").read_text() == "work in progress\n"
    assert list((tmp_path / "trees").iterdir()) == []
    wait_until(lambda: table.entry_of(hook) is None)
    repository(clone).of_run(tmp_path / "another run").clear_temporary_trees()


def test_the_next_revert_of_the_run_clears_what_the_killed_one_left(clone, tmp_path):
    bad = changed(clone, "total = 0\n")
    killed_in_a_revert(clone, tmp_path / "trees", bad)
    made = repository(clone).of_run(tmp_path / "trees").revert(REVERT, bad, brought(clone, bad))
    assert isinstance(made, Replayed)
    leaves_nothing(clone)
    assert list((tmp_path / "trees").iterdir()) == []


def test_a_tree_that_was_killed_while_it_was_made_is_cleared(clone, tmp_path):
    left = tmp_path / "trees/hotfix-tree-left"
    left.mkdir(parents=True)
    git(clone, "worktree", "add", "--quiet", "--detach", str(left / "tree"), "main")
    git(clone, "worktree", "lock", "--reason", "initializing", str(left / "tree"))
    repository(clone).of_run(tmp_path / "trees").clear_temporary_trees()
    leaves_nothing(clone)
    assert not left.exists()
