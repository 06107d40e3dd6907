"""Draws ``drill.svg``: a drill, shown by the product's own view. Run by ``make picture``."""

import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from hotfix.domain.event import Event
from hotfix.domain.fold import after
from hotfix.domain.leaving import THE_DRILL
from hotfix.domain.progress import Progress
from hotfix.view.terminal import Terminal

_WIDTH = 96
_PORT = re.compile(r"http://127\.0\.0\.1:\d+")
# No fonts from elsewhere: the picture is whole as it is.
_FORMAT = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def main() -> None:
    """Play a drill and write the picture beside this file."""
    hotfix = Path(sys.executable).with_name("hotfix")
    played = subprocess.run(
        [hotfix, "drill", "--auto", "--json"], check=True, capture_output=True, text=True
    )
    told = _PORT.sub("https://github.example", played.stdout)
    told_of = [json.loads(line) for line in told.splitlines()]
    # The scorecard is the drill's own, and no event.
    events = [Event.from_json(each) for each in told_of if each["type"] != "scorecard"]
    console = Console(
        file=StringIO(),
        record=True,
        width=_WIDTH,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
        markup=False,
    )
    progress, end = Progress(), events[-1].at
    terminal = Terminal(lambda: end, console)
    terminal.leave = THE_DRILL
    for event in events:
        progress = after(progress, event)
        terminal.show(event, progress)
    terminal.summary(progress, end)
    picture = console.export_svg(
        title="hotfix drill --auto", code_format=_FORMAT, unique_id="drill"
    )
    Path(__file__).with_name("drill.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
