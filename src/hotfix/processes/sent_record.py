"""What was sent to whom that cannot be asked what it has got: lines on disk, of one run."""

import os
from pathlib import Path

from hotfix.domain.standing import Standing

_MARKS = {"?": Standing.PERHAPS, "+": Standing.SENT, "-": Standing.NEW}
_SIGNS = {standing: mark for mark, standing in _MARKS.items()}


class SentRecord:
    """A file with a line for each try, and one for what came of it; its folder is made."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def standing(self, key: str) -> Standing:
        """Return what the last line about ``key`` says."""
        try:
            lines = self._file.read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return Standing.NEW
        except (OSError, UnicodeDecodeError):
            return Standing.PERHAPS
        marks = [line[:1] for line in lines if line[1:] == key]
        return _MARKS.get(marks[-1], Standing.PERHAPS) if marks else Standing.NEW

    def note(self, key: str, standing: Standing) -> None:
        """Write a line that outlives a crash; raises OSError."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{_SIGNS[standing]}{key}\n")
            file.flush()
            os.fsync(file.fileno())
