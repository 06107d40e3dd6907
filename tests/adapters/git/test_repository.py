"""The operator's clone: what is touched, and what never is. Real git, real folders."""

import socket
import stat
import subprocess
import threading
import time

import pytest
from tests.adapters.git.clones import cloned, commit, commit_as_it_is, git, published, repository

from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError


def pushed_by_a_colleague(origin, tmp_path, file="more.py"):
    other = cloned(origin, tmp_path / "other")
    (other / file).write_text("x = 1\n")
    sha = commit(other, "More")
    git(other, "push", "--quiet", "origin", "main")
    return sha


def test_the_base_is_fast_forwarded_in_a_clean_work_tree(both, tmp_path):
    origin, clone = both
    theirs = pushed_by_a_colleague(origin, tmp_path)
    assert repository(clone).update_base("main") == theirs
    assert git(clone, "rev-parse", "main") == theirs
    assert (clone / "more.py").exists()


def test_the_base_is_moved_without_a_checkout_when_another_branch_is_out(both, tmp_path):
    origin, clone = both
    git(clone, "checkout", "--quiet", "-b", "feature")
    (clone / "shop.py").write_text("work in progress\n")
    theirs = pushed_by_a_colleague(origin, tmp_path)
    assert repository(clone).update_base("main") == theirs
    assert git(clone, "rev-parse", "main") == theirs
    assert (clone / "shop.py").read_text() == "work in progress\n"


def test_a_dirty_checked_out_base_is_left_as_it_is(both, tmp_path):
    origin, clone = both
    before = git(clone, "rev-parse", "main")
    (clone / "shop.py").write_text("work in progress\n")
    theirs = pushed_by_a_colleague(origin, tmp_path)
    assert repository(clone).update_base("main") == theirs
    assert git(clone, "rev-parse", "main") == before
    assert (clone / "shop.py").read_text() == "work in progress\n"


def test_a_base_that_went_another_way_here_stays_and_is_not_cut_from(both, tmp_path):
    origin, clone = both
    theirs = pushed_by_a_colleague(origin, tmp_path)
    mine = commit(clone, "Mine alone")
    assert repository(clone).update_base("main") == theirs
    assert git(clone, "rev-parse", "main") == mine


def test_commits_that_nobody_pushed_do_not_come_along(both):
    _, clone = both
    remote = git(clone, "rev-parse", "origin/main")
    mine = commit(clone, "Mine alone")
    assert repository(clone).update_base("main") == remote
    assert git(clone, "rev-parse", "main") == mine


def test_a_base_that_the_remote_lacks_is_named(both):
    _, clone = both
    with pytest.raises(ProblemError, match="trunk cannot be fetched"):
        repository(clone).update_base("trunk")


@pytest.mark.parametrize(
    "name", ["--upload-pack=x", "-b", "hotfix/..", "hotfix/a b", "hotfix/x.lock", "hotfix/\x07", ""]
)
def test_names_that_git_refuses_never_become_a_branch_or_an_option(both, name):
    _, clone = both
    before = git(clone, "for-each-ref")
    head = git(clone, "rev-parse", "HEAD")
    with pytest.raises(ProblemError, match="no valid branch name"):
        repository(clone).cut_branch(name, head, beside=False)
    assert git(clone, "for-each-ref") == before


def test_a_branch_is_cut_and_checked_out(both):
    _, clone = both
    start = git(clone, "rev-parse", "HEAD")
    here = repository(clone)
    assert here.cut_branch("hotfix/checkout", start, beside=False) == clone
    tree = here.work_tree()
    assert (tree.branch, tree.head, tree.uncommitted) == ("hotfix/checkout", start, ())
    assert here.folder_of("hotfix/checkout") == clone


def begun_early(clone, kind):
    """Write a fix before the branch is there; returns its file."""
    file = clone / ("new.py" if kind == "untracked" else "shop.py")
    file.write_text("work in progress\n")
    if kind == "staged":
        git(clone, "add", "shop.py")
    return file


KINDS = pytest.mark.parametrize("kind", ["changed", "staged", "untracked"])


