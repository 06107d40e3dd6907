"""What containers printed, and the kubelet's own port, where the API server fetches it.

There are no containers: what they print follows from their pod's status, run by run, and from what
a test lets them say.
"""

import contextlib
import http.server
import ssl
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.real_cluster.pod_reports import Conduct, conduct_of

Json = dict[str, Any]
_LAST_WORDS = {Conduct.CRASH_LOOP: "panicked at main.rs:7", Conduct.OUT_OF_MEMORY: "cache grows"}
_Run = tuple[str, str, int]


class NoLogError(Exception):
    """There is nothing to read, in the kubelet's words."""


class ContainerLogs:
    """The lines of all pods, each with the moment at which it was printed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._pods: dict[tuple[str, str], Json] = {}
        self._lines: dict[_Run, list[tuple[float, str]]] = {}
        self._is_over = False

    def see(self, pod: Json) -> None:
        """Note what a pod's status is now: containers that run by it print their first lines."""
        metadata = pod["metadata"]
        with self._changed:
            self._pods[metadata["namespace"], metadata["name"]] = pod
            for status in pod["status"].get("containerStatuses") or []:
                runs = [status["restartCount"]] if "running" in status["state"] else []
                ended = _ended(status)
                for run in [*runs, *([] if ended is None else [ended])]:
                    lines = self._lines.setdefault((metadata["uid"], status["name"], run), [])
                    if not lines:
                        lines.append((time.time(), f"run {run}: starting"))
                if ended is not None:
                    last = (metadata["uid"], status["name"], ended)
                    if len(self._lines[last]) == 1:
                        words = _LAST_WORDS.get(conduct_of(pod) or Conduct.SLOW, "exiting")
                        self._lines[last].append((time.time(), f"run {ended}: {words}"))
            self._changed.notify_all()

    def forget(self, pod: Json) -> None:
        """Take away a pod that is gone; whoever follows its log comes to the end."""
        with self._changed:
            self._pods.pop((pod["metadata"]["namespace"], pod["metadata"]["name"]), None)
            self._changed.notify_all()

    def say(self, namespace: str, name: str, line: str) -> None:
        """Let the pod's first container, which runs, print a line."""
        with self._changed:
            run = _run(self._pods[namespace, name], "", is_previous=False)
            self._lines[run].append((time.time(), line))
            self._changed.notify_all()

    def run_of(self, namespace: str, name: str, container: str, *, is_previous: bool) -> _Run:
        """Return which run of the container is meant.

        Raises:
            NoLogError: it has not begun, or there was none before it.
        """
        with self._changed:
            if (namespace, name) not in self._pods:
                raise NoLogError(f'pod "{name}" not found')
            return _run(self._pods[namespace, name], container, is_previous=is_previous)

    def lines_from(self, run: _Run, begin: int, seconds: float) -> tuple[list[str], bool]:
        """Return the lines from number ``begin`` on; waits for one, ``seconds`` at most.

        The second value says whether more may come.
        """
        with self._changed:
            self._changed.wait_for(lambda: len(self._lines[run]) > begin or self._is_over, seconds)
            is_there = any(pod["metadata"]["uid"] == run[0] for pod in self._pods.values())
            return [text for _, text in self._lines[run][begin:]], is_there and not self._is_over

    def first_since(self, run: _Run, moment: float) -> int:
        """Return the number of the first line that was printed at ``moment`` or later."""
        with self._changed:
            return sum(printed < moment for printed, _ in self._lines[run])

    def end(self) -> None:
        """End all that is followed."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()


class LogServer:
    """``GET /containerLogs/NAMESPACE/POD/CONTAINER`` behind TLS, as a kubelet answers it.

    Args:
        logs: what is answered.
        certificate, key: of the server. An API server checks them where it is told a CA to trust.
    """

    def __init__(self, logs: ContainerLogs, certificate: Path, key: Path) -> None:
        self._logs = logs
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)

        class Answers(_Answers):
            known = logs

        self._server = _Server(("127.0.0.1", 0), Answers)
        # The handshake is the handler's: one client that is slow with it must not stop all others.
        self._server.socket = tls.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._logs.end()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(5)
        self._server.server_close()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about clients that went away."""


class _Answers(http.server.BaseHTTPRequestHandler):
    known: ContainerLogs

    def do_GET(self) -> None:
        where, query = urlsplit(self.path), parse_qs(urlsplit(self.path).query)
        _, kind, namespace, name, container = where.path.split("/")
        assert kind == "containerLogs"
        try:
            run = self.known.run_of(
                namespace, name, container, is_previous=query.get("previous") == ["true"]
            )
        except NoLogError as error:
            self._head(400)
            self.wfile.write(str(error).encode())
            return
        self._head(200)
        with contextlib.suppress(OSError):
            self._send(run, query)

    def _send(self, run: _Run, query: dict[str, list[str]]) -> None:
        begin = 0
        if "sinceSeconds" in query:
            begin = self.known.first_since(run, time.time() - float(query["sinceSeconds"][0]))
        lines, more = self.known.lines_from(run, begin, 0)
        if "tailLines" in query:
            begin = max(begin, begin + len(lines) - int(query["tailLines"][0]))
        while True:
            lines, more = self.known.lines_from(run, begin, 0.5)
            begin += len(lines)
            text = "".join(f"{line}\n" for line in lines).encode()
            self.wfile.write(text[: int(query.get("limitBytes", ["1000000"])[0])])
            self.wfile.flush()
            if query.get("follow") != ["true"] or not more:
                return

    def _head(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Print nothing between the tests."""


def _ended(status: Json) -> int | None:
    """Return the number of the run that ended last."""
    before = (status.get("lastState") or {}).get("terminated")
    return None if before is None else int(before["containerID"].rpartition("/")[2])


def _run(pod: Json, container: str, *, is_previous: bool) -> _Run:
    name = pod["metadata"]["name"]
    statuses = pod["status"].get("containerStatuses") or []
    status = next((each for each in statuses if container in {"", each["name"]}), None)
    if status is None:
        raise NoLogError(f'container "{container}" in pod "{name}" is not available')
    ended = _ended(status)
    words = f'container "{status["name"]}" in pod "{name}"'
    if is_previous and ended is None:
        raise NoLogError(f"previous terminated {words} not found")
    if "running" in status["state"] and not is_previous:
        return pod["metadata"]["uid"], status["name"], status["restartCount"]
    if ended is None:
        raise NoLogError(f"{words} is waiting to start: {status['state']['waiting']['reason']}")
    return pod["metadata"]["uid"], status["name"], ended
