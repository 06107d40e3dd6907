"""What nobody foresaw: a message that names a file, and never a traceback on the screen."""

import sys
import threading

from hotfix.cli import exit_codes


def say_unforeseen(doing: str, error: BaseException) -> int:
    """Keep the traceback of ``error`` in the state directory, and say so on standard error.

    ``doing`` is what came to such an end, as the beginning of a sentence. Returns the exit code.
    """
    # Seldom needed, and never by a shell prompt.
    import os
    from pathlib import Path

    from hotfix.composition.journals import keep_traceback
    from hotfix.domain.problem import unforeseen
    from hotfix.runs.state_folder import state_folder
    from hotfix.view.problem_lines import problem_lines

    kept = keep_traceback(Path(state_folder(os.environ)), error)
    next_command = "hotfix status, which says where the run stands"
    problem = unforeseen(doing, kept.words, kept.file, next_command)
    print("\n".join(problem_lines(problem)), file=sys.stderr)
    return exit_codes.FAILED


def watch_over_threads() -> None:
    """Let a fault of a thread in the background be said in words; the command goes on."""

    def say(fault: threading.ExceptHookArgs) -> None:
        if fault.exc_value is not None:
            name = fault.thread.name if fault.thread else "?"
            say_unforeseen(f"A thread in the background ({name})", fault.exc_value)

    threading.excepthook = say
