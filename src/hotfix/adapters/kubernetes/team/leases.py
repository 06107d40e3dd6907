"""The lease as a dictionary, and the holder that stands in it. Nothing is sent here.

Every ``now`` is the API server's: two laptops' clocks may be minutes apart, and how long a holder
has been silent decides whether a takeover asks first.
"""

import socket
from dataclasses import replace
from datetime import datetime

from hotfix.adapters.kubernetes.api.connection import LEASE
from hotfix.adapters.kubernetes.api.object_owners import Json, annotations
from hotfix.ports.lock import STALE_SECONDS, LockHolder

_PREFIX = "hotfix-cli/"


def taken(lease: Json, run: str, operator: str, now: datetime, above: int = -1) -> Json:
    """Return the lease held by ``run`` under a token higher than any before.

    ``leaseTransitions`` is that token. It starts anew with a lease that was deleted, so ``above``
    is the highest one that the run knows of.
    """
    moment = _micro_time(now)
    spec = {
        **(lease.get("spec") or {}),
        "holderIdentity": run,
        "acquireTime": moment,
        "renewTime": moment,
        "leaseDurationSeconds": int(STALE_SECONDS),
        "leaseTransitions": max(_token(lease) if lease else -1, above) + 1,
    }
    words = {"operator": operator, "host": socket.gethostname(), "phase": "", "step": ""}
    return _lease(_annotated(lease.get("metadata") or {"name": LEASE}, words), spec)


def renewed(lease: Json, phase: str, step: str, now: datetime) -> Json:
    """Return the lease with a sign of life."""
    before = _moment(lease["spec"].get("renewTime"))
    # The server tells its time in whole seconds: a sign of life must not look older than the last.
    spec = {**lease["spec"], "renewTime": _micro_time(max(now, before or now))}
    return _lease(_annotated(lease["metadata"], {"phase": phase, "step": step}), spec)


def given_back(lease: Json) -> Json:
    """Return the lease without a holder; it goes on counting."""
    spec = dict(lease["spec"])
    for key in ("holderIdentity", "acquireTime"):
        spec.pop(key, None)
    return _lease(lease["metadata"], spec)


def holder_of(lease: Json, now: datetime) -> LockHolder | None:
    """Return who holds the lease at ``now``, or None."""
    spec, words = lease.get("spec") or {}, annotations(lease)
    run = str(spec.get("holderIdentity") or "")
    if not run:
        return None
    since, renewal = _moment(spec.get("acquireTime")), _moment(spec.get("renewTime"))
    return LockHolder(
        run=run,
        operator=words.get(f"{_PREFIX}operator") or "Somebody",
        since=since,
        token=_token(lease),
        host=words.get(f"{_PREFIX}host", ""),
        renewed=renewal,
        phase=words.get(f"{_PREFIX}phase", ""),
        step=words.get(f"{_PREFIX}step", ""),
        age_seconds=_seconds_since(since, now),
        silent_seconds=_seconds_since(renewal or since, now),
    )


def as_seen_by(holder: LockHolder, run: str, operator: str, token: int | None) -> LockHolder:
    """Return the holder, marked as ours where ``run`` may act under it.

    A run that never heard of its token, or of the newer one of a later claim (the answer was lost),
    recognizes its claim by operator and machine: after a takeover the run's id alone would be a
    colleague's, too.
    """
    is_by_us = (holder.run, holder.operator, holder.host) == (run, operator, socket.gethostname())
    is_newer = token is None or holder.token > token
    is_ours = (is_by_us and is_newer) or (token is not None and holder.is_held_by(run, token))
    return replace(holder, is_ours=is_ours)


def _lease(metadata: Json, spec: Json) -> Json:
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": metadata,
        "spec": spec,
    }


def _annotated(metadata: Json, words: dict[str, str]) -> Json:
    new = {f"{_PREFIX}{key}": text for key, text in words.items()}
    return {**metadata, "annotations": {**(metadata.get("annotations") or {}), **new}}


def _token(lease: Json) -> int:
    return int((lease.get("spec") or {}).get("leaseTransitions") or 0)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _seconds_since(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def _micro_time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
