"""What git needs for a hotfix: an identity, a remote within reach, and the right to push."""

import os
from collections.abc import Iterator

from hotfix.adapters.git.branch_names import BranchNames, names_in, patterns
from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.refusals import last_words
from hotfix.domain.lines import text_lines
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.readiness import Finding, Need

_AREA = "git"
# Pushed to in a dry run alone, behind the prefix: nothing of that name is ever made.
_TRIAL = "push-trial"


class GitNeeds:
    """Asks git, and through it the remote."""

    def __init__(
        self, git: GitCommand, remote: str, names: BranchNames, prefix: str, into: str
    ) -> None:
        self._git = git
        self._remote = remote
        self._names = names
        self._trial = f"{prefix}{_TRIAL}"
        self._into = into

    def all(self, base: str) -> tuple[Need, ...]:
        """Return every need of a hotfix that is cut from ``base``."""
        return (
            *self._identity(),
            *self._signing(),
            *self._large_files(),
            *self._remote_needs(base),
            *self._shallow(),
        )

    def _identity(self) -> Iterator[Need]:
        for key, example in (("user.name", '"Your Name"'), ("user.email", "you@example.com")):
            found = self._said(key)
            name = f"{key} for commits"
            if found:
                yield Need(_AREA, name, Finding.OK, found)
            else:
                yield Need(_AREA, name, Finding.FAILED, "not set", f"git config {key} {example}")

    def _said(self, key: str) -> str:
        """Return what git signs commits with: as configured, or as the environment has it."""
        configured = self._git.read("config", "--get", key).output.strip()
        return configured or " and ".join(self._said_twice(key.removeprefix("user.")))

    def _said_twice(self, part: str) -> tuple[str, ...]:
        """Return author and committer where both are said apart, as git takes them, too."""
        found = tuple(
            os.environ.get(f"GIT_{who}_{part}".upper(), "")
            or self._git.read("config", "--get", f"{who}.{part}").output.strip()
            for who in ("author", "committer")
        )
        return tuple(dict.fromkeys(found)) if all(found) else ()

    def _signing(self) -> Iterator[Need]:
        """Sign a commit that no branch will ever have, where commits are to be signed."""
        wanted = self._git.read("config", "--type=bool", "--get", "commit.gpgSign").output.strip()
        if wanted != "true":
            return
        name, mend = (
            "signing of commits",
            "git config user.signingkey KEY; git commit --allow-empty",
        )
        try:
            signed = self._git.change("commit-tree", "-S", "-m", "A trial", "HEAD^{tree}")
        except ProblemError as error:
            yield Need(_AREA, name, Finding.FAILED, error.problem.why, mend)
            return
        if signed.code == 0:
            yield Need(_AREA, name, Finding.OK, "a trial was signed")
        else:
            yield Need(_AREA, name, Finding.FAILED, last_words(signed), mend)

    def _large_files(self) -> Iterator[Need]:
        """Ask for git-lfs where files are kept with it: without it, they are pointers."""
        kept = self._git.read("grep", "--quiet", "filter=lfs", "--", ":(glob)**/.gitattributes")
        if kept.code != 0:
            return
        if self._git.read("lfs", "version").code == 0:
            yield Need(_AREA, "git-lfs", Finding.OK, "installed")
        else:
            saw = "not installed: large files are pointers here, and hooks of it will refuse pushes"
            mend = "Install git-lfs, then: git lfs install; git lfs pull"
            yield Need(_AREA, "git-lfs", Finding.WARNING, saw, mend)

    def _remote_needs(self, base: str) -> Iterator[Need]:
        mend = f"git ls-remote {self._remote}"
        wanted = {base, *filter(None, [self._into]), *patterns(self._trial), *patterns(self._into)}
        heads = (f"refs/heads/{each}" for each in sorted(wanted))
        try:
            listed = self._git.network("ls-remote", "--heads", self._remote, *heads)
        except ProblemError as error:
            problem = error.problem
            yield Need(
                _AREA,
                "remote lets us in",
                Finding.FAILED,
                problem.why,
                problem.next_command,
                ProblemCode.RIGHTS,
            )
            return
        except TemporaryTroubleError as trouble:
            yield Need(_AREA, "remote within reach", Finding.FAILED, trouble.saying, mend)
            return
        if listed.code != 0:
            saw = last_words(listed)
            yield Need(_AREA, "remote within reach", Finding.FAILED, saw, "git remote -v")
            return
        yield Need(_AREA, "remote within reach", Finding.OK, self._remote)
        yield self._room_for_names(names_in(listed.output))
        sha = _sha_of(listed.output, base)
        if not sha:
            saw = f"{self._remote} has no {base}"
            yield Need(
                _AREA, "base branch", Finding.FAILED, saw, "Correct [git] base in hotfix.toml"
            )
            return
        yield Need(_AREA, "base branch", Finding.OK, base)
        yield self._right_to_push(sha)

    def _room_for_names(self, there: set[str]) -> Need:
        """Find out whether the branches of a hotfix can be, here and on the remote."""
        name = "names of branches"
        for branch in filter(None, (self._trial, "" if self._into in there else self._into)):
            for problem in self._names.troubles(branch, there):
                return Need(_AREA, name, Finding.FAILED, problem.what, problem.next_command)
        return Need(_AREA, name, Finding.OK, f"{self._trial.removesuffix(_TRIAL)}... can be")

    def _right_to_push(self, sha: str) -> Need:
        """Push in a dry run: the remote checks the rights, and nothing changes."""
        name = "right to push"
        # The base's own commit is there already, so a clone that lacks it can ask as well.
        source = sha if self._git.read("cat-file", "-e", f"{sha}^{{commit}}").code == 0 else "HEAD"
        words = ("push", "--dry-run", "--no-verify", "--quiet", self._remote)
        try:
            pushed = self._git.network(*words, f"{source}:refs/heads/{self._trial}")
        except ProblemError as error:
            problem = error.problem
            return Need(
                _AREA, name, Finding.FAILED, problem.why, problem.next_command, ProblemCode.RIGHTS
            )
        except TemporaryTroubleError as trouble:
            return Need(
                _AREA, name, Finding.FAILED, trouble.saying, f"git ls-remote {self._remote}"
            )
        if pushed.code != 0:
            saw = last_words(pushed)
            return Need(_AREA, name, Finding.FAILED, saw, f"git push --dry-run {self._remote} HEAD")
        return Need(_AREA, name, Finding.OK, "a dry run was accepted")

    def _shallow(self) -> Iterator[Need]:
        if self._git.text("rev-parse", "--is-shallow-repository").strip() == "true":
            saw = "shallow: the history that a comparison needs may be missing"
            yield Need(_AREA, "whole history", Finding.WARNING, saw, "git fetch --unshallow")


def _sha_of(listed: str, branch: str) -> str:
    """Return the commit of ``branch`` in what ``git ls-remote`` prints, or nothing."""
    found = (line.partition("\t") for line in text_lines(listed))
    return next((sha for sha, _, ref in found if ref == f"refs/heads/{branch}"), "")
