"""What there is to read about pods that do not get ready: their events and last log lines."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from urllib3.exceptions import HTTPError

from hotfix.adapters.kubernetes.api.connection import PODS, Connection
from hotfix.adapters.kubernetes.api.object_owners import Json, name_of
from hotfix.adapters.kubernetes.api.shared_reads import get_deployment, list_replica_sets
from hotfix.adapters.kubernetes.rollouts.pod_events import warnings_of
from hotfix.adapters.kubernetes.rollouts.pod_views import container_statuses
from hotfix.domain.foreign_answer import understood
from hotfix.domain.log_end import last_lines, shortened
from hotfix.domain.problem import ProblemError, TemporaryTroubleError

_MOST_PODS, _EVENTS, _LOG_LINES = 2, 3, 10
_MOST_BYTES = 65_536


def explain(connection: Connection, deployment: str, pods: Sequence[str]) -> tuple[str, ...]:
    """Return lines for people; what cannot be read is said in its place, and stops nothing.

    Of the pods to blame, the first two are explained; where there is none, ReplicaSets are asked.
    """
    if not pods:
        return tuple(_readable(_of_replica_sets(connection, deployment), deployment))
    named = tuple(dict.fromkeys(pods))[:_MOST_PODS]
    return tuple(line for pod in named for line in _readable(_of(connection, pod), pod))


def _readable(lines: Iterator[str], name: str) -> Iterator[str]:
    try:
        with understood("the cluster's answer"):
            yield from lines
    except (ProblemError, TemporaryTroubleError) as error:
        yield f"{name}: nothing more can be read: {error}"


def _of(connection: Connection, name: str) -> Iterator[str]:
    for warning in warnings_of(connection, "Pod", name)[-_EVENTS:]:
        yield f"{name}: {warning}"
    answer = connection.ask(
        "GET", PODS + "/{name}", f"get pod {name}", name=name, also={HTTPStatus.NOT_FOUND}
    )
    if answer.status == HTTPStatus.NOT_FOUND:
        yield f"{name} is gone."
        return
    for status in container_statuses(answer.body)[:10]:
        if _is_troubled(status):
            yield from _log(connection, name, status)


def _of_replica_sets(connection: Connection, deployment: str) -> Iterator[str]:
    owner = get_deployment(connection, deployment)
    for each in list_replica_sets(connection, [owner]).of(owner):
        for warning in warnings_of(connection, "ReplicaSet", name_of(each))[-_EVENTS:]:
            yield f"{name_of(each)}: {warning}"


def _is_troubled(status: Json) -> bool:
    ended = (status.get("state") or {}).get("terminated") or {}
    is_over = bool(ended) and not ended.get("exitCode")
    return not status.get("ready") and not is_over


def _log(connection: Connection, pod: str, status: dict[str, Any]) -> Iterator[str]:
    """Yield the last lines of the container, and those of the one that was restarted."""
    container = str(status.get("name"))
    now = _tail(connection, pod, container, is_previous=False)
    before = _tail(connection, pod, container, is_previous=True) if _was_restarted(status) else []
    if before and before != now:
        yield f"{pod}, before its restart:"
        yield from (f"{pod} | {line}" for line in before)
        if now:
            yield f"{pod}, since then:"
    yield from (f"{pod} | {line}" for line in now)


def _was_restarted(status: dict[str, Any]) -> bool:
    return bool((status.get("lastState") or {}).get("terminated"))


def _tail(connection: Connection, pod: str, container: str, *, is_previous: bool) -> list[str]:
    query = {
        "container": container,
        "tailLines": str(_LOG_LINES),
        "limitBytes": str(_MOST_BYTES),
        **({"previous": "true"} if is_previous else {}),
    }
    doing = f"read the log of pod {pod}"
    response = connection.stream(PODS + "/{name}/log", doing, name=pod, query=query, follow=False)
    if response is None:
        return []
    try:
        text = response.data.decode("utf-8", "replace")
    except HTTPError as error:
        raise TemporaryTroubleError(f"The log of pod {pod} broke off.") from error
    finally:
        response.close()
    last = last_lines(text.splitlines(), _LOG_LINES)
    return [shortened(line) for line in last if line.strip()]
