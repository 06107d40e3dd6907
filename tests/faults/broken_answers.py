"""Answers that are none: a share of those of every service, broken by a seeded chance."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HTML = b"<html>Bad Gateway</html>"
Breaks = Callable[[int, bytes], tuple[int, bytes, bytes, int]]

# Of status and body make status, kind, body and the length that is promised.
WAYS: dict[str, Breaks] = {
    "502": lambda _status, _body: (502, b"text/html", HTML, len(HTML)),
    "503 of a proxy": lambda _status, _body: (503, b"text/plain", b"busy", 4),
    "HTML with 200": lambda _status, _body: (200, b"text/html", HTML, len(HTML)),
    "403 of a firewall": lambda _status, _body: (403, b"text/html", HTML, len(HTML)),
    "404 of a proxy": lambda _status, _body: (404, b"text/html", HTML, len(HTML)),
    "cut in the JSON": lambda status, body: (status, b"application/json", *_half(body, 0)),
    "cut by the connection": lambda status, body: (status, b"application/json", *_half(body, 9)),
    "empty": lambda status, _body: (status, b"application/json", b"", 0),
    "another object": lambda status, _body: (status, b"application/json", b'{"a": 1}', 8),
    "a list of nothing": lambda status, _body: (status, b"application/json", b"[]", 2),
    "null": lambda status, _body: (status, b"application/json", b"null", 4),
}


def _half(body: bytes, missing: int) -> tuple[bytes, int]:
    half = body[: max(1, len(body) // 2)] or b"{"
    return half, len(half) + missing


class Chance:
    """Decides which answers are broken and how; the same in the same order for one ``seed``."""

    def __init__(self, seed: int, share: float) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a test's dice
        self._share = share
        self._lock = threading.Lock()
        self.passed = 0
        self.broken: Counter[str] = Counter()

    def way(self) -> Breaks | None:
        with self._lock:
            if self._random.random() >= self._share:
                self.passed += 1
                return None
            name = self._random.choice(sorted(WAYS))
            self.broken[name] += 1
            return WAYS[name]


class BreaksAnswers:
    """Middleware that lets the service act, and breaks the answer where ``chance`` says so."""

    def __init__(self, app: ASGIApp, chance: Chance) -> None:
        self._app = app
        self._chance = chance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        way = self._chance.way()
        if way is None:
            await self._app(scope, receive, send)
            return
        kept, head = bytearray(), {"status": 0}

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                head["status"] = message["status"]
            kept.extend(message.get("body", b""))

        await self._app(scope, receive, keep)
        status, kind, body, length = way(head["status"], bytes(kept))
        # No body goes with these.
        if head["status"] in {204, 304}:
            status, kind, body, length = 502, b"text/html", HTML, len(HTML)
        headers = [(b"content-type", kind), (b"content-length", str(length).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def mutations(whole: Any) -> list[tuple[str, Any]]:
    """Return ``whole`` with one of its parts missing or of another kind: each where, and what."""
    found: list[tuple[str, Any]] = []
    text = json.dumps(whole)
    for path in _paths(whole, ()):
        for name, other in (("missing", ...), *((repr(it), it) for it in _OTHERS)):
            made = json.loads(text)
            _put(made, path, other)
            found.append((f"{'/'.join(map(str, path))} {name}", made))
    return found


_OTHERS: tuple[Any, ...] = (None, 7, "x", [], {}, [None], ["x"], True)


def _paths(part: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    below = part.items() if isinstance(part, dict) else enumerate(part[:1])
    found: list[tuple[str | int, ...]] = []
    for key, value in below:
        found.append((*path, key))
        if isinstance(value, dict | list):
            found += _paths(value, (*path, key))
    return found


def _put(whole: Any, path: tuple[str | int, ...], value: Any) -> None:
    for key in path[:-1]:
        whole = whole[key]
    if value is ...:
        del whole[path[-1]]
    else:
        whole[path[-1]] = value
