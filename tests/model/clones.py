"""The clone that a process stands in: the repository's port on the model's history."""

import itertools
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.model.history import Commit as Made
from tests.model.history import History, applied, difference, reverts
from tests.model.process import Process
from tests.model.world import (
    GITHUB,
    THE_FIX_TAKES,
    Clone,
    Hosted,
    refusal,
)

from hotfix.domain.problem import ProblemCode, TemporaryTroubleError
from hotfix.domain.push_triggers import PushTriggers
from hotfix.ports.repository import (
    Bringing,
    Brought,
    Change,
    Commit,
    Diff,
    FileChange,
    LastAuthor,
    NotReplayed,
    Replayed,
    Uncommitted,
    WorkTree,
)

_AUTHOR = "dana"


class ModelRepository:
    """The clone that the operator stands in."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def _clone(self) -> Clone:
        return self._process.look().clones[self._process.machine.clone]

    @property
    def _remote(self) -> Hosted:
        clone = self._clone
        return self._process.look(GITHUB).hosted[clone.repository]

    @property
    def _history(self) -> History:
        return self._process.look().history

    def work_tree(self, folder: Path | None = None) -> WorkTree:
        clone = self._clone
        where = str(folder or clone.folder)
        branch = clone.trees[where]
        dirty = tuple(sorted(clone.uncommitted.get(where, {})))
        return WorkTree(Path(where), branch, clone.branches[branch], dirty)

    def update_base(self, base: str) -> str:
        theirs = self._fetched(base)
        if theirs is None:
            raise refusal(f"origin has no {base}.")
        clone, history = self._clone, self._history
        ours = clone.branches.get(base)
        if ours in {theirs, None} or history.is_ancestor(theirs, str(ours)):
            return theirs
        if not history.is_ancestor(str(ours), theirs):
            return theirs
        folder = self.folder_of(base)
        if folder is None or not clone.uncommitted.get(str(folder)):
            move = {base: theirs}
            self._process.write("update_base", lambda: clone.branches.update(move), branch=base)
        return theirs

    def check_branch_name(self, branch: str) -> None:
        if branch.startswith("-") or " " in branch:
            raise refusal(f"{branch!r} is no valid branch name.", code=ProblemCode.USAGE)

    def free_name(self, branch: str) -> str:
        taken = set(self._clone.branches)
        with suppress(TemporaryTroubleError):
            taken |= set(self._remote.branches)
        names = itertools.chain([branch], (f"{branch}-{number}" for number in itertools.count(2)))
        return next(name for name in names if name not in taken)

    def check_cut(self, branch: str, *, beside: bool) -> None:
        """Refuse what ``cut_branch`` would refuse."""
        self.check_branch_name(branch)
        if branch in self._clone.branches:
            raise refusal(f"The branch {branch} exists already.")
        if not beside and self._clone.uncommitted.get(self._clone.folder):
            raise refusal("There is uncommitted work here, and it stays untouched.")

    def cut_branch(self, branch: str, start: str, *, beside: bool) -> Path:
        self.check_cut(branch, beside=beside)
        clone = self._clone
        if start not in clone.known:
            raise refusal(f"{branch} cannot be checked out.", "There is no such commit here.")
        folder = f"{clone.folder}-{branch.replace('/', '-')}" if beside else clone.folder

        def cut() -> None:
            clone.branches[branch] = start
            self._check_out(folder, branch)

        self._process.write("cut_branch", cut, branch=branch, sha=start)
        return Path(folder)

    def check_out_from_remote(self, branch: str, start: str, *, beside: bool) -> Path:
        theirs, clone = self.remote_commit(branch), self._clone
        if theirs is None and branch not in clone.branches:
            return self.cut_branch(branch, start, beside=beside)
        theirs = self._fetched(branch)
        if theirs is None:
            raise refusal(f"{branch} cannot be fetched from origin.")
        folder, ours = self.folder_of(branch), clone.branches.get(branch)
        if folder is None and not beside and clone.uncommitted.get(clone.folder):
            raise refusal("There is uncommitted work here, and it stays untouched.")
        if ours is not None and not self._history.is_ancestor(theirs, ours):
            if not self._history.is_ancestor(ours, theirs):
                raise refusal(f"{branch} here and on origin have gone different ways.")
            if folder is not None and clone.uncommitted.get(str(folder)):
                raise refusal("There is uncommitted work here, and it stays untouched.")
            ours = theirs
        name = f"{clone.folder}-{branch.replace('/', '-')}" if beside else clone.folder
        where = str(folder) if folder is not None else name

        def check_out() -> None:
            clone.branches[branch] = ours or theirs
            self._check_out(where, branch)

        self._process.write("check_out", check_out, branch=branch)
        return Path(where)

    def _check_out(self, folder: str, branch: str) -> None:
        clone, machine = self._clone, self._process.machine
        clone.trees[folder] = branch
        if branch.startswith("hotfix/"):
            words = (clone.folder, branch, machine.operator)
            self._process.world.after(THE_FIX_TAKES, "write_the_fix", *words)

    def branches(self) -> Sequence[str]:
        return sorted(self._remote.branches)

    def bring(self, into: str, merged: str, head: str, cut_from: str) -> Bringing:
        known = self._history.is_ancestor(cut_from, merged)
        is_there = any(self._history.is_ancestor(sha, into) for sha in (merged, head))
        return Bringing(is_there=True) if known and is_there else Bringing(sha=head)

    def branch_commit(self, branch: str) -> str | None:
        return self._clone.branches.get(branch)

    def remote_commit(self, branch: str) -> str | None:
        return self._remote.branches.get(branch)

    def folder_of(self, branch: str) -> Path | None:
        found = [folder for folder, on in self._clone.trees.items() if on == branch]
        return Path(found[0]) if found else None

    def publish(self, branch: str, sha: str) -> None:
        clone, remote, history = self._clone, self._remote, self._history
        ours, theirs = sha, remote.branches.get(branch)
        if ours not in clone.known:
            raise refusal(f"{branch} could not be pushed.", "There is no such commit here.")
        if theirs == ours:
            return
        if theirs is not None and not history.is_ancestor(theirs, ours):
            raise refusal(f"origin has another {branch} than this clone.")
        name, run = clone.repository, self._process.run
        words = {"repository": name, "branch": branch, "sha": ours}
        self._process.write(
            "publish", lambda: self._process.world.push(name, branch, ours, run), GITHUB, **words
        )

    def change_since(self, base: str, branch: str) -> Change:
        clone, history = self._clone, self._history
        tip = clone.branches.get(branch)
        if tip is None:
            raise refusal(f"There is no branch {branch} here.")
        folder = self.folder_of(branch)
        dirty = clone.uncommitted.get(str(folder), {}) if folder is not None else {}
        tree = {**history.tree(tip), **dirty}
        files = tuple(FileChange(path, 1, 1) for path in difference(history.tree(base), tree))
        commits = tuple(map(_commit, history.between(base, tip)))
        return Change(commits, files, tuple(sorted(dirty)))

    def changed_files(self, old: str, new: str) -> tuple[FileChange, ...]:
        before, after = (self._tree(each) for each in (old, new))
        return tuple(FileChange(path, 1, 1) for path in difference(before, after))

    def diff(self, old: str, new: str) -> Diff:
        files = self.changed_files(old, new)
        return Diff(files, tuple(each.path for each in files))

    def _tree(self, name: str) -> Mapping[str, str]:
        made: Mapping[str, str] = json.loads(name) if name.startswith("{") else {}
        return made or self._history.tree(name)

    def catch_up(self, branch: str) -> str:
        theirs, clone, history = self._fetched(branch), self._clone, self._history
        ours = clone.branches[branch]
        if theirs is None or history.is_ancestor(theirs, ours):
            return ours
        if not history.is_ancestor(ours, theirs):
            raise refusal(f"{branch} here and on origin have gone different ways.")
        move = {branch: theirs}
        self._process.write("catch_up", lambda: clone.branches.update(move), branch=branch)
        return theirs

    def uncommitted(self, branch: str) -> Uncommitted:
        clone = self._clone
        head, dirty = clone.branches[branch], self._dirty(branch)
        made = {**self._history.tree(head), **dirty}
        # A tree that says what is in it.
        return Uncommitted(tuple(sorted(dirty)), head, json.dumps(made) if dirty else "")

    def commit(self, branch: str, message: str, tree: str) -> str:
        clone, operator = self._clone, self._process.machine.operator
        tip, made = clone.branches[branch], json.loads(tree)

        def commit() -> str:
            sha = self._history.commit([tip], made, message, operator)
            clone.branches[branch] = sha
            clone.known.add(sha)
            folder = str(self.folder_of(branch) or clone.folder)
            dirty = clone.uncommitted.pop(folder, {})
            left = {path: text for path, text in dirty.items() if made.get(path) != text}
            if left:
                clone.uncommitted[folder] = left
            self._process.world.persons_commits.add(sha)
            return sha

        return self._process.write("commit", commit, branch=branch)

    def _dirty(self, branch: str) -> dict[str, str]:
        folder = self.folder_of(branch) or self._clone.folder
        return dict(self._clone.uncommitted.get(str(folder), {}))

    def log_between(self, old: str, new: str) -> Sequence[Commit]:
        first, last = self.resolve(old), self.resolve(new)
        if first is None or last is None:
            return ()
        return tuple(map(_commit, self._history.between(first, last)))

    def fetch(self, branch: str) -> str | None:
        return self._fetched(branch)

    def resolve(self, name: str) -> str | None:
        clone = self._clone
        if name.startswith("refs/heads/"):
            return clone.branches.get(name.removeprefix("refs/heads/"))
        found = [sha for sha in self._known() if len(name) > 6 and sha.startswith(name)]
        return found[0] if len(found) == 1 else None

    def commit_named(self, name: str) -> str | None:
        # A branch of the remote, or a commit of one of them, which is brought here.
        holding = (tip for tip in self._remote.branches.values() if name)
        if any(self._history.is_ancestor(name, tip) for tip in holding):
            self._clone.known |= self._history.ancestors(name)
        return self._fetched(name) or (self.resolve(name) if name else None)

    def contains(self, tip: str, sha: str) -> bool:
        known = self._known()
        return tip in known and sha in known and self._history.contains(tip, sha)

    def comes_from(self, tip: str, sha: str) -> bool:
        known = self._known()
        return tip in known and sha in known and self._history.is_ancestor(sha, tip)

    def only_in(self, new: str, old: str) -> Sequence[Commit]:
        return tuple(map(_commit, self._history.only_in(new, old)))

    def brought_by(self, sha: str, head: str, cut_from: str = "") -> Brought:
        del head, cut_from
        commit = self._history.commits[sha]
        return Brought(commit.parents[0], (sha,), is_merge=len(commit.parents) > 1)

    def carries(self, tip: str, sha: str, others: Sequence[str]) -> bool:
        if not self._history.is_ancestor(sha, tip):
            return any(self.contains(tip, other) for other in others)
        return self.contains(tip, sha) and self._history.carries(tip, sha)

    def revert(self, branch: str, start: str, brought: Brought) -> Replayed | NotReplayed:
        clone, history, sha = self._clone, self._history, brought.commits[0]
        existing = clone.branches.get(branch)
        if existing is not None:
            if any(reverts(sha) in each.message for each in history.between(sha, existing)):
                return Replayed(existing)
            raise refusal(f"The branch {branch} exists already.")
        back = difference(history.tree(sha), history.tree(brought.before))
        tree, conflicts = applied(history.tree(start), back)
        if conflicts or tree == history.tree(start):
            return NotReplayed(sha, conflicts)

        def replay() -> str:
            said = f'Revert "{history.commits[sha].subject}"\n\n{reverts(sha)}.'
            made = history.commit([start], tree, said, _AUTHOR)
            clone.known.add(made)
            clone.branches[branch] = made
            return made

        return Replayed(self._process.write("revert", replay, branch=branch, sha=sha))

    def pick(self, branch: str, shas: Sequence[str]) -> Replayed | NotReplayed:
        clone, history = self._clone, self._history
        tip = clone.branches[branch]
        if clone.uncommitted.get(str(self.folder_of(branch))):
            raise refusal("There is uncommitted work here, and it stays untouched.")
        tree = history.tree(tip)
        for sha in shas:
            made, conflicts = applied(tree, history.change(sha))
            if conflicts or made == tree:
                return NotReplayed(sha, conflicts)
            tree = made

        def replay() -> str:
            last, so_far = tip, history.tree(tip)
            for sha in shas:
                so_far, _ = applied(so_far, history.change(sha))
                said = f"{history.commits[sha].message}\n\n(cherry picked from commit {sha})"
                last = history.commit([last], so_far, said, history.commits[sha].author)
                clone.known.add(last)
            clone.branches[branch] = last
            return last

        return Replayed(self._process.write("pick", replay, branch=branch, shas=tuple(shas)))

    def conflicts(self, into: str, sha: str) -> Sequence[str]:
        return self._history.merged(into, sha)[1]

    def names_at(self, commit: str, folders: Sequence[str]) -> Sequence[str]:
        return [it for it in self._history.tree(commit) if it.rpartition("/")[0] in folders]

    def has_already(self, _into: str, _sha: str) -> bool:
        return False

    def push_triggers(self, _commit: str, _workflow: str) -> PushTriggers:
        return PushTriggers()

    def file_at(self, commit: str, path: str) -> str | None:
        return self._history.tree(commit).get(path)

    def last_authors(self, base: str, branch: str) -> Sequence[LastAuthor]:
        del base, branch
        return (LastAuthor("Rena", "rena@example.com", 3),)

    def _fetched(self, branch: str) -> str | None:
        sha = self._remote.branches.get(branch)
        if sha is not None:
            self._clone.known |= self._history.ancestors(sha)
        return sha

    def _known(self) -> set[str]:
        return self._clone.known


def _commit(commit: Made) -> Commit:
    return Commit(commit.sha, commit.subject, commit.author)
