"""What the outside world received: the table that a story is checked against."""

import threading
from dataclasses import dataclass
from typing import Any


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
