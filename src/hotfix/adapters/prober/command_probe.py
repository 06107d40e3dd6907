"""One probe by a command."""

from threading import Event

from hotfix.ports.prober import Probe
from hotfix.processes.running import run
from hotfix.processes.starting import without

_TAIL_BYTES = 4096


def run_in_time(probe: Probe, hidden: frozenset[str], cancelled: Event) -> str:
    """Return what is wrong with the end of a probe's command, or an empty text.

    Environment variables of the names in ``hidden`` it must not see; ``cancelled`` ends it.
    """
    done = run(
        probe.command,
        probe.timeout_seconds,
        environ=without(hidden),
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
