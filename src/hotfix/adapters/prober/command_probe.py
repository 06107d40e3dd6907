"""One probe by a command."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Set as AbstractSet
from contextlib import suppress

from hotfix.ports.prober import Probe

_TAIL_BYTES, _CHUNK_BYTES = 4096, 65_536
_LOOK_SECONDS = 0.05


def run_in_time(probe: Probe, hidden: AbstractSet[str]) -> str:
    """Return what is wrong with the end of a probe's command, or an empty text.

    Environment variables of the names in ``hidden`` it must not see.
    """
    deadline = time.monotonic() + probe.timeout_seconds
    process = subprocess.Popen(
        probe.command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env={name: value for name, value in os.environ.items() if name not in hidden},
    )
    try:
        output = _last_output(process, deadline)
        is_over = process.poll() is not None
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # it, or what it left behind
        process.wait()
        if process.stdout:
            process.stdout.close()
    if not is_over:
        return f"not over within {probe.timeout_seconds:g} s"
    if process.returncode == 0:
        return ""
    lines = output.decode("utf-8", "replace").strip().splitlines() or ["no output"]
    return f"exit code {process.returncode}: {lines[-1][:200]}"


def _last_output(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    """Return the end of what the process says until it is over, or until the deadline.

    Only the end is kept, and children that hold the pipe open are not waited for.
    """
    tail = b""
    with selectors.DefaultSelector() as selector:
        if process.stdout:
            selector.register(process.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            is_over = process.poll() is not None
            for key, _ in selector.select(0 if is_over else min(left, _LOOK_SECONDS)):
                chunk = os.read(key.fd, _CHUNK_BYTES)
                if not chunk:
                    selector.unregister(key.fileobj)
                tail = (tail + chunk)[-_TAIL_BYTES:]
                break
            else:
                if is_over:
                    break
    return tail
