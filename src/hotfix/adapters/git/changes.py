"""What a branch changes: its commits, and the lines of each file, with what is not committed."""

from collections.abc import Iterator
from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.line_counts import lines_in_file
from hotfix.adapters.git.work_trees import WorkTrees
from hotfix.ports.repository import Change, Commit, Diff, FileChange, is_configuration

_MOST_LINES, _LONGEST_LINE = 60, 160


def change_since(git: GitCommand, trees: WorkTrees, base: str, branch: str) -> Change:
    """Return what ``branch``, with its work tree, changes since commit ``base``."""
    folder, commits = trees.of_run(branch), log(git, base, f"refs/heads/{branch}")
    if folder is None:
        return Change(commits, _diff(git, base, f"refs/heads/{branch}"), ())
    untracked = trees.untracked(folder)
    added = tuple(FileChange(path, lines_in_file(folder / path), 0) for path in untracked)
    seen = trees.seen(folder)
    # What is changed in our configuration, or is nobody's work, is a part of the fix if committed.
    apart = {*seen.as_checked_out, *seen.embedded}
    committed = [
        each for each in _diff(git, base, f"refs/heads/{branch}") if _is_apart(each.path, apart)
    ]
    present = [each for each in _diff(git, base, folder=folder) if not _is_apart(each.path, apart)]
    uncommitted = tuple(path for _, path in seen.work if not is_configuration(path))
    return Change(commits, (*present, *committed, *added), uncommitted)


def changed_files(git: GitCommand, old: str, new: str) -> tuple[FileChange, ...]:
    """Return the files that ``new`` changes in ``old``."""
    return _diff(git, old, new)


def diff(git: GitCommand, old: str, new: str) -> Diff:
    """Return what ``new`` changes in ``old``; of a file with many changes, how many alone."""
    files, room = _diff(git, old, new), _MOST_LINES
    lines: list[str] = []
    for each in files:
        size = each.added + each.deleted
        lines.append(f"{each.path} +{each.added} -{each.deleted}")
        if 0 < size <= room:
            room -= size
            lines += _hunks(git, old, new, each.path)
    return Diff(files, tuple(lines))


def _hunks(git: GitCommand, old: str, new: str, path: str) -> Iterator[str]:
    plain = ("--no-ext-diff", "--no-textconv", "--unified=1", "--no-renames")
    printed = git.text("diff", *plain, old, new, "--", f":(top,literal){path}")
    # What comes before the first hunk says again which file it is.
    _, *hunks = printed.split("\n@@")
    for hunk in hunks:
        yield from (f"  {line[:_LONGEST_LINE]}" for line in hunk.split("\n")[1:] if line)


def _is_apart(path: str, apart: set[str]) -> bool:
    return is_configuration(path) or path in apart


def log(git: GitCommand, old: str, new: str, *flags: str, dots: str = "..") -> tuple[Commit, ...]:
    """Return the commits of a range, oldest first; ``flags`` and ``dots`` are those of git log."""
    listed = git.text(
        "log",
        "-z",
        "--reverse",
        "--format=%H%x00%s%x00%an%x00%b",
        *flags,
        f"{old}{dots}{new}",
        "--",
    )
    fields = iter(listed.split("\x00")[:-1])
    return tuple(
        Commit(sha, subject, author, body.strip("\n"))
        for sha, subject, author, body in zip(fields, fields, fields, fields, strict=True)
    )


def _diff(git: GitCommand, *commits: str, folder: Path | None = None) -> tuple[FileChange, ...]:
    listed = git.text("diff", "--numstat", "--no-renames", "-z", *commits, "--", folder=folder)
    changes = []
    for entry in filter(None, listed.split("\x00")):
        added, deleted, path = entry.split("\t", 2)
        changes.append(FileChange(path, _number(added), _number(deleted)))
    return tuple(changes)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
