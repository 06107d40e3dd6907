"""What nobody foresaw: a message that names a file, and never a traceback on the screen."""

import threading
from typing import TYPE_CHECKING

from hotfix.cli.telling import tell

if TYPE_CHECKING:
    from hotfix.domain.problem import Problem

_STATUS = "hotfix status, which says where the run stands"


def say_unforeseen(
    doing: str, error: BaseException, *, as_json: bool = False, next_command: str = _STATUS
) -> int:
    """Keep the traceback of ``error`` in the state directory, and say so on standard error.

    Args:
        doing: what came to such an end, as the beginning of a sentence.
        error: what nobody foresaw.
        as_json: whether a program reads what is said.
        next_command: what to type next.

    Returns:
        The exit code.
    """
    return tell(unforeseen_here(doing, error, next_command), as_json=as_json)


def unforeseen_here(doing: str, error: BaseException, next_command: str) -> "Problem":
    """Keep the traceback of ``error`` in the state directory; return what to say of it.

    That the working directory is gone is no fault of ours, whichever command meets it.
    """
    # Seldom needed, and never by a shell prompt.
    import os
    from pathlib import Path

    from hotfix.composition.journals import keep_traceback
    from hotfix.domain.problem import Problem, ProblemCode, unforeseen
    from hotfix.runs.state_folder import state_folder

    if isinstance(error, OSError) and _is_here_gone():
        return Problem(
            ProblemCode.USAGE,
            what="The folder that you are in is not there any more.",
            why="It was removed or replaced since you went there, or may not be read.",
            next_command="cd into the clone, and try again",
        )
    kept = keep_traceback(Path(state_folder(os.environ)), error)
    return unforeseen(doing, kept.words, kept.file, next_command)


def _is_here_gone() -> bool:
    from pathlib import Path

    try:
        Path.cwd()
    except OSError:
        return True
    return False


def watch_over_threads(next_command: str = _STATUS) -> None:
    """Let a fault of a thread in the background be said in words; the command goes on."""

    def say(fault: threading.ExceptHookArgs) -> None:
        if fault.exc_value is not None:
            name = fault.thread.name if fault.thread else "?"
            doing = f"A thread in the background ({name})"
            say_unforeseen(doing, fault.exc_value, next_command=next_command)

    threading.excepthook = say
