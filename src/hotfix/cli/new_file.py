"""A file that a command writes: whole or not at all, and over another one only where told to."""

import os
import shlex
import tempfile
from pathlib import Path

from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.redaction import redacted
from hotfix.processes.environment import known_secrets

#: what stands for standard output in the place of a file
PRINTED = Path("-")
_MODE = 0o644


def write_new(path: Path, text: str, *, force: bool, command: str) -> None:
    """Write ``text`` beside ``path``, secrets left out, then give it that name.

    Args:
        path: of the file.
        text: all of it.
        force: whether a file that is there is replaced.
        command: what was asked for, such as ``hotfix report``.

    Raises:
        ProblemError: it is there, or cannot be written. Nothing is left behind then.
    """
    # Behind a link it is its target that is written.
    target = Path(os.path.realpath(path))
    if os.path.lexists(target) and not target.is_file():
        raise ProblemError(_refused(path, "It is no file", command))
    if os.path.lexists(path) and not force:
        raise ProblemError(_there(path, command))
    try:
        handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}-")
    except OSError as error:
        raise ProblemError(_refused(path, error.strerror or str(error), command)) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(redacted(text, known_secrets()))
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(_MODE & ~_umask())
        if force:
            Path(beside).replace(target)
        else:
            # Unlike a rename, this takes the place of nothing that came meanwhile.
            target.hardlink_to(beside)
    except FileExistsError as error:
        raise ProblemError(_there(path, command)) from error
    except OSError as error:
        raise ProblemError(_refused(path, error.strerror or str(error), command)) from error
    finally:
        Path(beside).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _there(path: Path, command: str) -> Problem:
    return Problem(
        ProblemCode.USAGE,
        what=f"{path} is there already.",
        why="It is not written over unless you say so. Nothing was changed.",
        next_command=f"{command} --output {shlex.quote(str(path))} --force, or another name",
    )


def _refused(path: Path, why: str, command: str) -> Problem:
    return Problem(
        ProblemCode.USAGE,
        what=f"{path} cannot be written.",
        why=f"{why}. Nothing was changed.",
        next_command=f"{command} --output ANOTHER-FILE",
    )
