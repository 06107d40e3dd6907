"""Other people's clones and suites, as the commands meet them: each as somebody reported it."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.adapters.git.clones import commit, git
from tests.stories.reported import Case, at, case

from hotfix.simulators.played_fix import GOOD_FIX

__all__ = ["at", "case"]

_LEFT_OPEN = 8


def beside(case: Case) -> list[Path]:
    """Return the work trees besides the clone itself."""
    listed = git(case.clone, "worktree", "list", "--porcelain").splitlines()
    paths = [line.removeprefix("worktree ") for line in listed if line.startswith("worktree ")]
    return [Path(path) for path in paths if path != str(case.clone)]


def is_open(done: "subprocess.CompletedProcess[str]") -> None:
    """Hold that a run came to the fix, and waits for it: nothing was in the way."""
    assert (done.returncode, " fix (target" in done.stdout) == (_LEFT_OPEN, True), (
        done.stdout + done.stderr
    )


def hook(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_a_subject_with_what_python_takes_for_a_line_is_one_line(case):
    (case.clone / "news.md").write_text("Cushions\n")
    commit(case.clone, "Sell\N{LINE SEPARATOR}cushions\x85at\x0clast,\x1creally")
    git(case.clone, "push", "--quiet", "origin", "main")
    case.config.write_text(case.at.world.config_file.read_text())
    done = case.start()
    case.run("abort", "--yes")
    assert "1 commit of main would ship with this hotfix" in done.stdout, done.stdout + done.stderr
    assert done.returncode == _LEFT_OPEN


def test_all_that_the_remote_says_in_a_refusal_is_shown(case):
    said = "error: GH006: Protected branch update failed.", "error: Changes must be made so."
    hook(
        case.origin / "hooks" / "pre-receive",
        "".join(f"echo '{line}' >&2\n" for line in said) + "exit 1",
    )
    shown = case.start_with_the_fix(until="Next:")
    assert all(line in shown for line in said), shown


def test_a_hook_may_take_longer_than_the_network(case):
    case.configure("[git]\n", '[git]\nnetwork_timeout = "1s"\n')
    runs = case.clone / "runs"
    hook(case.clone / ".git/hooks/pre-push", f"echo x >> {runs}\nsleep 2\necho y >> {runs}")
    case.start_with_the_fix(until="Pushed hotfix/")
    assert runs.read_text().startswith("x\ny\n")


def test_a_work_tree_on_record_that_is_gone_is_in_nobodys_way(case):
    git(case.clone, "checkout", "--quiet", "-b", "feature")
    folder = case.clone.parent / "beside"
    git(case.clone, "worktree", "add", "--quiet", str(folder), "main")
    shutil.rmtree(folder)
    is_open(case.start("--worktree"))
    (own,) = [each for each in beside(case) if each != folder]
    shutil.rmtree(own)
    gone = case.run("resume")
    assert f"{own}, the work tree of" in gone.stdout + gone.stderr, gone.stdout + gone.stderr


def test_a_branch_that_is_in_the_way_is_known_before_anything_is_begun(case):
    git(case.clone, "branch", "hotfix")
    done = case.run("doctor")
    assert "git branch -m hotfix " in done.stdout, done.stdout
    assert "1 to mend" in done.stdout


def test_a_file_that_git_alone_calls_changed_is_nobodys_work(case):
    (case.clone / ".gitattributes").write_text("")
    (case.clone / "run.bat").write_bytes(b"echo\r\n")
    commit(case.clone, "Run")
    (case.clone / ".gitattributes").write_text("*.bat text eol=crlf\n")
    git(case.clone, "commit", "--quiet", "--message=Its ends of lines", ".gitattributes")
    git(case.clone, "push", "--quiet", "origin", "main")
    os.utime(case.clone / "run.bat", (0, 0))
    is_open(case.start())


def test_a_work_tree_beside_has_its_submodules(case):
    library = case.clone.parent / "library"
    git(case.clone.parent, "init", "--quiet", "--initial-branch=main", str(library))
    git(library, "config", "user.name", "Dana")
    git(library, "config", "user.email", "dana@webrana.example")
    (library / "tax.py").write_text("rate = 1\n")
    commit(library, "Tax")
    words = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add")
    git(case.clone, *words, str(library), "tax")
    commit(case.clone, "Use it")
    git(case.clone, "push", "--quiet", "origin", "main")
    is_open(case.start("--worktree"))
    (tree,) = beside(case)
    assert (tree / "tax" / "tax.py").exists()


def test_a_list_for_blame_that_is_missing_hides_no_reviewer(case):
    rena = "--author=Rena <7+rena@users.noreply.github.com>"
    file = case.clone / GOOD_FIX.edits[0].path
    text = file.read_text()
    for new in (text.replace(GOOD_FIX.edits[0].old, ""), text):
        file.write_text(new)
        git(case.clone, "commit", "--quiet", "--all", "--message=Discounts", rena)
    git(case.clone, "push", "--quiet", "origin", "main")
    git(case.clone, "config", "blame.ignoreRevsFile", "not-there")
    case.configure('reviewer = "rena"\n', "")
    assert "rena could review it (git blame)" in case.start_with_the_fix(until="review it")


def test_a_link_to_a_pipe_holds_nobody_up(case):
    is_open(case.start())
    os.mkfifo(case.clone.parent / "pipe")
    (case.clone / "link").symlink_to(case.clone.parent / "pipe")
    assert case.run("resume").returncode == _LEFT_OPEN


def test_a_suite_is_told_that_nobody_watches(case):
    text = case.config.read_text()
    head, _, _ = text.partition("[[tests]]")
    case.config.write_text(
        f"{head}[[tests]]\nname = 'unit'\nrun = ['sh', '-c', 'echo CI=$CI; test \"$CI\" = true']\n"
    )
    assert "unit passed" in case.start_with_the_fix(until="unit passed")
