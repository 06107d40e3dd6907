"""Where the process starts.

``hotfix status`` is answered, and ``hotfix rollback`` asks the cluster, before anything heavy is
imported.
"""

import gc
import os
import sys

from hotfix.cli.any_terminal import bear_any_terminal
from hotfix.cli.redacting import RedactedOutput

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from typing import NoReturn

    from hotfix.composition.early_cluster import EarlyCluster

_JSON = "--json"
# All say the same, unless a shell has a line completed.
_HELP: tuple[list[str], ...] = ([], ["help"], ["-h"], ["--help"])
_COMPLETING = "_HOTFIX_COMPLETE"
# What asks everybody, and leaves nothing behind that is yet to be done once it has spoken.
_ENDS_AT_ONCE = frozenset({"doctor", "init"})


def main() -> None:
    """Run the command line; ends the process with an exit code of ``exit_codes``."""
    bear_any_terminal()
    with RedactedOutput():
        _main()


def _main() -> None:
    try:
        try:
            _run()
        finally:
            # At the end of the process, a disk that is full would be no news in words.
            sys.stdout.flush()
            # What typer has met it keeps to itself: the interpreter would meet it again.
            if _is_nobody_there():
                _write_no_more()
    except BrokenPipeError:
        # Whoever read has gone.
        _write_no_more()
        sys.exit(0 if _is_endless() else 1)
    except KeyboardInterrupt:
        # Before there was a command that could say more.
        from hotfix.cli.telling import tell_interruption

        sys.exit(tell_interruption((), as_json=_JSON in sys.argv))
    except Exception as error:  # noqa: BLE001 - a fault of ours ends in words too, and is kept
        if isinstance(error, OSError) and error is getattr(sys.stdout, "trouble", None):
            from hotfix.cli.telling import tell_unwritten

            _write_no_more()
            sys.exit(tell_unwritten(error, as_json=_JSON in sys.argv))
        from hotfix.cli.unforeseen import say_unforeseen

        sys.exit(say_unforeseen("The command", error, as_json=_JSON in sys.argv))


def _is_nobody_there() -> bool:
    return isinstance(getattr(sys.stdout, "trouble", None), BrokenPipeError)


def _is_endless() -> bool:
    """Tell whether it would go on until somebody ends it, such as by reading no more."""
    return bool(getattr(sys.stdout, "is_endless", False))


def _write_no_more() -> None:
    """Let what is left to flush complain of it no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run() -> None:
    # Imports make many objects and no garbage: looking for it took a tenth of the start.
    gc.set_threshold(200_000)
    words = sys.argv[1:]
    if words and words[0] == "status" and not {"--watch", "--help"} & set(words):
        from hotfix.cli.fast_status import fast_status

        code = fast_status(words[1:])
        if code is not None:
            _end(code)
    if words in _HELP and _COMPLETING not in os.environ:
        from hotfix.cli.kept_help import help_text

        sys.stdout.write(help_text())
        if not words:
            from hotfix.cli.open_now import open_now

            told = open_now()
            sys.stdout.write(f"\n{told}" if told else "")
        _end(0)
    from hotfix.cli.lost_interrupts import keep_interrupts

    keep_interrupts()
    early = None
    if words and words[0] == "rollback":
        from hotfix.cli.early_look import early_look

        early = early_look(words[1:])
        _roll_back_by_plain_words(words[1:], early)
    from hotfix.cli.app import app_for
    from hotfix.cli.unforeseen import watch_over_threads

    watch_over_threads()
    try:
        app_for(words)(obj=early)
    except SystemExit as ending:
        if _is_endless() and _is_nobody_there():
            raise SystemExit(0) from ending
        if not _ENDS_AT_ONCE.isdisjoint(words[:1]) and isinstance(ending.code, int):
            _end(ending.code)
        raise


def _end(code: int) -> "NoReturn":
    """End the process, as soon as all is written.

    Python takes every module apart at its end: a fifth of what a shell prompt waits for. Libraries
    wait there for their threads, too: one of them may hang.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _roll_back_by_plain_words(words: list[str], early: "EarlyCluster | None") -> None:
    """Roll back, and end the process, where no library is needed to understand the words."""
    from hotfix.cli.errors import command
    from hotfix.cli.plain_words import wanted_by
    from hotfix.cli.rolling_back import roll_back
    from hotfix.cli.unforeseen import watch_over_threads

    wanted = wanted_by(words)
    if wanted is not None:
        watch_over_threads()
        command(roll_back)(wanted, early)
