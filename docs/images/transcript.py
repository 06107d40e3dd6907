"""Writes the run that README shows, as it stood on a terminal. Run by ``make picture``."""

import os
import re
import sys
import tempfile
from pathlib import Path

from tests.view.emulated import Emulated

README = Path(__file__).parents[2] / "README.md"
_BEGIN, _END = "<!-- a run, from make picture -->\n\n", "\n\n<!-- the end of it -->"
_COLUMNS, _LINES = 96, 50
_FIRST, _ASKED, _LAST = "$ hotfix start", "Do customers notice?", "here: Go on"
_WORLD = re.compile(r"/\S*/hotfix-drill-\w+/webrana")
# What goes out in the background is told between any two steps.
_CALL = "• PagerDuty"
# What is of one run: times, commits, and what is drawn by how much time is spent.
_OF_ONE_RUN = re.compile(r"\b[0-9a-f]{8}\b|\d+(?:[:.]\d+)*|[█░]+|[A-Z]{3,4}(?= )|…?$")


def transcript() -> list[str]:
    """Begin a drill at a terminal, up to where the fix is awaited; returns what it shows."""
    hotfix = str(Path(sys.executable).with_name("hotfix"))
    with tempfile.TemporaryDirectory() as home:
        environ = {"PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm", "LANG": "C.UTF-8"}
        terminal = Emulated([hotfix, "drill"], {**environ, "NO_COLOR": "1"}, _COLUMNS, _LINES)
        try:
            terminal.until(_ASKED)
            terminal.type("1\r")
            terminal.until(_LAST)
            terminal.look(1.0)
            rows = terminal.whole().split("\n")
            terminal.type("\x03")
            terminal.ended()
        finally:
            terminal.close()
    first = next(at for at, row in enumerate(rows) if row.startswith(_FIRST))
    return [_WORLD.sub("~/webrana", row).rstrip() for row in rows[first:] if row.strip() != ">"]


def shown() -> list[str]:
    """Return the run that README shows."""
    block = README.read_text(encoding="utf-8").split(_BEGIN)[1].split(_END)[0]
    return [line.removeprefix("    ") for line in block.split("\n")]


def as_any_run(rows: list[str]) -> str:
    """Return the words of a run, without what differs from run to run, and where lines end."""
    its_own = [row for row in rows if _CALL not in row]
    return " ".join(_OF_ONE_RUN.sub("#", " ".join(its_own)).split())


def main() -> None:
    """Write it into README."""
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(_BEGIN)
    block = "\n".join(f"    {row}".rstrip() for row in transcript())
    README.write_text(f"{before}{_BEGIN}{block}{_END}{rest.split(_END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
