"""A git that is ended in the middle of its work, or killed: what is left, and what is said."""

import signal
import subprocess
import sys
import time

import pytest
from tests.adapters.git.clones import commit, commit_as_it_is, git, repository

from hotfix.domain.problem import ProblemError, TemporaryTroubleError

BRANCH = "hotfix/checkout"
FILES = 40
PATIENCE_SECONDS = 30.0
CUTS = f"""
import sys
from pathlib import Path
from hotfix.adapters.git.repository import GitRepository
clone = GitRepository.at(Path(sys.argv[1]), remote="origin", network_timeout_seconds=10.0)
clone.cut_branch("{BRANCH}", sys.argv[2], beside=False)
"""


@pytest.fixture
def slow(both):
    """A clone, and a commit whose checkout takes its time: each file goes through a filter."""
    _, clone = both
    for number in range(FILES):
        (clone / f"{number}.txt").write_text(f"{number} as it was\n")
    before = commit(clone, "Many files")
    for number in range(FILES):
        (clone / f"{number}.txt").write_text(f"{number} as it is to be\n" * 50)
        (clone / f"new-{number}.txt").write_text(f"{number}\n")
    (clone / "1.txt").unlink()
    to = commit(clone, "Change them all")
    git(clone, "reset", "--quiet", "--hard", before)
    (clone / ".git/info/attributes").write_text("*.txt filter=slow\n")
    git(clone, "config", "filter.slow.smudge", "sleep 0.02; cat")
    git(clone, "config", "filter.slow.clean", "cat")
    return clone, to


def cutting(clone, to):
    """Begin the checkout, and return when some files are there."""
    process = subprocess.Popen(
        [sys.executable, "-c", CUTS, str(clone), to], stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(list(clone.glob("new-*"))) < 5:
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.01)
    assert (clone / ".git/index.lock").exists()
    return process


def test_ctrl_c_in_a_checkout_leaves_no_lock_and_what_is_half_done_is_taken_up(slow):
    clone, to = slow
    process = cutting(clone, to)
    process.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in process.communicate(timeout=PATIENCE_SECONDS)[1]
    assert not (clone / ".git/index.lock").exists()
    assert git(clone, "status", "--porcelain") != ""
    git(clone, "config", "filter.slow.smudge", "cat")
    repository(clone).cut_branch(BRANCH, to, beside=False)
    assert git(clone, "status", "--porcelain") == ""
    assert (git(clone, "rev-parse", "HEAD"), git(clone, "branch", "--show-current")) == (to, BRANCH)


def test_the_advised_stash_works_where_a_file_is_somebodys(slow):
    clone, to = slow
    process = cutting(clone, to)
    (clone / "39.txt").write_text("work in progress\n")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_SECONDS)
    with pytest.raises(ProblemError) as caught:
        repository(clone).cut_branch(BRANCH, to, beside=False)
    assert "stays untouched" in caught.value.problem.what
    assert (clone / "39.txt").read_text() == "work in progress\n"
    git(clone, "config", "filter.slow.smudge", "cat")
    git(clone, "stash", "--include-untracked")
    repository(clone).cut_branch(BRANCH, to, beside=False)
    assert "work in progress" in git(clone, "stash", "show", "--patch")


def test_what_somebody_has_staged_is_nothing_that_a_checkout_left(both):
    _, clone = both
    (clone / "shop.py").write_text("total = 2\n")
    to = commit(clone, "Second")
    git(clone, "reset", "--quiet", "--hard", "HEAD~1")
    (clone / "shop.py").write_text("total = 3\n")
    git(clone, "add", "shop.py")
    (clone / "shop.py").write_text("total = 2\n")
    with pytest.raises(ProblemError):
        repository(clone).cut_branch(BRANCH, to, beside=False)
    assert git(clone, "show", ":shop.py") == "total = 3"


def test_a_git_that_outlives_our_kill_is_waited_for(slow):
    clone, to = slow
    process = cutting(clone, to)
    process.kill()
    process.communicate()
    with pytest.raises(TemporaryTroubleError, match=r"git \(process \d+\) is at work") as caught:
        commit_as_it_is(repository(clone), "main", "Anything")
    assert caught.value.is_refusal
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (clone / ".git/index.lock").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("half_way", [True, False])
def test_a_lock_that_nobody_holds_is_told_with_what_takes_it_away(both, half_way):
    _, clone = both
    lock = clone / ".git/index.lock"
    lock.touch()
    if half_way:
        (clone / "new.txt").write_text("half a checkout\n")
    with pytest.raises(ProblemError) as caught:
        repository(clone).cut_branch(BRANCH, git(clone, "rev-parse", "HEAD"), beside=False)
    problem = caught.value.problem
    assert problem.what == f"{lock} keeps git from changing this clone."
    assert "one that was killed left it" in problem.why
    assert f"rm {lock}" in problem.next_command
    assert lock.exists()


def test_a_git_that_runs_beside_a_lock_is_named(both):
    _, clone = both
    (clone / ".git/index.lock").touch()
    reader = subprocess.Popen(
        ["git", "-C", clone, "cat-file", "--batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    try:
        with pytest.raises(ProblemError) as caught:
            commit_as_it_is(repository(clone), "main", "Anything")
        assert (
            f"git (process {reader.pid}) runs in {clone} and may need it"
            in caught.value.problem.why
        )
    finally:
        reader.kill()
        reader.communicate()


@pytest.mark.parametrize("name", ["refs/heads/hotfix/checkout.lock", "HEAD.lock"])
def test_every_lock_of_gits_is_told(both, name):
    _, clone = both
    lock = clone / ".git" / name
    lock.parent.mkdir(exist_ok=True)
    lock.touch()
    with pytest.raises(ProblemError) as caught:
        repository(clone).cut_branch(BRANCH, git(clone, "rev-parse", "HEAD"), beside=False)
    assert caught.value.problem.what == f"{lock} keeps git from changing this clone."
    assert lock.exists()


@pytest.mark.parametrize("written", [None, "", "total = 2\nmo", "total = 2\nmine\n"])
def test_the_one_file_that_was_being_written_may_be_cut_short(both, written):
    _, clone = both
    (clone / "shop.py").write_text("total = 2\nmore = 3\n")
    (clone / "new.py").write_text("new\n")
    to = commit(clone, "Second")
    git(clone, "reset", "--quiet", "--hard", "HEAD~1")
    (clone / "new.py").write_text("new\n")
    (clone / "shop.py").unlink()
    if written is not None:
        (clone / "shop.py").write_text(written)
    if written == "total = 2\nmine\n":
        with pytest.raises(ProblemError):
            repository(clone).cut_branch(BRANCH, to, beside=False)
        assert (clone / "shop.py").read_text() == written
        return
    repository(clone).cut_branch(BRANCH, to, beside=False)
    assert (clone / "shop.py").read_text() == "total = 2\nmore = 3\n"
    assert git(clone, "status", "--porcelain") == ""
