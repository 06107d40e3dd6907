"""Runs a module as the process of a pod, until the world that started it is gone.

Standard input is a pipe whose other end the world holds: when the world ends, however it ends,
the pipe closes, and no orphan keeps a port.
"""

import os
import runpy
import sys
import threading


def _leave_with_the_world() -> None:
    # Not sys.stdin: its lock would be held when the interpreter shuts down.
    while os.read(0, 1):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_leave_with_the_world, daemon=True).start()
    module = sys.argv[1]
    sys.argv = [module]
    # This file's own folder is no place of the application's.
    sys.path[0] = os.getcwd()  # noqa: PTH109 - a search path is text
    runpy.run_module(module, run_name="__main__", alter_sys=True)
