"""A kubelet without containers: it binds pods, reports how they are, and ends them."""

import contextlib
import heapq
import itertools
import json
import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import urllib3
from tests.real_cluster.pod_reports import Conduct, Report, conduct_of, reports

Json = dict[str, Any]

NODE = "node-1"
_MERGE = "application/merge-patch+json"
_IDLE_SECONDS = 0.5
# How long a pod takes to end once it is told to.
_STOP_SECONDS = 0.05


class Kubelet:
    """Plays the scheduler and the kubelet of one node, for all namespaces, in two threads.

    Args:
        url: of the API server.
        token: of somebody who may write everything.
        certificate: that the server is trusted by.
    """

    def __init__(self, url: str, token: str, certificate: Path) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._pool = urllib3.PoolManager(
            ca_certs=str(certificate), retries=False, timeout=20, maxsize=4
        )
        self._stopped = threading.Event()
        self._events: queue.SimpleQueue[Json] = queue.SimpleQueue()
        self._known: set[str] = set()
        self._ending: set[str] = set()
        self._order = itertools.count()
        self._due: list[tuple[float, int, Json, list[Report] | None]] = []
        self._watch: urllib3.BaseHTTPResponse | None = None
        self._threads = [
            threading.Thread(target=target, name=name, daemon=True)
            for target, name in ((self._listen, "kubelet watch"), (self._work, "kubelet"))
        ]

    def start(self) -> None:
        """Begin to look after pods."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop both threads."""
        self._stopped.set()
        if self._watch is not None:
            with contextlib.suppress(ValueError, RuntimeError, OSError):
                self._watch.shutdown()
        for thread in self._threads:
            thread.join(5)
        self._pool.clear()

    def _listen(self) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(urllib3.exceptions.HTTPError, OSError, ValueError):
                for event in self._pod_events():
                    self._events.put(event)
            self._stopped.wait(0.1)

    def _pod_events(self) -> Iterator[Json]:
        # From resource version 0: what is there comes first, as ADDED.
        query = "watch=1&resourceVersion=0&timeoutSeconds=3600"
        response = self._pool.request(
            "GET",
            f"{self._url}/api/v1/pods?{query}",
            headers=self._headers,
            preload_content=False,
            timeout=urllib3.Timeout(connect=5, read=3600),
        )
        self._watch = response
        rest = b""
        try:
            while not self._stopped.is_set():
                chunk = response.read1(65_536)
                if not chunk:
                    return
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    yield json.loads(line)
        finally:
            response.close()

    def _work(self) -> None:
        while not self._stopped.is_set():
            until_due = self._due[0][0] - time.monotonic() if self._due else _IDLE_SECONDS
            with contextlib.suppress(queue.Empty):
                self._notice(self._events.get(timeout=min(max(until_due, 0.001), _IDLE_SECONDS)))
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                self._do_what_is_due()

    def _notice(self, event: Json) -> None:
        pod = event.get("object") or {}
        if event.get("type") not in {"ADDED", "MODIFIED"} or pod.get("kind") != "Pod":
            return
        uid = pod["metadata"]["uid"]
        if pod["metadata"].get("deletionTimestamp"):
            if uid not in self._ending:
                self._ending.add(uid)
                self._plan(_STOP_SECONDS, pod, None)
        elif uid not in self._known:
            self._known.add(uid)
            self._admit(pod)

    def _admit(self, pod: Json) -> None:
        if conduct_of(pod) is not Conduct.UNSCHEDULABLE:
            binding = {
                "apiVersion": "v1",
                "kind": "Binding",
                "metadata": {"name": pod["metadata"]["name"]},
                "target": {"apiVersion": "v1", "kind": "Node", "name": NODE},
            }
            self._send("POST", pod, "/binding", binding)
        coming = reports(pod)
        self._plan(coming[0].after, pod, coming)

    def _plan(self, seconds: float, pod: Json, coming: list[Report] | None) -> None:
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), pod, coming))

    def _do_what_is_due(self) -> None:
        while self._due and self._due[0][0] <= time.monotonic() and not self._stopped.is_set():
            _, _, pod, coming = heapq.heappop(self._due)
            if coming is None:
                self._send("DELETE", pod, "", {"gracePeriodSeconds": 0})
                continue
            if pod["metadata"]["uid"] in self._ending:
                continue
            report, *rest = coming
            status = self._send("PATCH", pod, "/status", {"status": report.status})
            if rest and status == 200:
                self._plan(rest[0].after, pod, rest)

    def _send(self, method: str, pod: Json, subresource: str, body: Json) -> int:
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        media = _MERGE if method == "PATCH" else "application/json"
        return self._pool.request(
            method,
            f"{self._url}/api/v1/namespaces/{namespace}/pods/{name}{subresource}",
            body=json.dumps(body),
            headers={**self._headers, "Content-Type": media},
        ).status
