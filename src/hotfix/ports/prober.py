"""Production, asked: HTTP probes and commands."""

from collections.abc import Sequence
from typing import Protocol

from hotfix.domain.frozen import frozen
from hotfix.domain.probe_result import ProbeResult


@frozen
class Probe:
    """One configured probe; either ``url`` or ``command``."""

    name: str  #: such as ``checkout answers``
    url: str = ""  #: asked with ``method`` and ``body``
    method: str = "GET"  #: HTTP method
    body: str = ""  #: sent as JSON where not empty
    headers: tuple[tuple[str, str], ...] = ()  #: name and value pairs
    expect_status: int = 200  #: the HTTP status that is right
    #: dotted path into the answer, such as ``items.0.total``; empty: not looked at
    json_path: str = ""
    json_equals: str = ""  #: what is found there must read, as text
    #: text that the body, or the address of a redirect, must hold; empty: not looked at
    expect_text: str = ""
    max_latency_seconds: float = 0.0  #: 0 for no limit
    timeout_seconds: float = 10.0  #: after which it counts as failed
    command: tuple[str, ...] = ()  #: a program and its arguments; exit code 0 is right


class Prober(Protocol):
    """Asks production. A probe that cannot be made has not reached it, and ``saw`` says why."""

    def probe(self, probes: Sequence[Probe]) -> tuple[ProbeResult, ...]:
        """Make all probes, side by side; results in the order asked for. A red one is a result.

        So is one that did not reach production.
        """
        ...
