"""One simulated service: a starlette application on a free loopback port, in its own thread."""

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from hotfix.simulators.received import Received, Request
from hotfix.simulators.timeline import Timeline

Handler = Callable[[HttpRequest, Any], Response]


class Answer(Exception):  # noqa: N818 - an answer is no error of ours; it is raised to leave early
    """Raised in a handler to answer at once: a status, a JSON body, headers."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status}")
        self.status = status
        self.body = body
        self.headers = headers or {}


class Service:
    """The common part of the simulated services: routes in, server thread, record of requests.

    Args:
        name: what ``Received`` and error messages call it.
        timeline: the world's time and lock.
        received: where every request is recorded.
    """

    def __init__(self, name: str, timeline: Timeline, received: Received) -> None:
        self.name = name
        self.timeline = timeline
        self._received = received
        self.app = Starlette()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Return the base address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def route(self, methods: str, path: str, handler: Handler) -> None:
        """Answer ``methods`` (such as ``GET`` or ``POST PUT``) on ``path`` with ``handler``.

        The handler is called with the request and its decoded body, under the world's lock and
        after everything that was due has happened.
        """
        self.app.add_route(path, self._endpoint(handler), methods=methods.split())

    def start(self, port: int = 0) -> None:
        """Listen on ``port`` (0: a free one); requests are answered from now on."""
        listener = socket.create_server(("127.0.0.1", port))
        # Head and body of an answer are two writes: without this the second one waits for an ACK.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self.app,
            log_level="error",
            access_log=False,
            lifespan="off",
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        # The socket listens already: a request that comes before the server is up waits in line.
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name=self.name, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=5)

    def _endpoint(self, handler: Handler) -> Callable[[HttpRequest], Awaitable[Response]]:
        def act(request: HttpRequest, body: Any) -> Response:
            with self.timeline.lock:
                self.timeline.tick()
                try:
                    return handler(request, body)
                except Answer as answer:
                    return JSONResponse(answer.body, answer.status, headers=answer.headers)

        async def endpoint(request: HttpRequest) -> Response:
            body = await _decoded_body(request)
            # In a thread: a handler may run git, and must not hold up the others' watches.
            response = await asyncio.to_thread(act, request, body)
            # The world's time, and not this machine's.
            response.headers["Date"] = format_datetime(self.timeline.now(), usegmt=True)
            self._received.add(
                Request(self.name, request.method, request.url.path, body, response.status_code)
            )
            return response

        return endpoint


async def _decoded_body(request: HttpRequest) -> Any:
    raw = await request.body()
    if not raw:
        return None
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(raw.decode(), keep_blank_values=True))
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")
