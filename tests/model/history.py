"""Commits as a graph: what git knows, without git. Trees are paths with their texts."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Tree = Mapping[str, str]


@dataclass(frozen=True)
class Commit:
    """One commit: it never changes, so that a copy of the world may share it."""

    sha: str
    parents: tuple[str, ...]
    message: str
    author: str
    tree: Tree
    number: int  #: in the order in which they were made, wherever that was

    @property
    def subject(self) -> str:
        return self.message.partition("\n")[0]

    def __deepcopy__(self, _memo: object) -> "Commit":
        return self


@dataclass
class History:
    """All commits there are, in every clone and on every server."""

    commits: dict[str, Commit] = field(default_factory=dict)

    def commit(self, parents: Sequence[str], tree: Tree, message: str, author: str) -> str:
        """Make a commit; returns its SHA."""
        number = len(self.commits) + 1
        said = repr((number, tuple(parents), sorted(tree.items()), message, author))
        sha = hashlib.sha1(said.encode(), usedforsecurity=False).hexdigest()
        self.commits[sha] = Commit(sha, tuple(parents), message, author, dict(tree), number)
        return sha

    def tree(self, sha: str) -> Tree:
        return self.commits[sha].tree

    def ancestors(self, sha: str) -> set[str]:
        """Return ``sha`` and everything before it."""
        found: set[str] = set()
        left = [sha]
        while left:
            each = left.pop()
            if each not in found:
                found.add(each)
                left += self.commits[each].parents
        return found

    def is_ancestor(self, old: str, new: str) -> bool:
        return old in self.ancestors(new)

    def between(self, old: str, new: str) -> list[Commit]:
        """Return what ``new`` has and ``old`` has not, oldest first."""
        found = self.ancestors(new) - self.ancestors(old)
        return sorted((self.commits[each] for each in found), key=lambda each: each.number)

    def change(self, sha: str) -> dict[str, tuple[str | None, str | None]]:
        """Return what a commit did to its first parent: paths with the text before and after."""
        commit = self.commits[sha]
        before: Tree = self.tree(commit.parents[0]) if commit.parents else {}
        return difference(before, commit.tree)

    def only_in(self, new: str, old: str) -> list[Commit]:
        """Return the commits of ``new`` whose change ``old`` has not, oldest first."""
        theirs = [self.change(each.sha) for each in self.between(new, old)]
        return [each for each in self.between(old, new) if self.change(each.sha) not in theirs]

    def contains(self, tip: str, sha: str) -> bool:
        """Tell whether ``sha`` is in the history of ``tip``, and not reverted there."""
        if sha not in self.commits or tip not in self.commits or not self.is_ancestor(sha, tip):
            return False
        return not any(reverts(sha) in each.message for each in self.between(sha, tip))

    def carries(self, tip: str, sha: str) -> bool:
        """Tell whether ``tip`` has what ``sha`` changed, whatever words a revert of it lost."""
        if not self.is_ancestor(sha, tip):
            return False
        change, tree = self.change(sha), self.tree(tip)
        return any(tree.get(path) == after for path, (_, after) in change.items())

    def merged(self, into: str, sha: str) -> tuple[Tree, tuple[str, ...]]:
        """Return the tree of a merge, and the paths in conflict, for which it is worth nothing."""
        common = self.ancestors(into) & self.ancestors(sha)
        base = max((self.commits[each] for each in common), key=lambda each: each.number)
        return applied(self.tree(into), difference(base.tree, self.tree(sha)))


def difference(before: Tree, after: Tree) -> dict[str, tuple[str | None, str | None]]:
    """Return the paths that differ, with the text before and after; None where there is none."""
    paths: Iterable[str] = sorted({*before, *after})
    return {
        path: (before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path)
    }


def applied(
    tree: Tree, change: Mapping[str, tuple[str | None, str | None]]
) -> tuple[Tree, tuple[str, ...]]:
    """Return the tree with a change made to it, and the paths where it does not apply."""
    made, conflicts = dict(tree), []
    for path, (before, after) in change.items():
        if tree.get(path) == after:
            continue
        if tree.get(path) != before:
            conflicts.append(path)
        elif after is None:
            del made[path]
        else:
            made[path] = after
    return made, tuple(conflicts)


def reverts(sha: str) -> str:
    """Return the words by which git says that a commit reverts another one."""
    return f"This reverts commit {sha}"
