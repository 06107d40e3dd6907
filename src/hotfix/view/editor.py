"""A person's own editor, opened on a short text at the terminal."""

import os
import sys
import tempfile
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hotfix.domain.question import NotEditedError
from hotfix.processes.at_our_terminal import run_at_our_terminal
from hotfix.processes.running import run

_ASK_GIT_SECONDS = 10.0
_NOT_FOUND = (126, 127)
# Whatever names the one that failed, this goes before it.
_WITHOUT_IT = (
    "Set GIT_EDITOR to another, for hotfix resume; or do without, in another terminal: "
    "hotfix note 'Root cause: ...'"
)
# As git has it: what is configured may be a program with words of its own. The shell between us
# outlives Ctrl-C, which is the editor's.
_OPEN = 'trap : INT; {} "$@"'


def in_the_editor(text: str) -> str:
    """Return what a person saves of ``text``, empty where they do not save it.

    Ctrl-C meanwhile is the editor's.

    The editor is the one that git opens: ``GIT_EDITOR``, ``core.editor``, ``VISUAL``, ``EDITOR``,
    else what git falls back on.

    Raises:
        NotEditedError: there is no editor, it failed, or what it saved is no text.
    """
    editor = _editor()
    with tempfile.TemporaryDirectory(prefix="hotfix-") as folder:
        file = Path(folder) / "fix.txt"
        file.write_text(text, encoding="utf-8")
        # A save is seen by its time, also one within the same tick of the clock.
        os.utime(file, (0, 0))
        words = ["sh", "-c", _OPEN.format(editor), editor, str(file)]
        with _as_it_was():
            code = run_at_our_terminal(
                words, folder=Path.cwd(), adds={}, environ=os.environ, may_ask=True
            )
        if code:
            how = "cannot be started" if code in _NOT_FOUND else f"ended with {code}"
            raise NotEditedError(f"The editor ({editor}) {how}. {_WITHOUT_IT}")
        try:
            is_saved = file.stat().st_mtime_ns != 0
            return file.read_text(encoding="utf-8-sig") if is_saved else ""
        except UnicodeDecodeError as error:
            raise NotEditedError("What was saved is no text in UTF-8.") from error
        except OSError as error:
            raise NotEditedError(f"What was saved cannot be read: {error.strerror}.") from error


def _editor() -> str:
    try:
        asked = run(["git", "var", "GIT_EDITOR"], _ASK_GIT_SECONDS)
    except OSError as error:
        raise NotEditedError(f"git cannot be asked for your editor: {error.strerror}.") from error
    editor = asked.output.decode("utf-8", "replace").strip()
    if asked.code or not editor:
        raise NotEditedError(f"git knows no editor for this terminal. {_WITHOUT_IT}")
    return editor


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Leave the terminal as it is, whatever an editor that crashed has made of it."""
    before = termios.tcgetattr(sys.stdin)
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
