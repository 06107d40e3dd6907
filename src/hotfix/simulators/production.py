"""Production: each pod a real process of the commit that its image names, behind one address."""

import asyncio
import contextlib
import http.client
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from hotfix.processes.ending import ending, finish
from hotfix.processes.starting import start
from hotfix.simulators.git_origin import GitOrigin, OriginError
from hotfix.simulators.server import LoopbackServer

# Which program is in the image of which part of the storefront.
_MODULES = {"backend": "shop.server", "frontend": "pages.server"}
_IMAGE = re.compile(r".*/(?P<part>[a-z]+):(?P<sha>[0-9a-f]{40})")
_LISTENING = re.compile(rb"listening on (\d+)")
_ANSWER_SECONDS, _GRACE_SECONDS = 2.0, 2.0
_PROCESS = Path(__file__).with_name("pod_process.py")


@dataclass
class _Pod:
    """One process, or the reason why there is none."""

    process: "subprocess.Popen[bytes] | None"
    log: Path
    failure: str = ""
    port: int = 0


class Production:
    """Starts and ends the pods' processes; implements the kubelet's ``PodRunner``."""

    def __init__(self, origin: GitOrigin, folder: Path) -> None:
        self._origin = origin
        self._folder = folder
        self._pods: dict[str, _Pod] = {}
        (folder / "logs").mkdir(parents=True)

    def start(self, pod: str, image: str) -> None:
        """Start the process of ``pod``; an image that cannot be had shows as a failure."""
        log = self._folder / "logs" / f"{pod}.log"
        named = _IMAGE.fullmatch(image)
        if named is None or named["part"] not in _MODULES or not self._check_out(named["sha"]):
            self._pods[pod] = _Pod(None, log, _not_found(image))
            return
        with log.open("wb") as output:
            process = start(
                [sys.executable, "-E", "-s", str(_PROCESS), _MODULES[named["part"]]],
                folder=self._folder / named["sha"] / named["part"],
                environ={"PATH": os.defpath, "PORT": "0", "COMMIT": named["sha"]},
                stdin=subprocess.PIPE,
                stdout=output,
            )
        self._pods[pod] = _Pod(process, log)

    def is_ready(self, pod: str) -> bool:
        """Ask the process itself (``GET /healthz``)."""
        port = self.port(pod)
        answer = _ask(port, "GET", "/healthz") if port else None
        return answer is not None and answer.status_code == http.HTTPStatus.OK

    def failure(self, pod: str) -> str | None:
        """Return why the pod cannot get ready, or None while it may."""
        found = self._pods.get(pod)
        if found is None:
            return None
        if found.process is None:
            return found.failure
        code = found.process.poll()
        return None if code is None else f"CrashLoopBackOff: exit code {code}"

    def log_lines(self, pod: str) -> Sequence[str]:
        """Return what the process has written so far."""
        found = self._pods.get(pod)
        if found is None or not found.log.exists():
            return ()
        return found.log.read_text(errors="replace").splitlines()

    def port(self, pod: str) -> int:
        """Return the port that the process says it listens on; 0 while it does not."""
        found = self._pods.get(pod)
        if found is None or not found.log.exists():
            return 0
        if not found.port:
            listening = _LISTENING.search(found.log.read_bytes())
            found.port = int(listening[1]) if listening else 0
        return found.port

    def stop(self, pod: str) -> None:
        """End the process of ``pod``."""
        self._stop([pod])

    def stop_all(self) -> None:
        """End every process."""
        self._stop(tuple(self._pods))

    def _stop(self, pods: Sequence[str]) -> None:
        found = [self._pods.pop(pod) for pod in pods if pod in self._pods]
        processes = [pod.process for pod in found if pod.process is not None]
        try:
            finish([ending(process, _GRACE_SECONDS) for process in processes])
        finally:
            for process in processes:
                if process.stdin is not None:
                    process.stdin.close()

    def _check_out(self, sha: str) -> bool:
        folder = self._folder / sha
        if folder.exists():
            return True
        try:
            self._origin.check_out(sha, folder)
        except OriginError:
            return False
        return True


class Front(LoopbackServer):
    """The address that customers use: ``/api`` is the backend's, everything else the frontend's.

    Args:
        ports: the ports of the ready pods of a deployment.
    """

    def __init__(self, ports: Callable[[str], Sequence[int]]) -> None:
        super().__init__("front")
        self._ports = ports
        #: whether it answers 500 whatever the pods say, as a balancer or a cache may for a while
        self.errs: Callable[[], bool] = lambda: False
        self.app.add_route("/{rest:path}", self._pass_on, methods=["GET", "POST"])

    async def _pass_on(self, request: Request) -> Response:
        return await asyncio.to_thread(self._answer, request, await request.body())

    def _answer(self, request: Request, body: bytes) -> Response:
        if self.errs():
            return PlainTextResponse("upstream error\n", http.HTTPStatus.INTERNAL_SERVER_ERROR)
        path = str(request.url.replace(scheme="", netloc=""))
        deployment = "webrana-backend" if path.startswith("/api") else "webrana-frontend"
        for port in self._ports(deployment):
            answer = _ask(port, request.method, path, body)
            if answer is not None:
                return answer
        return PlainTextResponse("no pod is ready\n", http.HTTPStatus.SERVICE_UNAVAILABLE)


def _ask(port: int, method: str, path: str, body: bytes = b"") -> Response | None:
    """Return a pod's answer, or None where it is just going away."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
    with contextlib.closing(connection):
        try:
            connection.request(method, path, body or None)
            found = connection.getresponse()
            return Response(found.read(), found.status, media_type=found.getheader("Content-Type"))
        except (OSError, http.client.HTTPException):
            return None


def _not_found(image: str) -> str:
    return f'ErrImagePull: failed to resolve reference "{image}": {image}: not found'
