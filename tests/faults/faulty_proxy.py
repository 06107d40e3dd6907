"""A proxy at the level of sockets that lets one thing go wrong with each kind of write, once."""

import contextlib
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

_RESET_AT_CLOSE = struct.pack("ii", 1, 0)
_WAIT_SECONDS = 10.0
_PIECES, _PAUSE_SECONDS = 4, 0.05


@dataclass(frozen=True)
class Request:
    """One request as it came over the wire."""

    method: str
    target: str
    head: bytes
    body: bytes


Forward = Callable[[], bytes]
Play = Callable[[socket.socket, Forward], None]


@dataclass(frozen=True)
class Fault:
    """What goes wrong: a name for the table, and how it is played."""

    name: str
    play: Play
    hangs: bool = False


class FaultyProxy:
    """Passes requests on to a server, each on a connection of its own, and counts them.

    Args:
        port: of the server, on loopback.
        name_of: the kind of write that a request is, or an empty text for what passes unharmed.
        fault: what happens to the first request of each kind; None for nothing.
    """

    def __init__(self, port: int, name_of: Callable[[Request], str], fault: Fault | None) -> None:
        self.came: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self._server_port = port
        self._name_of = name_of
        self._fault = fault
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        # A thread that waits in accept is not woken by close alone.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(_WAIT_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, contextlib.suppress(OSError), connection.makefile("rb") as stream:
            request = read_request(stream)
            if request is None:
                return
            name = self._name_of(request)
            with self._lock:
                is_first = name != "" and name not in self.came
                if name:
                    self.came[name] += 1
            forward = lambda: self._forward(request, name)  # noqa: E731 - said where it is used
            if is_first and self._fault is not None:
                self._fault.play(connection, forward)
            else:
                connection.sendall(forward())

    def _forward(self, request: Request, name: str) -> bytes:
        with socket.create_connection(("127.0.0.1", self._server_port), _WAIT_SECONDS) as server:
            server.sendall(request.head + request.body)
            answer = b"".join(_pieces_from(server))
        # GraphQL refuses with 200.
        if name and answer[9:10] == b"2" and b'"errors": [' not in answer:
            with self._lock:
                self.done[name] += 1
        return answer


def read_request(stream: BinaryIO) -> Request | None:
    """Read one request; its answer will end with the connection."""
    first = stream.readline()
    if not first:
        return None
    method, target, _ = first.decode("latin-1").split(" ", 2)
    lines, length, is_chunked = [first], 0, False
    while (line := stream.readline()) not in {b"\r\n", b""}:
        name, _, value = line.decode("latin-1").partition(":")
        if name.lower() == "content-length":
            length = int(value)
        is_chunked |= name.lower() == "transfer-encoding" and "chunked" in value
        if name.lower() not in {"connection", "expect"}:
            lines.append(line)
    head = b"".join([*lines, b"Connection: close\r\n\r\n"])
    return Request(method, target, head, _chunks(stream) if is_chunked else stream.read(length))


def _chunks(stream: BinaryIO) -> bytes:
    raw = b""
    while True:
        size = stream.readline()
        chunk = stream.read(int(size, 16) + 2)
        raw += size + chunk
        if int(size, 16) == 0:
            return raw


def _pieces_from(server: socket.socket) -> Iterator[bytes]:
    while piece := server.recv(65536):
        yield piece


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)


def _silence(connection: socket.socket) -> None:
    """Say nothing until the other side has had enough."""
    with contextlib.suppress(OSError):
        while connection.recv(1024):
            pass


def answer(status: str, body: str, *headers: str) -> bytes:
    """Return an answer as it goes over the wire."""
    kind = "application/json; charset=utf-8" if body.startswith("{") else "text/html"
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
        "",
        body,
    ]
    return "\r\n".join(lines).encode()


def instead(*parts: str) -> Play:
    """Answer something else; the server hears nothing of the request."""
    return lambda connection, _forward: connection.sendall(answer(*parts))


def afterwards(*parts: str) -> Play:
    """Let the server do it, and answer something else."""

    def play(connection: socket.socket, forward: Forward) -> None:
        forward()
        connection.sendall(answer(*parts))

    return play


def reset_before(connection: socket.socket, _forward: Forward) -> None:
    _reset(connection)


def reset_after(connection: socket.socket, forward: Forward) -> None:
    forward()
    _reset(connection)


def hang_before(connection: socket.socket, _forward: Forward) -> None:
    _silence(connection)


def hang_after(connection: socket.socket, forward: Forward) -> None:
    forward()
    _silence(connection)


def cut_off(connection: socket.socket, forward: Forward) -> None:
    """Send the head and half of the body, and hang up."""
    head, gap, body = forward().partition(b"\r\n\r\n")
    connection.sendall(head + gap + body[: len(body) // 2])


def slowly(connection: socket.socket, forward: Forward) -> None:
    """Send the answer in pieces."""
    whole = forward()
    size = len(whole) // _PIECES + 1
    for start in range(0, len(whole), size):
        connection.sendall(whole[start : start + size])
        time.sleep(_PAUSE_SECONDS)
