"""A kubelet without containers: it binds pods, reports how they are, and ends them.

Its node has a port as a kubelet's has, through which the API server reads logs.
"""

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
from tests.real_cluster.container_logs import ContainerLogs, LogServer
from tests.real_cluster.pod_reports import Conduct, Report, at_this_moment, conduct_of, reports
from tests.real_cluster.pod_warnings import warnings

Json = dict[str, Any]

NODE = "node-1"
_MERGE = "application/merge-patch+json"
_IDLE_SECONDS = 0.5
# How long a pod takes to end once it is told to.
_STOP_SECONDS = 0.05
# After which it tries again what an API server that is away did not take.
_AGAIN_SECONDS = 0.2


class Kubelet:
    """Plays the scheduler and the kubelet of one node, for all namespaces, in two threads.

    Args:
        url: of the API server.
        token: of somebody who may write everything.
        certificate: that the server is trusted by; with the key beside it, the node's own, too.
    """

    def __init__(self, url: str, token: str, certificate: Path) -> None:
        self.logs = ContainerLogs()
        self._log_server = LogServer(self.logs, certificate, certificate.with_suffix(".key"))
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
        self._told: dict[str, Json] = {}
        self._watch: urllib3.BaseHTTPResponse | None = None
        self._threads = [
            threading.Thread(target=target, name=name, daemon=True)
            for target, name in ((self._listen, "kubelet watch"), (self._work, "kubelet"))
        ]

    def start(self) -> None:
        """Register the node and begin to look after pods."""
        self._log_server.start()
        self._register()
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
        self._log_server.stop()
        self._pool.clear()

    def _register(self) -> None:
        """Let the API server know where this kubelet's port is."""
        node = {"metadata": {"name": NODE}}
        status = {
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": self._log_server.port}},
        }
        made = self._ask("POST", "/api/v1/nodes", node)
        told = self._ask("PATCH", f"/api/v1/nodes/{NODE}/status", {"status": status})
        assert (made, told) == (201, 200)

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
            coming = reports(pod)
            self._plan(coming[0].after, pod, coming)

    def _bind(self, pod: Json) -> None:
        binding = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": pod["metadata"]["name"]},
            "target": {"apiVersion": "v1", "kind": "Node", "name": NODE},
        }
        self._send("POST", pod, "/binding", binding)

    def _plan(self, seconds: float, pod: Json, coming: list[Report] | None) -> None:
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), pod, coming))

    def _do_what_is_due(self) -> None:
        while self._due and self._due[0][0] <= time.monotonic() and not self._stopped.is_set():
            _, _, pod, coming = heapq.heappop(self._due)
            try:
                self._do(pod, coming)
            except urllib3.exceptions.HTTPError:
                self._plan(_AGAIN_SECONDS, pod, coming)

    def _do(self, pod: Json, coming: list[Report] | None) -> None:
        uid = pod["metadata"]["uid"]
        if coming is None:
            self._send("DELETE", pod, "", {"gracePeriodSeconds": 0})
            self.logs.forget(pod)
            self._told.pop(uid, None)
            return
        if uid in self._ending:
            return
        report, *rest = coming
        before = self._told.get(uid, {})
        if not before and conduct_of(pod) is not Conduct.UNSCHEDULABLE:
            self._bind(pod)
        told = at_this_moment(report.status, before)
        # A log is there as soon as anybody can read of the container that printed it.
        self.logs.see({**pod, "status": told})
        if self._send("PATCH", pod, "/status", {"status": told}) != 200:
            return
        self._told[uid] = told
        for event in warnings(pod, told, before):
            path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/events"
            self._ask("POST", path, event)
        if rest:
            self._plan(rest[0].after, pod, rest)

    def _send(self, method: str, pod: Json, subresource: str, body: Json) -> int:
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        path = f"/api/v1/namespaces/{namespace}/pods/{name}{subresource}"
        return self._ask(method, path, body)

    def _ask(self, method: str, path: str, body: Json) -> int:
        media = _MERGE if method == "PATCH" else "application/json"
        return self._pool.request(
            method,
            self._url + path,
            body=json.dumps(body),
            headers={**self._headers, "Content-Type": media},
        ).status
