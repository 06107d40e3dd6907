"""Which run is the newest: the one that was walked here last, whatever the clock said then.

A shell prompt waits for these imports.
"""

import os

FILE, STATE = "journal.jsonl", "state.json"
_ORDER = "order"


def newest_first(state: str) -> list[str]:
    """Return the ids of all runs under the state directory, as far as it can be read.

    A run whose first event was never whole on disk has not begun, and is none. One that an earlier
    version began stands in no order: it is older than all that do, and among such the date and the
    minute in the id tell, then when its journal changed.
    """
    folder = os.path.join(state, "runs")
    try:
        found = [run for run in os.listdir(folder) if _has_begun(os.path.join(folder, run))]
    except OSError:
        return []
    place = {run: number for number, run in enumerate(_order(state))}

    def age(run: str) -> tuple[int, list[str], float]:
        if run in place:
            return place[run], [], 0.0
        return -1, run.split("-")[1:3], _changed(os.path.join(folder, run, FILE))

    return sorted(found, key=age, reverse=True)


def note_newest(state: str, run: str) -> None:
    """Write down that ``run`` is walked from now on, and so is the newest; raises OSError.

    The line begins with the end of the one before it, should that be torn, and is appended at once:
    others may do the same at the same moment.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(os.path.join(state, _ORDER), flags, 0o600)
    try:
        os.write(handle, f"\n{run}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _order(state: str) -> list[str]:
    """Return the ids as they came; one that came again is the newer for it."""
    try:
        with open(os.path.join(state, _ORDER), "rb") as file:
            return file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return []


def _has_begun(folder: str) -> bool:
    try:
        with open(os.path.join(folder, FILE), "rb") as file:
            is_known = os.path.exists(os.path.join(folder, STATE))
            return is_known or file.readline().endswith(b"\n")
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        # It is there and cannot be read: whoever reads it says why.
        return True


def _changed(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0