@KINDS
@pytest.mark.parametrize("is_behind", [False, True])
def test_a_fix_that_was_begun_early_goes_along_as_it_is(both, tmp_path, kind, is_behind):
    origin, clone = both
    if is_behind:
        pushed_by_a_colleague(origin, tmp_path, "other.py")
    here = repository(clone)
    file = begun_early(clone, kind)
    before = git(clone, "status", "--porcelain", "--untracked-files=all")
    start = here.update_base("main")
    assert here.cut_branch("hotfix/checkout", start, beside=False) == clone
    assert git(clone, "status", "--porcelain", "--untracked-files=all") == before
    assert file.read_text() == "work in progress\n"
    tree = here.work_tree()
    assert (tree.branch, tree.head, tree.uncommitted) == ("hotfix/checkout", start, (file.name,))


@KINDS
@pytest.mark.parametrize("where", ["on another branch", "in the way", "past the start"])
def test_uncommitted_work_that_cannot_go_along_is_never_touched(both, tmp_path, kind, where):
    origin, clone = both
    start = git(clone, "rev-parse", "HEAD")
    if where == "on another branch":
        git(clone, "checkout", "--quiet", "-b", "feature")
        (clone / "feature.py").write_text("mine\n")
        commit(clone, "Begin a feature")
    if where == "past the start":
        (clone / "later.py").write_text("later\n")
        commit(clone, "What came later")
    file = begun_early(clone, kind)
    here = repository(clone)
    if where == "in the way":
        pushed_by_a_colleague(origin, tmp_path, file.name)
        start = here.update_base("main")
    before = git(clone, "status", "--porcelain"), git(clone, "branch", "--show-current")
    with pytest.raises(ProblemError) as error:
        here.cut_branch("hotfix/checkout", start, beside=False)
    problem = error.value.problem
    assert file.name in problem.why
    assert problem.next_command.startswith(
        "git stash push --include-untracked, then: hotfix resume"
    )
    assert "--worktree" in problem.next_command
    after = git(clone, "status", "--porcelain"), git(clone, "branch", "--show-current")
    assert after == before
    assert file.read_text() == "work in progress\n"


@pytest.mark.parametrize("where", ["on main", "on a detached head", "below the root"])
@pytest.mark.parametrize("kind", ["not pushed and changed", "not known and pushed by a colleague"])
def test_configuration_that_a_checkout_would_overwrite_is_kept_by_the_advice(
    both, tmp_path, kind, where
):
    origin, clone = both
    file = clone / "hotfix.toml"
    if kind == "not pushed and changed":
        file.write_text("# as init wrote it\n")
        commit(clone, "Configure hotfix")
    else:
        pushed_by_a_colleague(origin, tmp_path, file.name)
    file.write_text("# with the right reviewer\n")
    here = repository(clone)
    start = str(here.fetch("main"))
    folder = clone
    if where == "on a detached head":
        git(clone, "checkout", "--quiet", "--detach")
    if where == "below the root":
        folder = clone / "docs"
        folder.mkdir()
    with pytest.raises(ProblemError) as error:
        here.cut_branch("hotfix/checkout", start, beside=False)
    problem = error.value.problem
    assert problem.what.endswith("would overwrite hotfix.toml.")
    assert file.read_text() == "# with the right reviewer\n"
    advice, again, *_ = problem.next_command.split("; then: ")
    assert again.startswith("hotfix resume")
    done = subprocess.run(advice, shell=True, cwd=folder, capture_output=True, check=False)  # noqa: S602 - as it is typed
    assert done.returncode == 0, done.stderr
    assert here.cut_branch("hotfix/checkout", start, beside=False) == clone
    kept = "stash@{0}^3" if "not known" in kind else "stash@{0}"
    place = kept if where == "on a detached head" else "main"
    assert git(clone, "show", f"{place}:hotfix.toml") == "# with the right reviewer"


def test_what_is_in_conflict_does_not_go_along(both):
    _, clone = both
    start = git(clone, "rev-parse", "HEAD")
    (clone / "shop.py").write_text("mine\n")
    git(clone, "stash")
    (clone / "shop.py").write_text("theirs\n")
    commit(clone, "Theirs")
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    subprocess.run(["git", "-C", str(clone), "stash", "pop"], capture_output=True, check=False)
    assert start != git(clone, "rev-parse", "HEAD")
    with pytest.raises(ProblemError, match="uncommitted work"):
        repository(clone).cut_branch("hotfix/x", git(clone, "rev-parse", "HEAD"), beside=False)


