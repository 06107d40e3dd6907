"""Trial merge, pick and revert in a repository of 100,000 files and 20,000 commits, next to git.

And ``hotfix start`` in it to the first question, next to a small repository's.

Medians of ``ROUNDS``, in turns so that a busy moment meets both alike. What git is compared by is
its own best: ``merge-tree`` without a work tree, and ``cherry-pick`` and ``revert`` in a clone that
is checked out and clean, where nobody else works. Prints figures where a goal is missed, too, and
ends with 1 then.

    python bench/large_repository.py
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from large_start import measure_start

from hotfix.adapters.git.repository import GitRepository
from hotfix.ports.repository import Brought
from hotfix.simulators.git_origin import git_environ

FILES, COMMITS, ROUNDS = 100_000, 20_000, 5
TIMES_GOAL, SECONDS_GOAL = 3.0, 1.0
_REVERT = "hotfix/revert-bench"
_WHO = "Bench <bench@example.com>"
Act = Callable[[], object]


class Row(NamedTuple):
    """What is compared: what is made ready before each round, our way and git's."""

    what: str
    prepare: Act
    ours: Act
    gits: Act


def main() -> int:
    """Measure and print; returns 1 where a goal is missed."""
    with tempfile.TemporaryDirectory(prefix="hotfix-bench-") as folder:
        clone = _clone(Path(folder) / "merges")
        print(f"{FILES} files, {COMMITS} commits, git {_git(clone, 'version').split()[-1]}")
        print(f"{'':<14}{'hotfix s':>10}{'git s':>8}{'ratio':>8}   ({ROUNDS} runs)")
        holds = [_compared(row) for row in _rows(clone)]
        holds.append(measure_start(Path(folder) / "start", _history("refs/heads/main^0")))
        return 0 if all(holds) else 1


def _rows(clone: Path) -> Iterator[Row]:
    here = GitRepository.at(clone, remote="origin", network_timeout_seconds=10.0)
    tip, before, older = (_git(clone, "rev-parse", f"HEAD~{back}") for back in (0, 1, 3))

    def stand_at(sha: str) -> None:
        _git(clone, "checkout", "--quiet", "--detach", sha)
        _git(clone, "update-ref", "refs/heads/picked", older)
        _git(clone, "update-ref", "-d", f"refs/heads/{_REVERT}")

    yield Row(
        "trial merge",
        lambda: None,
        lambda: here.conflicts(older, tip),
        lambda: _git(clone, "merge-tree", "--write-tree", older, tip),
    )
    yield Row(
        "pick",
        lambda: stand_at(older),
        lambda: here.pick("picked", [tip]),
        lambda: _git(clone, "cherry-pick", tip),
    )
    yield Row(
        "revert",
        lambda: stand_at(tip),
        lambda: here.revert(_REVERT, tip, Brought(before, (tip,))),
        lambda: _git(clone, "revert", "--no-edit", tip),
    )


def _compared(row: Row) -> bool:
    taken: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        row.prepare()
        taken.append((_seconds(row.ours), _seconds(row.gits)))
    ours, gits = (median(values) for values in zip(*taken, strict=True))
    print(f"{row.what:<14}{ours:>10.2f}{gits:>8.2f}{ours / gits:>8.2f}", flush=True)
    holds = ours <= max(TIMES_GOAL * gits, gits + SECONDS_GOAL)
    print(f"{'met' if holds else 'MISSED':<8}{row.what}: at most 3 x git's own, or 1 s over it")
    return holds


def _seconds(act: Act) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _clone(folder: Path) -> Path:
    origin, clone = folder / "origin.git", folder / "clone"
    folder.mkdir()
    _git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(origin))
    _git(origin, "fast-import", "--quiet", given="".join(_history()))
    _git(folder, "clone", "--quiet", str(origin), str(clone))
    _git(clone, "config", "user.name", "Bench")
    _git(clone, "config", "user.email", "bench@example.com")
    return clone


def _history(after: str = "") -> Iterator[str]:
    """Yield what ``git fast-import`` makes ``main`` of, or lets it go on by ``after`` a commit."""
    yield "blob\nmark :1\ndata 6\nhello\n\n"
    for number in range(COMMITS):
        at = 1_700_000_000 + 60 * number
        yield f"commit refs/heads/main\ncommitter {_WHO} {at} +0000\ndata 6\nChange\n"
        if number == 0:
            yield f"from {after}\n" if after else ""
            yield from (f"M 100644 :1 {_path(each)}\n" for each in range(FILES))
        else:
            text = f"{number}\n"
            yield f"M 100644 inline {_path(number * 7 % FILES)}\ndata {len(text)}\n{text}\n"


def _path(number: int) -> str:
    return f"{number // 1000}/{number % 1000 // 50}/{number}.txt"


def _git(folder: Path, *words: str, given: str | None = None) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words],
        input=given,
        capture_output=True,
        text=True,
        env=git_environ(),
        check=True,
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
