"""Whether a rollout of a deployment leaves a time in which none of its pods serves."""

import math
from collections.abc import Callable

from hotfix.adapters.kubernetes.api.object_owners import Json


def without_pods_meanwhile(deployment: Json) -> str:
    """Return by which of its settings all pods end before new ones are ready; empty for none."""
    spec = deployment["spec"]
    replicas = spec.get("replicas")
    wanted = 1 if replicas is None else int(replicas)
    strategy = spec.get("strategy") or {}
    if not wanted:
        return ""
    if strategy.get("type") == "Recreate":
        return "its strategy is Recreate"
    rolling = strategy.get("rollingUpdate") or {}
    surge, missing = (rolling.get(key, "25%") for key in ("maxSurge", "maxUnavailable"))
    # As the controller counts: a part of a pod may not be missing, but may be more; and where
    # neither is allowed, one may be missing.
    may_miss = _count(missing, wanted, math.floor)
    if not may_miss and not _count(surge, wanted, math.ceil):
        may_miss = 1
    return f"its maxUnavailable is {missing}" if may_miss >= wanted else ""


def _count(share: object, wanted: int, whole: Callable[[float], int]) -> int:
    text = str(share)
    return whole(int(text[:-1]) * wanted / 100) if text.endswith("%") else int(text)
