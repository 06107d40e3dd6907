"""The team's hooks and rules: they are run, quoted when they refuse, and ended when they hang."""

import os
import time

import pytest
from tests.adapters.git.clones import commit, commit_as_it_is, git, published, repository

from hotfix.adapters.git.repository import GitRepository
from hotfix.domain.problem import ProblemError

BRANCH = "hotfix/checkout"
_LFS_PRE_PUSH = """
command -v git-lfs >/dev/null 2>&1 || { printf >&2 "This repository is configured for Git LFS \\
but 'git-lfs' was not found on your path.\\n"; exit 2; }
git lfs pre-push "$@"
"""


def hook(clone, name, body):
    path = clone / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def program(folder, body):
    path = folder / "stub"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def impatient(clone):
    return GitRepository.at(clone, remote="origin", network_timeout_seconds=1.0, hook_seconds=1.0)


def cut(clone):
    here = repository(clone)
    here.cut_branch(BRANCH, git(clone, "rev-parse", "HEAD"), beside=False)
    return here


def is_gone(pid):
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_commit_hook_that_hangs_is_ended_with_all_that_it_started(both, tmp_path):
    _, clone = both
    pid = tmp_path / "pid"
    hook(clone, "pre-commit", f"sleep 60 &\necho $! > {pid}\nwait")
    (clone / "shop.py").write_text("total = 2\n")
    started = time.monotonic()
    with pytest.raises(ProblemError, match="A hook may hang"):
        commit_as_it_is(impatient(clone), "main", "Fix")
    assert time.monotonic() - started < 5
    assert is_gone(int(pid.read_text()))


def patient(clone, hook_seconds):
    return GitRepository.at(
        clone, remote="origin", network_timeout_seconds=1.0, hook_seconds=hook_seconds
    )


def test_a_push_hook_that_hangs_is_named_with_the_key_of_its_deadline_and_not_run_again(both):
    origin, clone = both
    cut(clone)
    hook(clone, "pre-push", "echo run >> runs\nsleep 60")
    with pytest.raises(ProblemError, match="pre-push hook") as error:
        published(impatient(clone), BRANCH)
    assert "[git] hook_timeout" in error.value.problem.why
    assert "HOTFIX_GIT__HOOK_TIMEOUT" in error.value.problem.next_command
    assert (clone / "runs").read_text() == "run\n"
    assert BRANCH not in git(origin, "branch", "--list", BRANCH)


def test_a_push_hook_may_take_longer_than_the_network(both):
    _, clone = both
    here = cut(clone)
    hook(clone, "pre-push", "echo run >> runs\nsleep 1.5")
    published(patient(clone, 20.0), BRANCH)
    assert here.remote_commit(BRANCH) == here.branch_commit(BRANCH)
    assert (clone / "runs").read_text() == "run\n"


def test_a_push_that_went_through_before_it_was_ended_is_done(both):
    """A server that is slow to say goodbye, say."""
    origin, clone = both
    here = cut(clone)
    hook(clone, "pre-push", "")
    path = origin / "hooks" / "post-receive"
    path.write_text("#!/bin/sh\nsleep 30\n")
    path.chmod(0o755)
    published(patient(clone, 1.0), BRANCH)
    assert here.remote_commit(BRANCH) == here.branch_commit(BRANCH)


def test_a_push_that_is_cut_off_after_a_long_hook_is_not_tried_again_unasked(both):
    """Servers close a connection that says nothing for minutes: it is open while the hook runs."""
    _, clone = both
    cut(clone)
    hook(clone, "pre-push", "echo run >> runs\nsleep 1.2")
    pack = clone / "pack"
    pack.write_text("""#!/bin/sh
git-receive-pack "$@" & sleep 0.9; kill $! 2>/dev/null; echo "Connection closed by 192.0.2.1" >&2
""")
    pack.chmod(0o755)
    git(clone, "config", "remote.origin.receivepack", str(pack))
    with pytest.raises(ProblemError, match="cut off") as error:
        published(patient(clone, 20.0), BRANCH)
    assert "hotfix resume" in error.value.problem.next_command
    assert (clone / "runs").read_text() == "run\n"