def test_a_work_tree_beside_leaves_a_dirty_one_alone(both):
    _, clone = both
    start = git(clone, "rev-parse", "HEAD")
    (clone / "shop.py").write_text("work in progress\n")
    folder = repository(clone).cut_branch("hotfix/checkout", start, beside=True)
    assert folder == clone.parent / "clone-checkout"
    assert (folder / "shop.py").read_text() == "total = 1\n"
    assert (clone / "shop.py").read_text() == "work in progress\n"
    assert repository(clone).folder_of("hotfix/checkout") == folder


def test_a_folder_that_is_in_the_way_is_not_touched(both):
    _, clone = both
    (clone.parent / "clone-checkout").mkdir()
    (clone.parent / "clone-checkout" / "keep").write_text("mine")
    with pytest.raises(ProblemError, match="exists already"):
        repository(clone).cut_branch(
            "hotfix/checkout", git(clone, "rev-parse", "HEAD"), beside=True
        )
    assert (clone.parent / "clone-checkout" / "keep").read_text() == "mine"


def test_a_branch_that_exists_is_refused(both):
    _, clone = both
    git(clone, "branch", "hotfix/checkout")
    with pytest.raises(ProblemError, match="exists already"):
        repository(clone).cut_branch(
            "hotfix/checkout", git(clone, "rev-parse", "HEAD"), beside=False
        )


def test_a_detached_head_is_a_place_to_start_from(both):
    _, clone = both
    git(clone, "checkout", "--quiet", "--detach")
    here = repository(clone)
    assert here.work_tree().branch == ""
    here.cut_branch("hotfix/checkout", git(clone, "rev-parse", "HEAD"), beside=False)
    assert here.work_tree().branch == "hotfix/checkout"


def test_the_change_counts_commits_uncommitted_and_untracked(both):
    _, clone = both
    base = git(clone, "rev-parse", "HEAD")
    here = repository(clone)
    here.cut_branch("hotfix/checkout", base, beside=False)
    (clone / "shop.py").write_text("total = 2\n")
    commit(clone, "Fix it")
    (clone / "shop.py").write_text("total = 2\nagain = 3\n")
    (clone / "ünï code.py").write_text("a\nb\n")
    change = here.change_since(base, "hotfix/checkout")
    assert [each.subject for each in change.commits] == ["Fix it"]
    assert {(each.path, each.added, each.deleted) for each in change.files} == {
        ("shop.py", 2, 1),
        ("ünï code.py", 2, 0),
    }
    assert set(change.uncommitted) == {"shop.py", "ünï code.py"}
    sha = commit_as_it_is(here, "hotfix/checkout", "--amend is no option here")
    assert git(clone, "log", "-1", "--format=%s") == "--amend is no option here"
    assert here.branch_commit("hotfix/checkout") == sha
    assert here.change_since(base, "hotfix/checkout").uncommitted == ()


def test_a_hook_that_refuses_is_quoted(both):
    _, clone = both
    hook = clone / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'no commits on Fridays' >&2\nexit 1\n")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    (clone / "shop.py").write_text("total = 2\n")
    with pytest.raises(ProblemError, match="no commits on Fridays"):
        commit_as_it_is(repository(clone), "main", "Fix")


def test_publish_pushes_and_never_by_force(both, tmp_path):
    origin, clone = both
    here = repository(clone)
    here.cut_branch("hotfix/checkout", git(clone, "rev-parse", "HEAD"), beside=False)
    assert here.remote_commit("hotfix/checkout") is None
    published(here, "hotfix/checkout")
    assert here.remote_commit("hotfix/checkout") == here.branch_commit("hotfix/checkout")
    other = cloned(origin, tmp_path / "other")
    git(other, "checkout", "--quiet", "hotfix/checkout")
    theirs = commit(other, "A colleague's")
    git(other, "push", "--quiet", "origin", "hotfix/checkout")
    commit(clone, "Ours")
    with pytest.raises(ProblemError) as error:
        published(here, "hotfix/checkout")
    assert "another hotfix/checkout" in error.value.problem.what
    assert git(origin, "rev-parse", "hotfix/checkout") == theirs


