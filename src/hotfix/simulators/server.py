"""One simulated service on a loopback port: what it received, and what goes wrong in it."""

import asyncio
import json
import logging
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from hotfix.simulators.pages import ForBrowsers, Page
from hotfix.simulators.timeline import Timeline

Handler = Callable[[HttpRequest, Any], Response]
# Instead of a status: the connection is cut, or stays without an answer.
DROPPED, SILENT = 0, -1


@dataclass(frozen=True)
class Request:
    """One request as it arrived, and the HTTP status that was answered."""

    service: str
    method: str
    path: str  # without the query
    body: Any  # the decoded JSON or form body, or None
    status: int

    @property
    def is_write(self) -> bool:
        """Tell whether the request asks for a change."""
        if self.path == "/graphql" and isinstance(self.body, dict):
            return str(self.body.get("query", "")).lstrip().startswith("mutation")
        return self.method not in {"GET", "HEAD", "OPTIONS"}


class Received:
    """All requests in the order of their answers; safe to read while servers write to it."""

    def __init__(self) -> None:
        self._requests: list[Request] = []
        self._lock = threading.Lock()

    def add(self, request: Request) -> None:
        """Append one request."""
        with self._lock:
            self._requests.append(request)

    def all(self, service: str | None = None, *, writes: bool = False) -> list[Request]:
        """Return the requests so far, of one service or of all, only the writes if asked."""
        with self._lock:
            return [
                request
                for request in self._requests
                if (service is None or request.service == service)
                and (request.is_write or not writes)
            ]


class Answer(Exception):  # noqa: N818 - an answer is no error of ours; it is raised to leave early
    """Raised in a handler to answer at once: a status, a JSON body, headers."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status}")
        self.status = status
        self.body = body
        self.headers = headers or {}


@dataclass
class Fault:
    """Something that goes wrong with the next requests of a kind."""

    on: str = ""  # which requests: a part of ``METHOD /path``, empty for all
    status: int = 502  # what is answered instead, or one of the above
    acts: bool = False  # whether the request takes effect first: then only its answer is lost
    times: int = 1  # how many more requests it hits
    body: str | bytes = "<html>Bad Gateway</html>"
    headers: Mapping[str, str] = field(default_factory=dict)

    def hits(self, request: HttpRequest) -> bool:
        """Tell whether ``request`` is one of those that go wrong."""
        return self.times > 0 and self.on in f"{request.method} {request.url.path}"


class LoopbackServer:
    """A starlette application on a loopback port, in its own thread."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.app = Starlette()
        self.port = 0
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Return the base address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

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

    def begin_to_stop(self) -> None:
        """Let it stop listening, without waiting for it."""
        if self._server is not None:
            # What is under way when a world ends is cut off: that is no news for its player.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            self._server.should_exit = True

    def stop(self) -> None:
        """Stop listening."""
        self.begin_to_stop()
        if self._thread is not None:
            self._thread.join(timeout=5)


class Service(LoopbackServer):
    """The common part of the simulated services: routes in, record of requests.

    ``faults`` are what goes wrong next; the first one that hits a request is used.
    """

    def __init__(self, name: str, timeline: Timeline, received: Received) -> None:
        super().__init__(name)
        self.timeline = timeline
        self._received = received
        self.faults: list[Fault] = []
        self.app.add_middleware(ForBrowsers, page=self._page_at)

    def page(self, path: str) -> Page:  # noqa: ARG002 - for services that have several
        """Return what a person sees at ``path`` in a browser: by default what it was told."""
        told = self._received.all(self.name, writes=True)
        rows = [(f"{each.method} {each.path}: {each.status}", "") for each in told]
        return Page(f"{self.name} of this drill", rows or [("Nothing was written here yet.", "")])

    def _page_at(self, path: str) -> Page:
        with self.timeline.lock:
            self.timeline.tick()
            return self.page(path)

    def route(self, methods: str, path: str, handler: Handler) -> None:
        """Answer ``methods`` (such as ``GET`` or ``POST PUT``) on ``path`` with ``handler``.

        The handler is called with the request and its decoded body, under the world's lock and
        after everything that was due has happened.
        """
        self.app.add_route(path, self._endpoint(handler), methods=methods.split())

    def _endpoint(self, handler: Handler) -> Callable[[HttpRequest], Awaitable[Response]]:
        async def endpoint(request: HttpRequest) -> Response:
            body = await _decoded_body(request)
            # In a thread: a handler may run git, and must not hold up the others' watches.
            response = await asyncio.to_thread(self._answer, handler, request, body)
            # The world's time, and not this machine's.
            response.headers["Date"] = format_datetime(self.timeline.now(), usegmt=True)
            self._received.add(
                Request(self.name, request.method, request.url.path, body, response.status_code)
            )
            return response

        return endpoint

    def _answer(self, handler: Handler, request: HttpRequest, body: Any) -> Response:
        with self.timeline.lock:
            self.timeline.tick()
            fault = next((fault for fault in self.faults if fault.hits(request)), None)
            if fault is None:
                return _handled(handler, request, body)
            fault.times -= 1
            if fault.acts:
                _handled(handler, request, body)
        if fault.status in {DROPPED, SILENT}:
            return _Unanswered(self._cut if fault.status == DROPPED else None)
        return Response(fault.body, fault.status, headers=dict(fault.headers))

    def _cut(self, client: tuple[str, int]) -> None:
        """Reset the connection from ``client``, as a load balancer that restarts does."""
        if self._server is None:
            return
        for connection in list(self._server.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None and transport.get_extra_info("peername") == client:
                transport.abort()


def _handled(handler: Handler, request: HttpRequest, body: Any) -> Response:
    try:
        return handler(request, body)
    except Answer as answer:
        return JSONResponse(answer.body, answer.status, headers=answer.headers)


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


class _Unanswered(Response):
    """Waits until the connection is gone; ``cut`` is called with the client's address first."""

    def __init__(self, cut: Callable[[tuple[str, int]], None] | None) -> None:
        super().__init__(status_code=0)
        self._cut = cut

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        if self._cut is not None:
            self._cut(tuple(scope["client"]))
        while (await receive())["type"] != "http.disconnect":
            pass
