"""One probe by a command."""

from pathlib import Path
from threading import Event

from hotfix.adapters.prober.http_probe import NotReachedError
from hotfix.domain.figures import in_seconds
from hotfix.ports.prober import Probe
from hotfix.processes.running import run

_TAIL_BYTES = 4096
# By shells, that there is no such program, or that it cannot be run; and sysexits' EX_UNAVAILABLE
# and EX_TEMPFAIL, for probes that tell themselves that they did not get through.
_NOT_MADE = frozenset({126, 127, 69, 75})
# What the usual ones say of a connection that they did not get.
_NO_CONNECTION = {"curl": frozenset({5, 6, 7}), "wget": frozenset({4})}


def run_in_time(probe: Probe, cancelled: Event) -> str:
    """Return what is wrong with the end of a probe's command, or an empty text.

    ``cancelled`` ends it.

    Raises:
        NotReachedError: it could not be run, or says that it did not get through.
    """
    try:
        done = run(
            probe.command,
            probe.timeout_seconds,
            keep=_TAIL_BYTES,
            as_one=True,
            leaves_nothing=True,
            cancelled=cancelled,
        )
    except (OSError, ValueError) as error:
        raise NotReachedError(str(error)) from error
    if done.code is None:
        return f"not over within {in_seconds(probe.timeout_seconds)}"
    if done.code == 0:
        return ""
    lines = done.output.decode("utf-8", "replace").strip().splitlines() or ["no output"]
    saw = f"exit code {done.code}: {lines[-1][:200]}"
    program = Path(probe.command[0]).name
    if done.code in _NOT_MADE | _NO_CONNECTION.get(program, frozenset()):
        raise NotReachedError(saw)
    return saw
