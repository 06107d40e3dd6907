"""Runs git: no prompts, no shell, a deadline, and its words turned into ours."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from hotfix.adapters.git.locks import refuse_a_lock_in
from hotfix.adapters.git.reach import out_of_reach
from hotfix.adapters.git.refusals import GitResult, last_words, raise_refusal
from hotfix.domain.figures import in_seconds
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.processes.environment import GITHUB, forget_local_to_git
from hotfix.processes.running import Finished, run

if TYPE_CHECKING:
    import git

_LOCAL_SECONDS = 60.0
HOOK_SECONDS = 600.0
# Values of GIT_SSH_VARIANT under which ssh takes OpenSSH's options, and programs that do not.
_OPENSSH = frozenset({"", "auto", "ssh"})
_OTHER_SSH = frozenset({"plink", "putty", "tortoiseplink"})
_MAKE_COMMITS = frozenset({"commit", "revert", "cherry-pick"})
# What the settings of whoever works here would do to what git prints, and to what it takes along.
_PLAIN = {
    "core.quotePath": "false",
    **{f"color.{of}": "false" for of in ("ui", "diff", "status", "branch", "remote", "transport")},
    "color.push": "false",
    "color.advice": "false",
    "log.showSignature": "false",
    "i18n.logOutputEncoding": "UTF-8",
    "i18n.commitEncoding": "UTF-8",
    "diff.orderFile": os.devnull,
    "diff.interHunkContext": "0",
    "diff.submodule": "short",
    # What is not tracked in a submodule is no change of ours: no commit here takes it in.
    "diff.ignoreSubmodules": "untracked",
    # A resolution that was recorded is nothing that a merge elsewhere knows of.
    "rerere.enabled": "false",
    "rerere.autoUpdate": "false",
    # Only of what is typed in an editor: a subject may begin with "#".
    "commit.cleanup": "whitespace",
    # A tag may release something.
    "push.followTags": "false",
}
_SETTINGS = tuple(word for pair in _PLAIN.items() for word in ("-c", "=".join(pair)))
# What the environment would do to it; each is as if it were not set.
_UNSET = {
    "GIT_DIFF_OPTS": "",
    **{f"GIT_{how}_PATHSPECS": "0" for how in ("LITERAL", "GLOB", "NOGLOB", "ICASE")},
}
# What git and ssh print when the other side does not let us in, in the C locale.
_NO_RIGHTS = (
    "could not read username",
    "could not read password",
    "authentication failed",
    "permission denied",
    "terminal prompts disabled",
    "host key verification failed",
    "the requested url returned error: 403",
    "the requested url returned error: 401",
    "write access to repository not granted",
    "invalid credentials",
)
_OUT_OF_REACH = (
    "could not resolve host",
    "could not connect",
    "couldn't connect",
    "failed to connect",
    "connection refused",
    "connection reset",
    "connection closed by",
    "connection timed out",
    "operation timed out",
    "network is unreachable",
    "no route to host",
    "operation too slow",
    "the remote end hung up",
    "early eof",
    "http 5",
    "the requested url returned error: 5",
    "the requested url returned error: 429",
    "transfer closed",
    "unexpected disconnect",
    "empty reply from server",
)


class GitCommand:
    """Runs git in one repository.

    Deadlines: ``network_timeout_seconds`` for a command that uses the network, ``hook_seconds`` for
    one that may run the team's hooks. With ``signs_off`` every commit that is made here says who
    made it, as ``git commit --signoff`` does.
    """

    def __init__(
        self,
        repository: "git.Repo",
        network_timeout_seconds: float,
        hook_seconds: float = HOOK_SECONDS,
        *,
        signs_off: bool = False,
    ) -> None:
        self._repository = repository
        self._signs_off = signs_off
        self.network_timeout_seconds = network_timeout_seconds
        self._hook_seconds = hook_seconds

    @property
    def root(self) -> Path:
        """Return the work tree that commands are run in, and that paths in their output are of."""
        return Path(str(self._repository.working_dir))

    def read(
        self, *words: str, folder: Path | None = None, environ: Mapping[str, str] | None = None
    ) -> GitResult:
        """Run a command that stays on this machine; a non-zero exit code is a result.

        ``environ`` is added to the environment.
        """
        result = self._run(words, _LOCAL_SECONDS, folder, environ or {})
        if result is None:
            raise ProblemError(_too_slow(words[0], _LOCAL_SECONDS))
        return result

    def text(self, *words: str, folder: Path | None = None) -> str:
        """Return the output of a command that must succeed; raises ProblemError otherwise."""
        result = self.read(*words, folder=folder)
        if result.code != 0:
            raise_refusal(f"git {words[0]} failed.", result, "git status")
        return result.output

    def content(self, *words: str, folder: Path | None = None) -> bytes | None:
        """Return the output of a command as it is, or None where it does not succeed.

        Nothing is fetched for it, of what git-lfs keeps elsewhere.
        """
        done = self._started(words, _LOCAL_SECONDS, folder, {"GIT_LFS_SKIP_SMUDGE": "1"})
        return done.output if done.code == 0 else None

    def is_ancestor(self, old: str, new: str, folder: Path | None = None) -> bool:
        """Tell whether commit ``old`` is in the history of ``new``; False where one is unknown."""
        return self.read("merge-base", "--is-ancestor", old, new, folder=folder).code == 0

    def commit_of(self, name: str) -> str | None:
        """Return the full SHA of the commit that is here by that name, or None."""
        wanted = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        found = self.read(*wanted)
        return found.output.strip() if found.code == 0 else None

    def own_path(self, name: str, folder: Path | None = None) -> Path:
        """Return where git keeps ``name``, such as ``index``, for the work tree ``folder``."""
        path = self.text("rev-parse", "--git-path", name, folder=folder).removesuffix("\n")
        return (folder or self.root) / path

    def change(
        self, *words: str, folder: Path | None = None, environ: Mapping[str, str] | None = None
    ) -> GitResult:
        """Run a command that may run the team's hooks; a non-zero exit code is a result."""
        if self._signs_off and words[0] in _MAKE_COMMITS:
            words = (words[0], "--signoff", *words[1:])
        result = self._run(words, self._hook_seconds, folder, environ or {})
        if result is None:
            key = f" Hooks may take {in_seconds(self._hook_seconds)}: [git] hook_timeout."
            raise ProblemError(_too_slow(words[0], self._hook_seconds, key))
        return result

    def network(self, *words: str, hook: str = "", folder: Path | None = None) -> GitResult:
        """Run a command that talks to the remote; a refusal of its content is a result.

        ``hook`` is the team's one that it runs, if any: that has its own deadline besides.

        Raises:
            ProblemError: the remote does not let us in, or it was not over in time with the hook.
            TemporaryTroubleError: it is out of reach, or silent until the deadline.
        """
        seconds = self.network_timeout_seconds + (self._hook_seconds if hook else 0)
        result = self._run(words, seconds, folder, self._network_environ())
        if result is None and hook:
            raise ProblemError(_hook_too_slow(words[0], hook, self._hook_seconds))
        if result is None:
            raise TemporaryTroubleError(
                f"the git remote did not answer within {in_seconds(self.network_timeout_seconds)} "
                "(git.network_timeout)"
            )
        if result.code == 0 or result.is_answer:
            return result
        said = result.errors.casefold()
        if any(sign in said for sign in _NO_RIGHTS):
            raise ProblemError(
                Problem(
                    ProblemCode.RIGHTS,
                    what="The git remote does not let us in.",
                    why=last_words(result),
                    next_command=f"git {shlex.join(words[:2])}, until it works without a password",
                )
            )
        if any(sign in said for sign in _OUT_OF_REACH):
            raise out_of_reach(result)
        return result

    def _run(
        self,
        words: tuple[str, ...],
        seconds: float,
        folder: Path | None,
        environ: Mapping[str, str],
    ) -> GitResult | None:
        """Return what came, or None when the deadline passed.

        Raises:
            ProblemError, TemporaryTroubleError: another git, or what it left, keeps this one out.
        """
        done = self._started(words, seconds, folder, environ)
        if done.code is None:
            return None
        output, errors = (each.decode("utf-8", "replace") for each in (done.output, done.errors))
        if done.code != 0:
            refuse_a_lock_in(errors, folder or self.root)
        return GitResult(done.code, output, errors)

    def _started(
        self,
        words: tuple[str, ...],
        seconds: float,
        folder: Path | None,
        environ: Mapping[str, str],
    ) -> Finished:
        return run(
            ["git", *_SETTINGS, *words],
            seconds,
            folder=folder or self.root,
            needs=GITHUB,
            # In the C locale: its words are read here.
            adds={"LANGUAGE": "C", "LC_ALL": "C"}
            | _UNSET
            | {name: "0" for name in os.environ if name.startswith("GIT_TRACE")}
            | {"GIT_TERMINAL_PROMPT": "0", "GIT_PAGER": "cat", "GIT_OPTIONAL_LOCKS": "0"}
            | dict(environ),
        )

    def _network_environ(self) -> dict[str, str]:
        seconds = max(1, int(self.network_timeout_seconds))
        return self._ssh_environ(seconds) | {
            # A remote that says nothing is given up before the deadline of the whole command.
            "GIT_HTTP_LOW_SPEED_LIMIT": "1",
            "GIT_HTTP_LOW_SPEED_TIME": str(seconds),
            "SSH_ASKPASS_REQUIRE": "never",
            "GIT_ASKPASS": "true",
            "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
        }

    def _ssh_environ(self, seconds: int) -> dict[str, str]:
        """Let ssh ask nothing and wait no longer, where it is the ssh that knows how.

        In git's own order. A program that ``GIT_SSH`` names is left as it is: what it takes, git
        finds out.
        """
        named = os.environ.get("GIT_SSH_COMMAND") or self._configured_ssh()
        if os.environ.get("GIT_SSH_VARIANT", "ssh") not in _OPENSSH or (
            not named and os.environ.get("GIT_SSH")
        ):
            return {}
        words = (named or "ssh").split()
        if PurePath(words[0]).stem.casefold() in _OTHER_SSH:
            return {}
        # Kept alive: it is open already while the pre-push hook runs, and servers close idle ones.
        ours = f"-oBatchMode=yes -oConnectTimeout={seconds} -oServerAliveInterval=15"
        return {"GIT_SSH_COMMAND": f"{named or 'ssh'} {ours}"}

    def _configured_ssh(self) -> str:
        return self.read("config", "--get", "core.sshCommand").output.strip()


