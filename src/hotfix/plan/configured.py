"""What more than one plan takes from the configuration."""

from typing import TYPE_CHECKING

from hotfix.ports.prober import Probe

if TYPE_CHECKING:
    from hotfix.config.model import Config


def deployments(config: "Config") -> tuple[str, ...]:
    """Return the names of the configured deployments; none without a cluster."""
    return tuple(config.kubernetes.deployments) if config.kubernetes else ()


def doomed_share(config: "Config") -> float:
    """Return from which share of its new pods on a rollout is doomed; all without a cluster."""
    return config.kubernetes.doomed_share if config.kubernetes else 1.0


def probes(config: "Config") -> tuple[Probe, ...]:
    """Return the configured probes, as steps are handed them."""
    return tuple(
        Probe(
            name=probe.name,
            url=probe.url,
            method=probe.method,
            body=probe.body,
            headers=tuple(probe.headers.items()),
            expect_status=probe.expect_status,
            json_path=probe.json_path,
            json_equals=probe.json_equals,
            expect_text=probe.expect_text,
            max_latency_seconds=probe.max_latency,
            timeout_seconds=probe.timeout,
            command=tuple(probe.command),
        )
        for probe in config.probes
    )
