"""What is kept of the last drill: the journals of its world, and papers made from them."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def keep_drill(state: Path, world_state: Path, papers: Mapping[str, str]) -> Path:
    """Keep the records of a drill in the place of those of the drill before.

    Args:
        state: the state directory of the user.
        world_state: that of the drill's world, which goes.
        papers: texts by the name of their file.

    Returns:
        The folder: a state directory of its own, with the papers beside the runs.

    Raises:
        OSError: it cannot be written; what was kept before may be gone then.
    """
    drills = state / "drills"
    drills.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".last-", dir=drills))
    try:
        for journal in sorted(world_state.glob("runs/*/journal.jsonl")):
            run = new / "runs" / journal.parent.name
            run.mkdir(mode=0o700, parents=True)
            shutil.copy(journal, run)
        for name, text in papers.items():
            (new / name).write_text(text, encoding="utf-8")
        last = drills / "last"
        if last.exists():
            shutil.rmtree(last)
        return new.rename(last)
    finally:
        shutil.rmtree(new, ignore_errors=True)
