"""Log lines of all pods that a selector matches, one after the other or as they come."""

import contextlib
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import urllib3
from urllib3.exceptions import HTTPError

from hotfix.adapters.kubernetes.api.connection import PODS, Connection
from hotfix.adapters.kubernetes.api.errors import unreachable
from hotfix.adapters.kubernetes.api.object_owners import Json, annotations, name_of
from hotfix.adapters.kubernetes.api.shared_reads import list_pods
from hotfix.domain.lines import lines_as_they_come
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError

_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
_CHUNK = 65_536
# Bytes of one that is shown; who writes a line for ever takes no more memory.
_LONGEST_LINE = 1_048_576
# How many lines may wait for the reader: a slow terminal slows the pods' streams, not the memory.
_WAITING_LINES = 1000
_JOIN_SECONDS = 2.0

_Line = tuple[str, str]


def read_logs(
    connection: Connection, selector: str, since_seconds: int, *, follow: bool
) -> Iterator[_Line]:
    """Yield ``(pod, line)``; with ``follow`` until the pods end or the iterator is closed.

    Raises:
        ProblemError: no pod matches, or no rights.
        TemporaryTroubleError: a stream broke.
    """
    pods = list_pods(connection, selector)
    if not pods:
        raise ProblemError(
            Problem(
                ProblemCode.CONFIGURATION,
                what=f"No pod in {connection.namespace} matches the selector {selector!r}.",
                why="There is nothing whose logs could be read.",
                next_command=f"kubectl -n {connection.namespace} get pods --show-labels",
            )
        )
    if follow:
        yield from _Followed(connection, since_seconds).lines(pods)
        return
    for pod in pods:
        response = _open(connection, pod, since_seconds, follow=False)
        if response is None:
            continue
        try:
            for line in _lines(response, name_of(pod)):
                yield name_of(pod), line
        finally:
            response.close()


@dataclass
class _Followed:
    """The merged streams of several pods: one thread each, one queue for all."""

    connection: Connection
    since_seconds: int
    arrived: queue.Queue[_Line | Exception | None] = field(
        default_factory=lambda: queue.Queue(_WAITING_LINES)
    )
    stopped: threading.Event = field(default_factory=threading.Event)
    responses: list[urllib3.BaseHTTPResponse] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def lines(self, pods: list[Json]) -> Iterator[_Line]:
        threads = [
            threading.Thread(target=self._read, args=(pod,), name="pod log", daemon=True)
            for pod in pods
        ]
        for thread in threads:
            thread.start()
        running = len(threads)
        try:
            while running:
                item = self.arrived.get()
                if isinstance(item, Exception):
                    raise item
                if item is None:
                    running -= 1
                else:
                    yield item
        finally:
            self._stop(threads)

    def _read(self, pod: Json) -> None:
        try:
            response = _open(self.connection, pod, self.since_seconds, follow=True)
            if response is None:
                return
            try:
                with self.lock:
                    if self.stopped.is_set():
                        return
                    self.responses.append(response)
                for line in _lines(response, name_of(pod)):
                    if not self._put((name_of(pod), line)):
                        return
            finally:
                response.close()
        except (ProblemError, TemporaryTroubleError) as error:
            self._put(error)
        finally:
            self._put(None)

    def _put(self, item: _Line | Exception | None) -> bool:
        """Hand over one item; False once nobody reads any more."""
        while not self.stopped.is_set():
            try:
                self.arrived.put(item, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    def _stop(self, threads: list[threading.Thread]) -> None:
        self.stopped.set()
        with self.lock:
            for response in self.responses:
                # Only this wakes a thread that waits for the next line; one that ended refuses it.
                with contextlib.suppress(ValueError, RuntimeError, OSError):
                    response.shutdown()
        for thread in threads:
            thread.join(_JOIN_SECONDS)


def _open(
    connection: Connection, pod: Json, since_seconds: int, *, follow: bool
) -> urllib3.BaseHTTPResponse | None:
    query = {"container": _container(pod), "sinceSeconds": str(max(1, since_seconds))}
    if follow:
        query["follow"] = "true"
    return connection.stream(
        PODS + "/{name}/log",
        f"read the log of pod {name_of(pod)}",
        name=name_of(pod),
        query=query,
        follow=follow,
    )


def _container(pod: Json) -> str:
    default = annotations(pod).get(_DEFAULT_CONTAINER)
    return default or str(pod["spec"]["containers"][0]["name"])


def _lines(response: urllib3.BaseHTTPResponse, pod: str) -> Iterator[str]:
    try:
        for line in lines_as_they_come(response.stream(_CHUNK), _LONGEST_LINE):
            yield line.decode("utf-8", "replace")
    except HTTPError as error:
        raise unreachable(error, pod, "read its log") from error
