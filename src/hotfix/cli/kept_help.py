"""``hotfix --help`` as it was said last, for as long as nothing has changed that decides it.

The text is made by the commands themselves. It is kept together with what it was made from: every
file of the commands and of the library that lays it out, by size and time; the width and the
language of the terminal. Where any of that is another one, it is made anew.
"""

import os
import sys

from hotfix import __version__
from hotfix.processes.own_file import read_own, replace_own
from hotfix.runs.state_folder import state_folder

TYPE_CHECKING = False  # as in ``fast_status``: collections is not imported
if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = "help.json"
_DECIDE = ("COLUMNS", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "TERM", "NO_COLOR")


def help_text(environ: "Mapping[str, str]" = os.environ) -> str:
    """Return what ``hotfix --help`` prints."""
    path = os.path.join(state_folder(environ), _FILE)
    made_from, kept = _made_from(environ), read_own(path)
    if kept.get("made_from") == made_from and isinstance(kept.get("text"), str):
        return str(kept["text"])
    text = _made()
    replace_own(path, {"made_from": made_from, "text": text})
    return text


def _made() -> str:
    from contextlib import redirect_stdout, suppress
    from io import StringIO

    from hotfix.cli.app import app_for

    with redirect_stdout(StringIO()) as said, suppress(SystemExit):
        app_for(())(["--help"])
    return said.getvalue()


def _made_from(environ: "Mapping[str, str]") -> list[object]:
    # As ``importlib.util`` finds it, whose import takes longer than all of this.
    places = (finder.find_spec("typer", None) for finder in sys.meta_path)
    library = next(filter(None, places), None)
    folders = [os.path.dirname(__file__), *((library and library.submodule_search_locations) or ())]
    files = sorted(
        (each.path, each.stat().st_size, each.stat().st_mtime_ns)
        for folder in folders
        for each in os.scandir(folder)
        if each.name.endswith(".py")
    )
    decide = [environ.get(name) for name in _DECIDE]
    return [__version__, sys.version, _columns(), *decide, *map(list, files)]


def _columns() -> int:
    try:
        return os.get_terminal_size().columns
    except (OSError, ValueError):
        return 0
