"""What goes wrong in a simulated service: an error for an answer, or an answer that is lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hotfix.simulators.received import Received
from hotfix.simulators.server import Answer, Handler, Service
from hotfix.simulators.timeline import Timeline

DROPPED = 0
SILENT = -1


@dataclass
class Fault:
    """Something that goes wrong with the next requests of a kind.

    Attributes:
        on: which requests: a part of ``METHOD /path``, empty for all.
        status: the HTTP status that is answered instead; ``DROPPED`` cuts the connection,
            ``SILENT`` never answers.
        acts: whether the request takes effect first: then only its answer is lost.
        times: how many more requests it hits.
        body: what is answered with the status.
        headers: headers of that answer, such as ``Retry-After``.
    """

    on: str = ""
    status: int = 502
    acts: bool = False
    times: int = 1
    body: str | bytes = "<html>Bad Gateway</html>"
    headers: Mapping[str, str] = field(default_factory=dict)

    def hits(self, request: HttpRequest) -> bool:
        """Tell whether ``request`` is one of those that go wrong."""
        return self.times > 0 and self.on in f"{request.method} {request.url.path}"


class FaultyService(Service):
    """A simulated service that can be told what goes wrong next: ``faults``, first match wins."""

    def __init__(self, name: str, timeline: Timeline, received: Received) -> None:
        super().__init__(name, timeline, received)
        self.faults: list[Fault] = []

    def route(self, methods: str, path: str, handler: Handler) -> None:
        """Answer as ``Service.route`` does, unless a fault hits the request."""

        def act(request: HttpRequest, body: Any) -> Response:
            fault = next((fault for fault in self.faults if fault.hits(request)), None)
            if fault is None:
                return handler(request, body)
            fault.times -= 1
            if fault.acts:
                _act_unheard(handler, request, body)
            if fault.status in {DROPPED, SILENT}:
                return _Unanswered(self._cut if fault.status == DROPPED else None)
            return Response(fault.body, fault.status, headers=dict(fault.headers))

        super().route(methods, path, act)

    def _cut(self, client: tuple[str, int]) -> None:
        """Reset the connection from ``client``, as a load balancer that restarts does."""
        if self._server is None:
            return
        for connection in list(self._server.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None and transport.get_extra_info("peername") == client:
                transport.abort()


def _act_unheard(handler: Handler, request: HttpRequest, body: Any) -> None:
    try:
        handler(request, body)
    except Answer:
        return


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
