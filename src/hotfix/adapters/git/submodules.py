"""The submodules of a work tree: without them, a work tree that git makes has empty folders."""

from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.refusals import last_words, raise_refusal
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError

# Of each that is checked out: its path, its own git directory, and where it came from.
_ABOUT = r"""printf '%s\0%s\0%s\0' "$displaypath" "$(git rev-parse --absolute-git-dir)" \
"$(git config --get remote.origin.url)" """
_GITLINK = "160000 "


class Submodules:
    """Those of the work trees of one clone; ``root`` is the one that the operator stands in."""

    def __init__(self, git: GitCommand, root: Path) -> None:
        self._git = git
        self._root = root

    def bring(self, folder: Path) -> None:
        """Check out the commits of the submodules that ``folder`` has, as its commit names them.

        Git leaves them where they were: they would look like changes, and be committed as such.
        The commits are there already, a fetch brings them along.
        """
        if not (folder / ".gitmodules").exists():
            return
        done = self._git.change("submodule", "update", "--recursive", "--no-fetch", folder=folder)
        if done.code != 0:
            mend = f"git -C {folder} submodule update --recursive, then: hotfix resume"
            raise_refusal("The submodules could not be brought along.", done, mend)

    def fill(self, folder: Path) -> None:
        """Put the submodules that are checked out here into a fresh work tree, too.

        From this clone's own copies, without the network, as far as they have what is needed.

        Raises:
            ProblemError: one could not be brought; the work tree is there.
        """
        if not (folder / ".gitmodules").exists():
            return
        said = self._git.text("submodule", "--quiet", "foreach", "--recursive", _ABOUT)
        each = iter(said.split("\0")[:-1])
        here = list(zip(each, each, each, strict=True))
        links = self._git.text("ls-files", "--stage", "-z", folder=folder).split("\0")
        named = {link.partition("\t")[2] for link in links if link.startswith(_GITLINK)}
        wanted = [path for path, _, _ in here if path in named]
        if not wanted:
            return
        copies = [
            word
            for _, copy, address in here
            if address
            for word in ("-c", f"url.{copy}.insteadOf={address}")
        ]
        words = ("submodule", "--quiet", "update", "--init", "--recursive", "--", *wanted)
        own = self._git.change(
            *copies, *words, folder=folder, environ={"GIT_ALLOW_PROTOCOL": "file"}
        )
        if own.code == 0:
            return
        try:
            done = self._git.network(*words, folder=folder)
            why = "" if done.code == 0 else last_words(done)
        except TemporaryTroubleError as trouble:
            why = trouble.saying
        except ProblemError as error:
            why = error.problem.why
        if why:
            raise ProblemError(
                Problem(
                    ProblemCode.FAILED,
                    what=f"The submodules of {folder} could not be brought along.",
                    why=why,
                    next_command=f"git -C {folder} submodule update --init --recursive, "
                    "then: hotfix resume",
                )
            )