def open_repository(folder: Path) -> "git.Repo":
    """Return the repository that ``folder`` is in.

    Raises:
        ProblemError: there is none, it has no work tree, or git is not installed.
    """
    # GitPython looks into our own environment: which repository it is, the folder says.
    forget_local_to_git()
    try:
        import git  # noqa: PLC0415 - it asks for git as it is imported
        from git.exc import GitCommandNotFound  # noqa: PLC0415 - as above
    except ImportError as error:
        raise ProblemError(_no_git()) from error
    try:
        repository = git.Repo(folder, search_parent_directories=True)
        repository.git.version_info  # noqa: B018 - asks for git now, where its absence has a name
    except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"{folder} is not in a git repository.",
                why="A hotfix is worked on in a clone of the team's repository.",
                next_command="cd into the clone, and try again",
            )
        ) from error
    except GitCommandNotFound as error:
        raise ProblemError(_no_git()) from error
    if repository.bare:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"{folder} is a bare repository.",
                why="There is no work tree in which a fix could be written.",
                next_command="cd into an ordinary clone, and try again",
            )
        )
    return repository


def _no_git() -> Problem:
    return Problem(
        ProblemCode.CONFIGURATION,
        what="git is not there.",
        why="It is not installed, or not on the PATH.",
        next_command="Install git, then: hotfix doctor",
    )


def _too_slow(word: str, seconds: float, key: str = "") -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"git {word} was not over after {in_seconds(seconds)} and was ended.",
        why=f"A hook may hang, or a password is asked for where nobody sees it.{key}",
        next_command=f"git {word}, to see what it waits for; then: hotfix resume",
    )


def _hook_too_slow(word: str, hook: str, seconds: float) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"git {word} was not over after its {hook} hook had {in_seconds(seconds)}; ended.",
        why=f"The {hook} hook hangs, or needs longer than [git] hook_timeout lets it.",
        next_command=f"Mend the {hook} hook, or give it longer: "
        "HOTFIX_GIT__HOOK_TIMEOUT=30m hotfix resume",
    )
