"""The scorecards of earlier drills on this machine, in the state directory of the user."""

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from hotfix.domain.figures import counted
from hotfix.domain.scorecard import Scorecard

#: of one scenario; so the file stays small
_MOST_KEPT = 20
_MOST_BYTES = 1_000_000


def scenarios_by_run(state: Path) -> dict[str, str]:
    """Return the scenario of each drilled run whose scorecard is kept and tells its run."""
    return {
        card.run: card.scenario
        for file in (state / "drills").glob("*.jsonl")
        for card in DrillScores(state, file.stem, lambda _: None).earlier()
        if card.run
    }


class DrillScores:
    """The scorecards of one scenario, the oldest first; at most twenty are kept.

    Args:
        state: the state directory.
        scenario: the name of the scenario.
        say: told what is wrong with the file; that bars nothing.
    """

    def __init__(self, state: Path, scenario: str, say: Callable[[str], None]) -> None:
        self._file = state / "drills" / f"{scenario}.jsonl"
        self._say = say

    def earlier(self) -> Sequence[Scorecard]:
        """Return what is kept; what cannot be read is passed over, and said."""
        try:
            if self._file.stat().st_size > _MOST_BYTES:
                self._say(f"{self._file} is too long to be ours: earlier drills are passed over.")
                return ()
            lines = self._file.read_bytes().splitlines()
        except FileNotFoundError:
            return ()
        except OSError as error:
            self._say(f"Earlier drills cannot be read: {error.strerror}: {self._file}")
            return ()
        found, damaged = [], 0
        for line in lines:
            try:
                found.append(Scorecard.from_json(json.loads(line)))
            except (ValueError, KeyError, TypeError):
                damaged += 1
        if damaged:
            self._say(
                f"Passed over, for it cannot be read: {damaged} of "
                f"{counted(len(lines), 'earlier drill')} in {self._file}"
            )
        return tuple(found[-_MOST_KEPT:])

    def keep(self, card: Scorecard, earlier: Sequence[Scorecard]) -> None:
        """Keep it behind ``earlier`` ones, in the place of the oldest; or say that it cannot be."""
        with_it = [*earlier, card][-_MOST_KEPT:]
        text = "".join(f"{json.dumps(each.to_json())}\n" for each in with_it)
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._replace(text)
        except OSError as error:
            self._say(f"This drill is not kept for the next: {error.strerror}: {self._file}")

    def _replace(self, text: str) -> None:
        """Replace the file as a whole; what a reader sees is never half of it."""
        handle, name = tempfile.mkstemp(dir=self._file.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(self._file)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
