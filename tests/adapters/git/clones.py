"""A real origin and real clones of it, made in a temporary folder."""

import subprocess
from pathlib import Path

from hotfix.adapters.git.repository import GitRepository
from hotfix.simulators.git_origin import git_environ


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words],
        capture_output=True,
        text=True,
        env=git_environ(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def origin_and_clone(folder: Path) -> tuple[Path, Path]:
    origin, clone = folder / "origin.git", folder / "clone"
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(origin))
    cloned(origin, clone)
    (clone / "shop.py").write_text("total = 1\n")
    commit(clone, "First")
    git(clone, "push", "--quiet", "origin", "main")
    return origin, clone


def cloned(origin: Path, clone: Path) -> Path:
    git(origin.parent, "clone", "--quiet", str(origin), str(clone))
    git(clone, "config", "user.name", "Dana")
    git(clone, "config", "user.email", "dana@webrana.example")
    git(clone, "config", "commit.gpgsign", "false")
    git(clone, "checkout", "--quiet", "-B", "main")
    return clone


def commit(clone: Path, message: str) -> str:
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--allow-empty", "-m", message)
    return git(clone, "rev-parse", "HEAD")


def commit_as_it_is(here: GitRepository, branch: str, message: str) -> str:
    """Commit what is not committed, as it is now; returns the commit."""
    return here.commit(branch, message, here.uncommitted(branch).tree)


def published(here: GitRepository, branch: str) -> None:
    """Push the branch as it is now."""
    here.publish(branch, str(here.branch_commit(branch)))


def repository(clone: Path, seconds: float = 10.0) -> GitRepository:
    return GitRepository.at(clone, remote="origin", network_timeout_seconds=seconds)
