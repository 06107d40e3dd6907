"""Whether a process lives, and is the one that was meant; a shell prompt waits for this import."""

import os

_PROC = "/proc"
_BOOT = f"{_PROC}/sys/kernel/random/boot_id"
# In /proc/PID/stat, counted after the name of the program.
_STATE, _STARTED = 0, 19


def born(pid: int) -> str | None:
    """Return when a living process began, in the system's words; None where there is none.

    With its number it tells apart who had this number.
    """
    values = _stat(pid)
    if values is not None:
        return f"{_text(_BOOT).strip()} {values[_STARTED]}" if values[_STATE] not in "ZX" else None
    if os.path.exists(_BOOT):
        return None
    from hotfix.processes.table import entry_of  # noqa: PLC0415 - it starts programs

    found = entry_of(pid)
    return None if found is None else found.started


def is_stopped(pid: int) -> bool:
    """Tell whether a living process stands still, as after Ctrl-Z; False where nobody can tell."""
    values = _stat(pid)
    return values is not None and values[_STATE] in "Tt"


def _stat(pid: int) -> list[str] | None:
    text = _text(f"{_PROC}/{pid}/stat")
    # The name of the program is in brackets, and may have some of its own.
    return text.rpartition(")")[2].split() if text else None


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