_PROTECTED = """error: GH006: Protected branch update failed for refs/heads/hotfix/checkout.
error: Changes must be made through a pull request."""
_SECRET = """error: GH013: Repository rule violations found for refs/heads/hotfix/checkout.

- GITHUB PUSH PROTECTION
  -----------------------------------------
    Resolve the following violations before pushing again

    - Push cannot contain secrets

      -- Amazon AWS Access Key ID ---
       locations:
         - commit: 0123abc
           path: config.py:1"""
_LARGE = "error: GH001: Large files detected.\nerror: File dump.sql is 137.00 MB"
_GITLAB = "GitLab: You are not allowed to push code to protected branches on this project."
_MANY = "\n".join(f"Rule {number} is broken" for number in range(20))
REFUSALS = {
    "a pull request": (_PROTECTED, "branch_prefix"),
    "a secret": (_SECRET, "git rebase -i"),
    "a large file": (_LARGE, "git rebase -i"),
    "an address": ("error: GH007: Your push would publish a private email address.", "user.email"),
    "a signature": ("error: Commits must have verified signatures.", "-S"),
    "GitLab": (_GITLAB, "branch_prefix"),
    "another host": ("VS403654: connection refused to what is too late", "rules of origin"),
    "many lines": (_MANY, "rules of origin"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_all_that_the_remote_says_in_a_refusal_is_quoted_and_the_same_push_is_no_advice(both, name):
    origin, clone = both
    here = cut(clone)
    said, mend = REFUSALS[name]
    path = origin / "hooks" / "pre-receive"
    path.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{said}\nEND\nexit 1\n")
    path.chmod(0o755)
    with pytest.raises(ProblemError) as error:
        published(here, BRANCH)
    problem = error.value.problem
    spoken = [line.strip() for line in said.split("\n") if line.strip(" -")]
    assert [line for line in spoken if line not in problem.why] == []
    assert "remote rejected" in problem.why
    assert mend in problem.next_command
    assert "git push" not in problem.next_command


def test_a_commit_hook_is_quoted_from_where_it_says_what_is_wrong(both):
    _, clone = both
    lines = ["shop.py:1: total is never used", *(f"  detail {number}" for number in range(8))]
    told = "; ".join(f"echo '{line}' >&2" for line in lines)
    hook(clone, "pre-commit", f"{told}\nexit 1")
    (clone / "shop.py").write_text("total = 2\n")
    with pytest.raises(ProblemError, match="total is never used"):
        commit_as_it_is(repository(clone), "main", "Fix")


def test_a_push_hook_that_refuses_is_quoted_and_nothing_is_pushed(both):
    origin, clone = both
    here = cut(clone)
    hook(clone, "pre-push", "echo 'run the linter first' >&2\nexit 1")
    with pytest.raises(ProblemError, match="run the linter first"):
        published(here, BRANCH)
    assert git(origin, "branch", "--list", BRANCH) == ""


def test_the_remotes_own_hook_that_refuses_is_quoted(both):
    origin, clone = both
    here = cut(clone)
    path = origin / "hooks" / "pre-receive"
    path.write_text("#!/bin/sh\necho 'commits must be signed' >&2\nexit 1\n")
    path.chmod(0o755)
    with pytest.raises(ProblemError) as error:
        published(here, BRANCH)
    assert "commits must be signed" in error.value.problem.why


@pytest.mark.parametrize("beside", [False, True], ids=["here", "beside"])
def test_a_checkout_hook_that_complains_does_not_undo_the_checkout(both, beside):
    _, clone = both
    hook(clone, "post-checkout", "echo 'node_modules are stale' >&2\nexit 1")
    start = git(clone, "rev-parse", "HEAD")
    folder = repository(clone).cut_branch(BRANCH, start, beside=beside)
    assert git(folder, "symbolic-ref", "--short", "HEAD") == BRANCH
    assert (folder / "shop.py").exists()


def test_a_checkout_hook_that_hangs_is_ended(both):
    _, clone = both
    hook(clone, "post-checkout", "sleep 60")
    with pytest.raises(ProblemError, match="git checkout was not over"):
        impatient(clone).cut_branch(BRANCH, git(clone, "rev-parse", "HEAD"), beside=False)


def test_where_commits_are_signed_and_there_is_no_key_doctor_knows_before_the_commit(
    both, tmp_path
):
    _, clone = both
    git(clone, "config", "commit.gpgsign", "true")
    git(clone, "config", "gpg.program", str(program(tmp_path, "echo 'no secret key' >&2; exit 2")))
    (need,) = [it for it in repository(clone).needs("main") if it.name == "signing of commits"]
    assert need.finding.value == "failed"
    assert "git config user.signingkey" in need.mend
    (clone / "shop.py").write_text("total = 2\n")
    with pytest.raises(ProblemError) as error:
        commit_as_it_is(repository(clone), "main", "Fix")
    assert "gpg failed to sign" in error.value.problem.why
    assert "user.signingkey" in error.value.problem.next_command


def test_a_signer_that_waits_for_a_password_is_ended(both, tmp_path):
    _, clone = both
    git(clone, "config", "commit.gpgsign", "true")
    git(clone, "config", "gpg.program", str(program(tmp_path, "sleep 60")))
    (need,) = [it for it in impatient(clone).needs("main") if it.name == "signing of commits"]
    assert need.finding.value == "failed"
    assert "password" in need.saw


def test_a_signer_that_signs_is_a_need_that_is_met_and_no_branch_moves(both, tmp_path):
    _, clone = both
    signs = 'cat >/dev/null; echo "[GNUPG:] SIG_CREATED " >&2; echo "-----BEGIN PGP SIGNATURE-----"'
    git(clone, "config", "commit.gpgsign", "true")
    git(clone, "config", "gpg.program", str(program(tmp_path, signs)))
    before = git(clone, "for-each-ref")
    (need,) = [it for it in repository(clone).needs("main") if it.name == "signing of commits"]
    assert (need.finding.value, git(clone, "for-each-ref")) == ("ok", before)


def keep_with_lfs(clone):
    (clone / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    (clone / "big.bin").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    return commit(clone, "Keep a large file")


def without_lfs(monkeypatch, tmp_path):
    """Leave git and the shell's own programs on the path, and no git-lfs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("git", "sh", "cat", "sleep"):
        for place in os.environ["PATH"].split(os.pathsep):
            if os.access(f"{place}/{name}", os.X_OK):
                (folder / name).symlink_to(f"{place}/{name}")
                break
    monkeypatch.setenv("PATH", str(folder))


def test_pointers_of_large_files_are_a_warning_and_no_obstacle(both, monkeypatch, tmp_path):
    _, clone = both
    start = keep_with_lfs(clone)
    without_lfs(monkeypatch, tmp_path)
    here = repository(clone)
    (need,) = [it for it in here.needs("main") if it.name == "git-lfs"]
    assert (need.finding.value, "git lfs install" in need.mend) == ("warning", True)
    here.cut_branch(BRANCH, start, beside=False)
    published(here, BRANCH)
    assert here.remote_commit(BRANCH) == start


def test_a_push_that_needs_git_lfs_says_how_to_get_it(both, monkeypatch, tmp_path):
    _, clone = both
    here = cut(clone)
    hook(clone, "pre-push", _LFS_PRE_PUSH)
    without_lfs(monkeypatch, tmp_path)
    with pytest.raises(ProblemError) as error:
        published(here, BRANCH)
    assert error.value.problem.next_command.startswith("Install git-lfs")


def test_a_checkout_that_needs_git_lfs_says_how_to_get_it(both, monkeypatch, tmp_path):
    _, clone = both
    before = git(clone, "rev-parse", "HEAD")
    start = keep_with_lfs(clone)
    git(clone, "reset", "--quiet", "--hard", before)
    git(clone, "config", "filter.lfs.smudge", "git-lfs smudge -- %f")
    git(clone, "config", "filter.lfs.required", "true")
    without_lfs(monkeypatch, tmp_path)
    with pytest.raises(ProblemError) as error:
        repository(clone).cut_branch(BRANCH, start, beside=False)
    assert error.value.problem.next_command.startswith("Install git-lfs")
