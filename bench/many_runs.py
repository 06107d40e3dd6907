"""The commands that look at all runs of a machine, with 10,000 on record, next to one.

Whole processes in the drill's world: services that answer on loopback. The runs are one recorded
run under as many ids, each on a day of its own, in a state directory that is removed at the end,
also of an interrupted bench. Medians of ``ROUNDS``, in turns so that a busy moment meets both
alike; ends with 1 where a goal is missed.

    python bench/many_runs.py
"""

import hashlib
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import large_start as at_work

from hotfix.adapters.journal.lines import check_lines
from hotfix.adapters.system_clock import SystemClock
from hotfix.domain.fold import fold
from hotfix.domain.status import status
from hotfix.simulators.git_origin import git_in
from hotfix.simulators.world import World

RUNS, ROUNDS = 10_000, 7
TIMES_GOAL, LOG_GOAL_SECONDS = 1.2, 1.0
_ROOT = Path(__file__).resolve().parent.parent
_RECORDED = _ROOT / "tests" / "journals" / "recorded" / "done" / "journal.jsonl"
_FIRST_DAY = date(1999, 1, 1)
_ID, _DAY = "hf-20260312-0312-checkout-returns-500-tpcz", "2026-03-12"
_COMMANDS = {
    "status": ("status",),
    "status --short": ("status", "--short"),
    "rollback, to its question": ("rollback", "--dry-run"),
    "rollback --list": ("rollback", "--list"),
    "log": ("log",),
    "log --json": ("log", "--json"),
    "history": ("history",),
}


def main() -> int:
    """Measure and print; returns 1 where a goal is missed."""
    # Whoever ends the bench early has the directories removed, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="hotfix-bench-") as folder, _world(folder) as world:
        settings = _settings(world)
        states = {number: Path(folder) / f"state-{number}" for number in (1, RUNS)}
        for number, state in states.items():
            _keep(state, number, settings)
            begun = perf_counter()
            for words in _COMMANDS.values():
                _seconds(world, state, words)
            print(
                f"{number:>6} runs: {perf_counter() - begun:.1f} s to read them the first time",
                flush=True,
            )
        return 0 if _measured(world, *states.values()) else 1


def _measured(world: World, one: Path, many: Path) -> bool:
    print(f"{'':<28}{'1 run s':>10}{f'{RUNS} s':>10}{'ratio':>8}   ({ROUNDS} runs)", flush=True)
    taken: dict[str, list[tuple[float, float]]] = {}
    for _ in range(ROUNDS):
        for name, words in _COMMANDS.items():
            both = _seconds(world, one, words), _seconds(world, many, words)
            taken.setdefault(name, []).append(both)
    for _ in range(at_work.ROUNDS):
        both = _started(world, one), _started(world, many)
        taken.setdefault("start, to its question", []).append(both)
    is_met = True
    for name, values in taken.items():
        alone, among = (median(column) for column in zip(*values, strict=True))
        print(f"{name:<28}{alone:>10.3f}{among:>10.3f}{among / alone:>8.2f}")
        if name == "log":
            is_met &= _told(f"log: at most {LOG_GOAL_SECONDS:g} s", among <= LOG_GOAL_SECONDS)
        elif name not in {"log --json", "history"}:
            goal = f"{name}: at most {TIMES_GOAL:g} x of one run"
            is_met &= _told(goal, among <= TIMES_GOAL * alone)
    return is_met


def _told(goal: str, holds: bool) -> bool:
    print(f"{'met' if holds else 'MISSED':<8}{goal}", flush=True)
    return holds


@contextmanager
def _world(folder: str) -> Iterator[World]:
    world = World(Path(folder) / "world", SystemClock(), speed=200.0)
    try:
        world.start()
        world.timeline.keep_ticking()
        yield world
    finally:
        world.stop()


def _settings(world: World) -> dict[str, Any]:
    """Return what a run that is begun in this world keeps of it."""
    state = world.folder / "state"
    _started(world, state)
    (journal,) = state.glob("runs/*/journal.jsonl")
    with journal.open(encoding="utf-8") as file:
        found: dict[str, Any] = json.loads(file.readline())["data"]["settings"]
    return found


def _keep(state: Path, number: int, settings: dict[str, Any]) -> None:
    """Make that many runs in ``state``: the recorded one, begun in this world."""
    lines = _RECORDED.read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    first["data"]["settings"] = settings
    lines[0] = json.dumps(first, ensure_ascii=False)
    # The chain is made anew for each run: what goes before the hash is alike, but for two words.
    bare = [line[: line.rindex('"previous"')] for line in lines]
    seen = ""
    ids = []
    for each in range(number):
        day = _FIRST_DAY + timedelta(days=each)
        run = f"hf-{day:%Y%m%d}-0312-checkout-returns-500-tpcz"
        folder = state / "runs" / run
        folder.mkdir(mode=0o700, parents=True)
        raw = _chained(bare, run, f"{day:%Y-%m-%d}")
        (folder / "journal.jsonl").write_bytes(raw)
        if not seen:
            progress = fold(check_lines(run, raw))
            whose, size = progress.settings.whose(), len(raw)
            said = {**status(progress), "whose": whose, "journal_bytes": size}
            seen = json.dumps(said).replace(run, _ID).replace(f"{day:%Y-%m-%d}", _DAY)
        text = seen.replace(_ID, run).replace(_DAY, f"{day:%Y-%m-%d}")
        (folder / "state.json").write_text(text, encoding="utf-8")
        ids.append(run)
    (state / "order").write_text("".join(f"\n{run}\n" for run in ids), encoding="utf-8")


def _chained(bare: Sequence[str], run: str, day: str) -> bytes:
    previous, raw = "0" * 64, []
    for line in bare:
        text = f'{line}"previous": "{previous}"}}'.replace(_ID, run).replace(_DAY, day)
        previous = hashlib.sha256(text.encode()).hexdigest()
        raw.append(f"{text}\n")
    return "".join(raw).encode()


def _seconds(world: World, state: Path, words: Sequence[str]) -> float:
    command = [str(Path(sys.executable).with_name("hotfix")), *words]
    environ = {**at_work.environ_of(world), "HOTFIX_STATE_DIR": str(state)}
    begun = perf_counter()
    done = subprocess.run(
        command,
        cwd=world.clone,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    taken = perf_counter() - begun
    if done.returncode:
        raise SystemExit(f"hotfix {' '.join(words)} ended with {done.returncode}: {done.stderr}")
    return taken


def _started(world: World, state: Path) -> float:
    """Return the seconds to the first question of a run, which is called off after it."""
    world.export("HOTFIX_STATE_DIR", str(state))
    taken = at_work.to_the_first_question(world)
    git_in(world.clone, "checkout", "--quiet", "main")
    return taken


if __name__ == "__main__":
    sys.exit(main())
