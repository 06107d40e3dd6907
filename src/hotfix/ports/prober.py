"""Production, asked: HTTP probes and commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hotfix.domain.probe_result import ProbeResult


@dataclass(frozen=True)
class Probe:
    """One configured probe; either ``url`` or ``command``.

    Attributes:
        name: such as ``checkout answers``.
        url: asked with ``method`` and ``body``.
        method: HTTP method.
        body: sent as JSON where not empty.
        headers: name and value pairs.
        expect_status: the HTTP status that is right.
        json_path: dotted path into the answer, such as ``items.0.total``; empty: not looked at.
        json_equals: what is found there must read, as text.
        expect_text: text that the answer must hold; empty: not looked at.
        max_latency_seconds: 0 for no limit.
        timeout_seconds: after which it counts as failed.
        command: a program and its arguments; exit code 0 is right.
    """

    name: str
    url: str = ""
    method: str = "GET"
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    expect_status: int = 200
    json_path: str = ""
    json_equals: str = ""
    expect_text: str = ""
    max_latency_seconds: float = 0.0
    timeout_seconds: float = 10.0
    command: tuple[str, ...] = ()


class Prober(Protocol):
    """Asks production. A probe that cannot be made is red, with the reason in ``saw``."""

    def probe(self, probes: Sequence[Probe]) -> tuple[ProbeResult, ...]:
        """Make all probes, side by side; results in the order asked for. A red one is a result."""
        ...
