"""What the machine's process table says of groups: who lives, since when, and whose they are.

Linux is read from ``/proc``, which needs no program; other systems are asked through ``ps``.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hotfix.domain.frozen import frozen
from hotfix.domain.lines import text_lines
from hotfix.processes.environment import of_child

_PROC = Path("/proc")
_BOOT = _PROC / "sys/kernel/random/boot_id"
_PS_SECONDS = 5.0
# In /proc/PID/stat, counted after the name of the program.
_STATE, _GROUP, _STARTED = 0, 2, 19


@frozen
class Entry:
    """A living process; what has ended and waits to be collected is none."""

    pid: int  #: its number
    group: int  #: the number of its process group
    started: str  #: when, in the system's words: with ``pid`` it tells apart who had this number


def entry_of(pid: int) -> Entry | None:
    """Return the living process of that number, or None."""
    if _BOOT.exists():
        return _from_proc(pid)
    return next(_from_ps("-p", str(pid)), None)


def members(group: int) -> Iterator[int]:
    """Yield the numbers of the living processes of a group."""
    if _BOOT.exists():
        return (pid for pid in _numbers() if _group_of(pid) == group)
    return (each.pid for each in _from_ps("-A") if each.group == group)


def is_alive(group: int) -> bool:
    """Tell whether anything of the group lives that we may end."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    # Where nobody collects orphans, as in many containers, what has ended keeps its number.
    return not _BOOT.exists() or any(members(group))


def bears(pid: int, variable: str) -> bool:
    """Tell whether ``NAME=value`` was in the environment that the process was started with.

    False where it cannot be read: it is not surely ours then.
    """
    if _BOOT.exists():
        try:
            return variable.encode() in (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
        except OSError:
            return False
    return any(variable in line.split() for line in _ps("eww", "-o", "command=", "-p", str(pid)))


def groups_bearing(variable: str) -> set[int]:
    """Return the groups whose leader was started with ``NAME=value`` in its environment."""
    if _BOOT.exists():
        return {pid for pid in _numbers() if _group_of(pid) == pid and bears(pid, variable)}
    found = (line.split() for line in _ps("axeww", "-o", "pid=,pgid=,command="))
    return {int(words[0]) for words in found if words[0] == words[1] and variable in words}


def holders(file: Path) -> set[int] | None:
    """Return who has ``file`` open, as far as we may see; None where the system does not tell."""
    if not _BOOT.exists():
        return {int(pid) for pid in _said("lsof", "-t", "--", str(file))} or None
    return {pid for pid in _numbers() if file.resolve() in _links(pid, "fd/*")}


def at_work(program: str, folder: Path) -> set[int] | None:
    """Return the processes of that name that stand in ``folder`` or below; None as above."""
    if not _BOOT.exists():
        return None
    named = (pid for pid in _numbers() if _name(pid) == program)
    return {
        pid for pid in named for at in _links(pid, "cwd") if at.is_relative_to(folder.resolve())
    }


def _links(pid: int, pattern: str) -> set[Path]:
    found = set()
    # Another user's are not shown, and what ends meanwhile has none.
    with suppress(OSError):
        for link in (_PROC / str(pid)).glob(pattern):
            with suppress(OSError):
                found.add(link.readlink())
    return found


def _name(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _numbers() -> Iterator[int]:
    return (int(name) for name in os.listdir(_PROC) if name.isdecimal())  # noqa: PTH208 - names alone


def _stat(pid: int) -> list[str] | None:
    """Return what /proc says of a living process, from its state on."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name of the program is in brackets, and may have some of its own.
    values = text.rpartition(")")[2].split()
    return values if values[_STATE] not in {"Z", "X"} else None


def _group_of(pid: int) -> int | None:
    values = _stat(pid)
    return int(values[_GROUP]) if values is not None else None


def _from_proc(pid: int) -> Entry | None:
    values = _stat(pid)
    if values is None:
        return None
    boot = _BOOT.read_text(encoding="ascii").strip()
    return Entry(pid, int(values[_GROUP]), f"{boot} {values[_STARTED]}")


def _from_ps(*which: str) -> Iterator[Entry]:
    for line in _ps("-o", "pid=,pgid=,state=,lstart=", *which):
        pid, group, state, *started = line.split()
        if not state.startswith("Z"):
            yield Entry(int(pid), int(group), " ".join(started))


def _ps(*words: str) -> list[str]:
    return _said("ps", *words)


def _said(*words: str) -> list[str]:
    """Return the lines that a program prints; none where it cannot be asked."""
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PS_SECONDS,
            check=False,
            env=of_child(adds={"LC_ALL": "C", "TZ": "UTC"}),
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [line for line in text_lines(done.stdout.decode("utf-8", "replace")) if line.strip()]
