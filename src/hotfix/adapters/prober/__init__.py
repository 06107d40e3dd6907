"""Production, asked over HTTP (httpx2) or by a command."""

from hotfix.adapters.prober.prober import ProductionProber

__all__ = ["ProductionProber"]
