"""Probes side by side, each green, red, or not made, with what it saw."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import httpx2

from hotfix.adapters.prober.command_probe import run_in_time
from hotfix.adapters.prober.http_probe import NotReachedError, ask_in_time
from hotfix.domain.figures import in_seconds
from hotfix.domain.probe_result import ProbeResult
from hotfix.ports.prober import Probe
from hotfix.processes.running import set_by_an_error

_AT_ONCE = 8


class ProductionProber:
    """Makes probes side by side."""

    def probe(self, probes: Sequence[Probe]) -> tuple[ProbeResult, ...]:
        """Make all probes; results in the order asked for. A red one is a result."""
        if not probes:
            return ()
        interrupted = Event()
        with (
            ThreadPoolExecutor(min(len(probes), _AT_ONCE)) as pool,
            set_by_an_error(interrupted),
        ):
            return tuple(pool.map(partial(self._probe, interrupted), probes))

    def _probe(self, interrupted: Event, probe: Probe) -> ProbeResult:
        started = time.monotonic()
        is_reached = True
        try:
            saw = run_in_time(probe, interrupted) if probe.command else ask_in_time(probe)
            is_green = saw == ""
        except NotReachedError as error:
            is_green, is_reached, saw = False, False, f"not reached: {_first_line(error)}"
        except (httpx2.HTTPError, OSError, ValueError, RecursionError) as error:
            is_green, saw = False, _first_line(error)
        seconds = time.monotonic() - started
        if is_green and 0 < probe.max_latency_seconds < seconds:
            is_green, saw = False, f"right, but slower than {in_seconds(probe.max_latency_seconds)}"
        if is_green:
            saw = "exit code 0" if probe.command else f"{probe.expect_status}, as expected"
        return ProbeResult(probe.name, is_green, f"{saw} in {seconds:.2f} s", seconds, is_reached)


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0][:200] if lines else type(error).__name__
