"""Which run is the newest: the one that was walked here last, whatever the clock said then.

A shell prompt waits for these imports.
"""

import os

from hotfix.adapters.journal.derived import RUNS, SIGNED, Derived, open_plain, signature

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from hotfix.adapters.journal.derived import Signature

FILE, STATE = "journal.jsonl", "state.json"
_ORDER = "order"
# What is told after the end of a run takes less.
_TAIL_BYTES = 65_536
_ENDS, _GOES_ON = b'"type": "run_finished"', (b'"type": "run_resumed"', b'"type": "plan_chosen"')


def newest_first(state: str) -> list[str]:
    """Return the ids of all runs under the state directory, as far as it can be read.

    A run whose first event was never whole on disk has not begun, and is none. One that an earlier
    version began stands in no order: it is older than all that do, and among such the date and the
    minute in the id tell, then when its journal changed.
    """
    found, _ = listing(state, Derived(state, RUNS).rows)
    return list(found)


def listing(
    state: str, known: "Mapping[str, Sequence[Any]]"
) -> "tuple[dict[str, Signature | None], list[str]]":
    """Return the signature of each run's journal, newest first, and the folders of what is no run.

    Args:
        state: the state directory.
        known: by run, what begins with the signature that its journal had once it had begun: such
            a journal is not opened.
    """
    folder = os.path.join(state, "runs")
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return {}, []
    found: dict[str, Signature | None] = {}
    others = []
    try:
        for run in os.listdir(folder):
            signed = signature(f"{run}/{FILE}", handle)
            is_known = signed is not None and run in known and known[run][:SIGNED] == signed
            if is_known or _has_begun(os.path.join(folder, run)):
                found[run] = signed
            else:
                others.append(run)
    except OSError:
        return {}, []
    finally:
        os.close(handle)
    # One that came again is the newer for it.
    in_order = [run for run in dict.fromkeys(reversed(_order(state))) if run in found]
    older = found.keys() - set(in_order)

    def age(run: str) -> tuple[list[str], int]:
        return run.split("-")[1:3], (found[run] or (0, 0))[1]

    newest = [*in_order, *sorted(older, key=age, reverse=True)]
    return {run: found[run] for run in newest}, others


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


def has_begun(state: str, run: str) -> bool:
    """Tell whether there is a run of that id; whether it can be read is not looked into."""
    is_a_name = run not in {"", os.curdir, os.pardir} and os.sep not in run
    return is_a_name and _has_begun(os.path.join(state, "runs", run))


def has_ended(state: str, run: str) -> bool:
    """Tell whether the end of a run's journal says that it is over; False where none can be read.

    It is looked for, and no more: whether the journal is sound, whoever reads it tells.
    """
    try:
        with open(os.path.join(state, "runs", run, FILE), "rb", opener=open_plain) as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
            tail = file.read()
    except OSError:
        return False
    return tail.rfind(_ENDS) > max(tail.rfind(each) for each in _GOES_ON)


def is_newest(state: str, run: str) -> bool:
    """Tell whether the order names ``run`` last."""
    return next((each for each in reversed(_order(state)) if each), "") == run


def signature_of(state: str, run: str) -> "Signature | None":
    """Return the signature of a run's journal."""
    return signature(os.path.join(state, "runs", run, FILE))


def marks(state: str) -> "list[Signature | None]":
    """Return what changes when a run comes, goes, or is walked anew after it was over."""
    return [signature(os.path.join(state, name)) for name in ("runs", _ORDER)]


def _order(state: str) -> list[str]:
    """Return the ids as they came."""
    try:
        with open(os.path.join(state, _ORDER), "rb", opener=open_plain) as file:
            return file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return []


def _has_begun(folder: str) -> bool:
    try:
        with open(os.path.join(folder, FILE), "rb", opener=open_plain) as file:
            is_known = os.path.exists(os.path.join(folder, STATE))
            return is_known or file.readline().endswith(b"\n")
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        # It is there and cannot be read: whoever reads it says why.
        return True
