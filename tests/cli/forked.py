"""Many commands in one process's time: all is imported once, and each command is a fork of that.

Run as a script: standard input has the commands as a JSON array, standard output gets what became
of them.
"""

import contextlib
import gc
import io
import json
import os
import resource
import select
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import hotfix
from hotfix.cli import entry

READ = 65536
# What most commands import; a large process is slow to fork.
_IMPORTED = {
    "cli",
    "composition",
    "config",
    "detect",
    "domain",
    "plan",
    "runs",
    "simulators",
    "view",
}
# What a command is given to write to.
PIPE, CLOSED_PIPE, CLOSED, FULL = "pipe", "a pipe that nobody reads", "closed", "/dev/full"
# A file that takes a part of what is printed, by a stream with a buffer and by one without.
FILLING, FILLING_UNBUFFERED = "a disk that fills", "a disk that fills (PYTHONUNBUFFERED)"
_TAKES_BYTES = 3


def main() -> None:
    """Run them all, one after the other."""
    for module in walk_packages(hotfix.__path__, "hotfix."):
        if module.name.split(".")[1] in _IMPORTED:
            import_module(module.name)
    gc.collect()
    gc.freeze()
    commands, found = json.load(sys.stdin), []
    for command in commands:
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        if command["stdout"] == CLOSED_PIPE:
            os.close(out)
        child = os.fork()
        if not child:
            _be(command, out_end, err_end)
        os.close(out_end)
        os.close(err_end)
        said = _read([err] if command["stdout"] == CLOSED_PIPE else [out, err])
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        found.append({"code": code, "out": said.get(out, ""), "err": said[err]})
    json.dump(found, sys.stdout)


def _be(command: dict[str, Any], out: int, err: int) -> None:
    os.setsid()
    os.chdir(command["cwd"])
    os.environ.clear()
    os.environ.update(command["environ"])
    for end, number in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(end, number)
    os.closerange(3, 64)
    if command["stdout"] == FULL:
        os.dup2(os.open(FULL, os.O_WRONLY), 1)
    if command["stdout"] == CLOSED:
        os.close(1)
        sys.stdout = None  # as the interpreter begins then
    if command["stdout"] in {FILLING, FILLING_UNBUFFERED}:
        path = f"{command['cwd']}/printed"
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), 1)
        resource.setrlimit(resource.RLIMIT_FSIZE, (_TAKES_BYTES,) * 2)
    if command["stdout"] == FILLING_UNBUFFERED:
        raw = open(1, "wb", buffering=0, closefd=False)  # noqa: SIM115 - as the interpreter does
        sys.stdout = io.TextIOWrapper(raw, "utf-8", write_through=True)
    if command["limit"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (command["limit"],) * 2)
    sys.argv[1:] = command["words"]
    os._exit(_ended(entry.main))


def _ended(run: Callable[[], None]) -> int:
    """Run it, and flush as the interpreter does at its end; returns the exit code.

    The end itself is left out: to take all that is imported apart is what takes long.
    """
    code: object = 0
    try:
        run()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:  # noqa: BLE001 - so would any process say it
        traceback.print_exc()
        code = 1
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        sys.stderr.write(f"Exception ignored: {error}")
        code = 120
    sys.stderr.flush()
    return code if isinstance(code, int) else 1


def _read(pipes: list[int]) -> dict[int, str]:
    """Return what was written to each pipe, until nobody can write there any more."""
    said = dict.fromkeys(pipes, b"")
    left = list(pipes)
    while left:
        for ready in select.select(left, (), ())[0]:
            raw = os.read(ready, READ)
            said[ready] += raw
            if not raw:
                left.remove(ready)
                os.close(ready)
    return {pipe: raw.decode("utf-8", "replace") for pipe, raw in said.items()}


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
