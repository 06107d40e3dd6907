"""What nobody foresaw: a message that names a file, and never a traceback on the screen."""

import threading

from hotfix.cli.telling import tell


def say_unforeseen(doing: str, error: BaseException, *, as_json: bool = False) -> int:
    """Keep the traceback of ``error`` in the state directory, and say so on standard error.

    Args:
        doing: what came to such an end, as the beginning of a sentence.
        error: what nobody foresaw.
        as_json: whether a program reads what is said.

    Returns:
        The exit code.
    """
    # Seldom needed, and never by a shell prompt.
    import os
    from pathlib import Path

    from hotfix.composition.journals import keep_traceback
    from hotfix.domain.problem import unforeseen
    from hotfix.runs.state_folder import state_folder

    kept = keep_traceback(Path(state_folder(os.environ)), error)
    next_command = "hotfix status, which says where the run stands"
    problem = unforeseen(doing, kept.words, kept.file, next_command)
    return tell(problem, as_json=as_json)


def watch_over_threads() -> None:
    """Let a fault of a thread in the background be said in words; the command goes on."""

    def say(fault: threading.ExceptHookArgs) -> None:
        if fault.exc_value is not None:
            name = fault.thread.name if fault.thread else "?"
            say_unforeseen(f"A thread in the background ({name})", fault.exc_value)

    threading.excepthook = say
