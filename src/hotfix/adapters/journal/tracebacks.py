"""How an error that nobody foresaw came about, kept for whoever mends it."""

import itertools
import os
import shutil
import traceback
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from hotfix.domain.redaction import redacted
from hotfix.ports.journal import Kept
from hotfix.processes.environment import known_secrets


def keep_traceback(folder: Path, error: BaseException, secrets: Collection[str] = ()) -> Kept:
    """Write the traceback of ``error`` to the next ``traceback-N.txt`` in ``folder``.

    The folder is made where missing, private as the file is. Raises nothing: where the file cannot
    be written, what is returned names none.
    """
    secrets = {*secrets, *known_secrets()}
    words = redacted("".join(traceback.format_exception_only(error)).strip(), secrets)
    text = redacted("".join(traceback.format_exception(error)), secrets)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = _written(folder, text.encode("utf-8", "backslashreplace"))
    except OSError:
        return Kept(words, "")
    return Kept(words, str(path))


def kept_tracebacks(folder: Path) -> list[Path]:
    """Return the files that ``keep_traceback`` has written to ``folder``."""
    return sorted(folder.glob("traceback-*.txt"))


def copy_tracebacks(files: Iterable[Path], folder: Path) -> None:
    """Copy such files to ``folder``, private as they are; what cannot be copied is left out."""
    for file in files:
        with suppress(OSError):
            shutil.copy2(file, folder / file.name)


def _written(folder: Path, raw: bytes) -> Path:
    for number in itertools.count(1):
        path = folder / f"traceback-{number}.txt"
        try:
            # Never over an earlier one, nor through a link.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        return path
    raise AssertionError("numbers do not end")
