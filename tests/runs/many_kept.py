"""Recorded runs, each kept in a state directory under an id of its own."""

import hashlib
import json
from functools import cache
from pathlib import Path

from tests.journals.reading import HERE

from hotfix.adapters.journal.lines import check_lines
from hotfix.adapters.journal.order import note_newest
from hotfix.domain.fold import fold
from hotfix.domain.status import status


def chained(run: str, lines: list[dict[str, object]]) -> bytes:
    """The lines as a journal of that run."""
    previous, raw = "0" * 64, b""
    for line in lines:
        text = json.dumps({**line, "run": run, "previous": previous}).encode()
        previous = hashlib.sha256(text).hexdigest()
        raw += text + b"\n"
    return raw


@cache
def lines_of(recorded: str) -> list[dict[str, object]]:
    text = (HERE / "recorded" / recorded / "journal.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def keep(state: Path, recorded: str, number: int, *, is_quick: bool = True) -> str:
    """Keep the recorded run as one of many; ``is_quick`` has its ``state.json``, too."""
    run = f"hf-20260312-0312-checkout-{number:04}"
    folder = state / "runs" / run
    folder.mkdir(parents=True)
    raw = chained(run, lines_of(recorded))
    (folder / "journal.jsonl").write_bytes(raw)
    if is_quick:
        say_state(folder)
    note_newest(str(state), run)
    return run


def say_state(folder: Path) -> None:
    """Write ``state.json`` as whoever walks the run does."""
    raw = (folder / "journal.jsonl").read_bytes()
    progress = fold(check_lines(folder.name, raw))
    said = {"whose": progress.settings.whose(), "journal_bytes": len(raw)}
    (folder / "state.json").write_text(json.dumps({**status(progress), **said}))
