"""One probe by a command."""

from threading import Event

from hotfix.ports.prober import Probe
from hotfix.processes.running import run

_TAIL_BYTES = 4096


def run_in_time(probe: Probe, cancelled: Event) -> str:
    """Return what is wrong with the end of a probe's command, or an empty text.

    ``cancelled`` ends it.
    """
    done = run(
        probe.command,
        probe.timeout_seconds,
        keep=_TAIL_BYTES,
        as_one=True,
        leaves_nothing=True,
        cancelled=cancelled,
    )
    if done.code is None:
        return f"not over within {probe.timeout_seconds:g} s"
    if done.code == 0:
        return ""
    lines = done.output.decode("utf-8", "replace").strip().splitlines() or ["no output"]
    return f"exit code {done.code}: {lines[-1][:200]}"