def test_commits_between_two_are_listed_oldest_first_and_unknown_ones_are_none(both):
    _, clone = both
    old = git(clone, "rev-parse", "HEAD")
    commit(clone, "One")
    new = commit(clone, "Two")
    here = repository(clone)
    assert [each.subject for each in here.log_between(old, new)] == ["One", "Two"]
    assert here.log_between("0" * 40, new) == ()


def test_a_subject_with_other_ends_of_lines_is_one_subject(both):
    _, clone = both
    old = git(clone, "rev-parse", "HEAD")
    subjects = [f"Sell mugs{sign}and plates" for sign in ("\u2028", "\x0b", "\x1c", "\x85")]
    for subject in subjects:
        new = commit(clone, subject)
    assert [each.subject for each in repository(clone).log_between(old, new)] == subjects


def test_a_commit_comes_with_the_rest_of_its_message(both):
    _, clone = both
    old = git(clone, "rev-parse", "HEAD")
    new = ""
    for message in ("One\n\nA null.\n\nCause: x", "Two", "Three\n\n\tLast."):
        new = commit(clone, message)
    bodies = [each.body for each in repository(clone).log_between(old, new)]
    assert bodies == ["A null.\n\nCause: x", "", "\tLast."]


def test_what_is_no_repository_says_so(tmp_path):
    with pytest.raises(ProblemError) as error:
        repository(tmp_path)
    assert error.value.problem.code is ProblemCode.USAGE
    with pytest.raises(ProblemError, match="not in a git repository"):
        repository(tmp_path / "nowhere")


def test_a_bare_repository_is_no_place_for_a_fix(both):
    origin, _ = both
    with pytest.raises(ProblemError, match="bare"):
        repository(origin)


def test_a_remote_that_says_nothing_is_given_up_at_the_deadline(both):
    _, clone = both
    with socket.create_server(("127.0.0.1", 0)) as silent:
        git(
            clone,
            "remote",
            "set-url",
            "origin",
            f"http://127.0.0.1:{silent.getsockname()[1]}/x.git",
        )
        started = time.monotonic()
        with pytest.raises(TemporaryTroubleError):
            repository(clone, seconds=1.0).update_base("main")
        assert time.monotonic() - started < 8.0


def test_a_remote_that_refuses_connections_is_out_of_reach(both):
    _, clone = both
    git(clone, "remote", "set-url", "origin", f"http://127.0.0.1:{free_port()}/x.git")
    with pytest.raises(TemporaryTroubleError, match=r"no connection to 127\.0\.0\.1"):
        repository(clone).remote_commit("main")


def test_a_remote_that_asks_for_a_password_never_hangs(both):
    _, clone = both
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        threading.Thread(target=answer_401, args=(server,), daemon=True).start()
        git(clone, "remote", "set-url", "origin", f"http://127.0.0.1:{port}/x.git")
        with pytest.raises(ProblemError) as error:
            repository(clone).remote_commit("main")
        needs = repository(clone).needs("main")
    assert error.value.problem.code is ProblemCode.RIGHTS
    assert any(need.code is ProblemCode.RIGHTS for need in needs)


def test_an_address_that_runs_a_command_is_refused(both, tmp_path):
    _, clone = both
    git(clone, "remote", "set-url", "origin", f"ext::touch {tmp_path}/owned")
    with pytest.raises((ProblemError, TemporaryTroubleError)):
        repository(clone).remote_commit("main")
    assert not (tmp_path / "owned").exists()


def test_needs_of_a_good_clone_are_met_and_asking_changes_nothing(both):
    origin, clone = both
    before = git(origin, "for-each-ref")
    needs = repository(clone).needs("main")
    assert {need.finding.value for need in needs} == {"ok"}
    assert git(origin, "for-each-ref") == before


def test_a_missing_identity_is_found_before_the_commit(both):
    _, clone = both
    git(clone, "config", "--unset", "user.email")
    failed = [n for n in repository(clone).needs("main") if n.finding.value == "failed"]
    assert [need.mend for need in failed] == ["git config user.email you@example.com"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def answer_401(server: socket.socket) -> None:
    answer = (
        b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="git"\r\n'
        b"Content-Length: 0\r\nConnection: close\r\n\r\n"
    )
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(answer)
