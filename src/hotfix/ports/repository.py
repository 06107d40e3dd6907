"""The team's code: branches, commits, and the work tree that the engineer edits."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from hotfix.domain import drafted
from hotfix.domain.fact_records import CommittedChange
from hotfix.domain.frozen import frozen
from hotfix.domain.push_triggers import PushTriggers

CONFIGURATION_FILE = "hotfix.toml"
#: all but our configuration, as git takes paths
BUT_CONFIGURATION = f":(top,exclude,glob)**/{CONFIGURATION_FILE}"


def is_configuration(path: str) -> bool:
    """Tell whether ``path`` is our configuration: what is changed there is no part of a fix."""
    return path.rsplit("/", 1)[-1] == CONFIGURATION_FILE


@frozen
class WorkTree:
    """What is checked out."""

    folder: Path  #: its root
    branch: str  #: the branch, or empty when the head is detached
    head: str  #: the commit, full SHA
    #: paths with changes that are not committed, untracked ones included, ``hotfix.toml`` not
    uncommitted: tuple[str, ...]
    untracked: tuple[str, ...] = ()  #: those of them that git does not know yet


@frozen
class Uncommitted:
    """What is not committed, as it is at one moment: files may be saved the moment after."""

    paths: tuple[str, ...]  #: as of ``WorkTree``
    head: str  #: the commit that the work tree stands on, full SHA
    tree: str  #: git's name for all files as they would be committed; empty where nothing would
    left_out: tuple[str, ...] = ()  #: repositories within that are no submodules: never committed


@frozen
class FileChange:
    """One changed file, and how many lines were added and deleted (0 for binary ones)."""

    path: str
    added: int
    deleted: int


@frozen
class Diff:
    """What one state of all files changes in another."""

    files: tuple[FileChange, ...]
    #: as git prints it, cut to what a person can read; says what is not shown
    lines: tuple[str, ...]


@frozen
class Commit:
    """One commit: full SHA, first line of the message, author's name, rest of the message."""

    sha: str
    subject: str
    author: str
    body: str = ""


@frozen
class LastAuthor:
    """Somebody who last touched lines of a change: name, e-mail address, how many lines."""

    name: str
    email: str
    lines: int


@frozen
class Change:
    """What the branch does to its base."""

    commits: tuple[Commit, ...]  #: on the branch and not on the base, oldest first
    #: changed since the base, uncommitted changes included; of ``hotfix.toml``, committed ones
    files: tuple[FileChange, ...]
    uncommitted: tuple[str, ...]  #: paths whose changes are not committed yet, as of ``WorkTree``

    @property
    def lines(self) -> int:
        """Return how many lines were added or deleted."""
        return sum(file.added + file.deleted for file in self.files)

    def committed(self) -> CommittedChange:
        """Return it as it goes on record, with what its commits say of the cause."""
        return CommittedChange(
            files=tuple(file.path for file in self.files),
            lines=self.lines,
            commits=tuple(commit.sha for commit in self.commits),
            subjects=tuple(commit.subject for commit in self.commits),
            root_cause=drafted.root_cause([commit.body for commit in self.commits]),
        )


@frozen
class Brought:
    """What a merge brought to the branch that it went into."""

    before: str  #: the commit that the branch was at before, full SHA
    #: full SHAs, newest first: the merge commit, the squashed one, or all that a rebase made
    commits: tuple[str, ...]
    is_merge: bool = False  #: whether it is a merge commit

    @property
    def by_hand(self) -> str:
        """Return the command by which git takes all of it back."""
        mainline = "-m 1 " if self.is_merge else ""
        return f"git revert {mainline}{' '.join(sha[:12] for sha in self.commits)}"


@frozen
class Replayed:
    """Commits were reverted or picked."""

    sha: str  #: the last commit that this made, full SHA
    #: of a revert, the paths that differ from the commit before: others changed them since
    others: tuple[str, ...] = ()


@frozen
class NotReplayed:
    """Nothing was changed."""

    sha: str  #: the commit that does not apply
    conflicts: tuple[str, ...]  #: paths; none where there was nothing left to change


@frozen
class Bringing:
    """How a branch gets what was merged into another one."""

    is_there: bool = False  #: whether it has that already, under whatever names
    #: what is proposed to it, full SHA; empty where that is there already, or does not apply
    sha: str = ""
    #: full SHAs, oldest first; none where a merge brings what is wanted and nothing else
    picked: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()  #: paths
    by_hand: str = ""  #: the command by which git brings it, on a branch from that one


class Repository(Protocol):
    """The clone that the operator stands in. Nothing here touches uncommitted work."""

    def work_tree(self, folder: Path | None = None) -> WorkTree:
        """Return what is checked out in ``folder``; by default, where the operator stands."""
        ...

    def update_base(self, base: str) -> str:
        """Fetch ``base``, bring the local branch up to it without a checkout; returns the full SHA.

        A local one that has gone another way stays as it is: it is only cut from, and by commit.

        Raises:
            ProblemError: no such branch, no rights.
            TemporaryTroubleError: the remote is out of reach.
        """
        ...

    def check_branch_name(self, branch: str) -> None:
        """Ask git itself whether ``branch`` is a valid name; raises ProblemError if not."""
        ...

    def free_name(self, branch: str) -> str:
        """Return ``branch``, or the first of ``branch-2`` and so on that is no branch yet.

        Neither in the clone nor on the remote, as far as it answers.
        """
        ...

    def cut_branch(self, branch: str, start: str, *, beside: bool) -> Path:
        """Create ``branch`` at commit ``start`` (full SHA) and check it out; returns the folder.

        ``beside`` is in a fresh work tree beside the repository, which leaves the operator's own
        work tree as it is.

        Raises:
            ProblemError: the work tree has uncommitted changes that cannot go along to it (and
                not ``beside``), or the branch exists.
        """
        ...

    def check_out_from_remote(self, branch: str, start: str, *, beside: bool) -> Path:
        """Fetch a branch that was cut on another machine, and check it out; returns the folder.

        It is cut at ``start`` (full SHA) where the other machine had not pushed it yet; ``beside``
        as in ``cut_branch``.

        Raises:
            ProblemError: uncommitted work is in the way (and not ``beside``), or the local branch
                of that name has gone another way.
            TemporaryTroubleError: the remote is out of reach.
        """
        ...

    def branch_commit(self, branch: str) -> str | None:
        """Return the commit of the local branch, or None where there is none."""
        ...

    def remote_commit(self, branch: str) -> str | None:
        """Ask the remote for the commit of its branch, or None where there is none."""
        ...

    def folder_of(self, branch: str) -> Path | None:
        """Return the work tree that has ``branch`` checked out, or None.

        Raises:
            ProblemError: it is on record, and its folder is gone; says where the commits are.
        """
        ...

    def publish(self, branch: str, sha: str) -> None:
        """Make ``sha``, and no later commit, the remote's ``branch``; never by force.

        Raises:
            ProblemError: the remote's branch has commits that are not here, or no rights.
            TemporaryTroubleError: the remote is out of reach; look before pushing again.
        """
        ...

    def change_since(self, base: str, branch: str) -> Change:
        """Return what ``branch``, with its work tree, changes since commit ``base``."""
        ...

    def changed_files(self, old: str, new: str) -> tuple[FileChange, ...]:
        """Return which files ``new`` changes in ``old``, as ``diff`` does, without their lines."""
        ...

    def diff(self, old: str, new: str) -> Diff:
        """Return what ``new`` changes in ``old``, each a commit or a tree that is here."""
        ...

    def catch_up(self, branch: str) -> str:
        """Bring the local ``branch`` and its work tree up to the remote's; returns its commit.

        What is not committed stays as it is. Where the remote has nothing more, nothing happens.

        Raises:
            ProblemError: they have gone different ways, or uncommitted work is in the way.
            TemporaryTroubleError: the remote is out of reach.
        """
        ...

    def uncommitted(self, branch: str) -> Uncommitted:
        """Return what in the work tree of ``branch`` is not committed; ``hotfix.toml`` is none.

        Raises:
            ProblemError: files are in conflict, or the branch is not checked out.
        """
        ...

    def commit(self, branch: str, message: str, tree: str) -> str:
        """Commit the files as they were when ``uncommitted`` named them so; returns the new SHA.

        What was saved since stays as it is in the work tree, and is not committed.

        Raises:
            ProblemError: a hook or a signing rule refused it.
        """
        ...

    def log_between(self, old: str, new: str) -> Sequence[Commit]:
        """Return the commits that ``new`` has and ``old`` has not, oldest first.

        Empty where one of the two is unknown here.
        """
        ...

    def fetch(self, branch: str) -> str | None:
        """Fetch the remote's ``branch`` and return its commit, or None; no local branch moves.

        Raises:
            ProblemError: no rights.
            TemporaryTroubleError: the remote is out of reach.
        """
        ...

    def resolve(self, name: str) -> str | None:
        """Return the full SHA of a commit that is here, by a shortened one, or None."""
        ...

    def contains(self, tip: str, sha: str) -> bool:
        """Tell whether ``sha`` is in the history of ``tip``, and not reverted there.

        False where one of the two is unknown here, and where ``tip`` has a commit that says that
        it reverts ``sha``.
        """
        ...

    def comes_from(self, tip: str, sha: str) -> bool:
        """Tell whether ``sha`` is in the history of ``tip``, whatever was done to it since."""
        ...

    def only_in(self, new: str, old: str) -> Sequence[Commit]:
        """Return the commits of ``new`` whose change ``old`` has not, oldest first.

        A commit that was picked or rebased into ``old`` is not among them.
        """
        ...

    def brought_by(self, sha: str, head: str, cut_from: str = "") -> Brought:
        """Return what the merge of ``head``, which left a branch at ``sha``, brought to it.

        That is told from commits and trees: who merges may do it in another way than asked.
        ``cut_from`` is the commit that ``head`` was cut from; empty where that is not known.

        Raises:
            ProblemError: it cannot be told.
            TemporaryTroubleError: ``head`` is not here, and the remote is out of reach.
        """
        ...

    def carries(self, tip: str, sha: str, others: Sequence[str]) -> bool:
        """Tell whether ``tip`` carries anything of what the merge ``sha`` brought.

        ``others`` are commits with the same change under other names, that which was merged first.
        What was reverted is not carried, nor is it where no file of it is left, whatever is said.
        """
        ...

    def revert(self, branch: str, start: str, brought: Brought) -> Replayed | NotReplayed:
        """Create the local ``branch``: ``start``, with what was ``brought`` reverted on top.

        Only if everything applies; if it reverts that already, it stays.

        Raises:
            ProblemError: a hook refused it, or the outcome is not as it was before.
        """
        ...

    def pick(self, branch: str, shas: Sequence[str]) -> Replayed | NotReplayed:
        """Pick commits onto ``branch`` and its work tree: all of them, or none."""
        ...

    def conflicts(self, into: str, sha: str) -> Sequence[str]:
        """Return the paths that conflict when ``sha`` is merged into commit ``into``."""
        ...

    def has_already(self, into: str, sha: str) -> bool:
        """Tell whether commit ``into`` has all that merging ``sha`` would bring, by any name.

        Not what was there and was reverted, unless ``sha`` itself is in its history.
        """
        ...

    def branches(self) -> Sequence[str]:
        """Ask the remote for the names of all its branches.

        Raises:
            ProblemError: no rights.
            TemporaryTroubleError: the remote is out of reach.
        """
        ...

    def bring(self, into: str, merged: str, head: str, cut_from: str) -> Bringing:
        """Return how commit ``into`` gets the fix; no branch moves, nothing is forced.

        What it has already is told by commits, by their patch ids, by what says where it was picked
        from, and by what a pick would change; not what was reverted there.

        Args:
            into: the commit of another branch, full SHA.
            merged: what the merge of the fix left its branch at, full SHA.
            head: the last commit of what was merged, full SHA.
            cut_from: the commit that it was cut from, full SHA.

        Raises:
            ProblemError: a hook or a signing rule refused it.
            TemporaryTroubleError: ``head`` is not here, and the remote is out of reach.
        """
        ...

    def names_at(self, commit: str, folders: Sequence[str]) -> Sequence[str]:
        """Return the paths of the files right in ``folders`` as of ``commit``; "" is the root.

        Empty where the commit is unknown here.
        """
        ...

    def file_at(self, commit: str, path: str) -> str | None:
        """Return the text of a file as of ``commit``, or None where there is none."""
        ...

    def push_triggers(self, commit: str, workflow: str) -> PushTriggers:
        """Return which pushes run ``workflow``, a file's name, as of ``commit``."""
        ...

    def last_authors(self, base: str, branch: str) -> Sequence[LastAuthor]:
        """Return who last touched the lines of ``base`` that ``branch`` changes, most first."""
        ...
