"""An API server of one collection, down at the socket: each watch goes wrong as the test says."""

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

Behaviour = Callable[["ScriptedApi", socket.socket], None]
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


class ScriptedApi:
    """Lists ``pods``; the next watch behaves as ``watches[0]``, the last one as all after it."""

    def __init__(self) -> None:
        self.pods = {"a": 1}
        self.version = 1
        self.watches: list[Behaviour] = [stay_open]
        self.list_status = 200
        self.asked: list[str] = []
        self.versions: list[str] = []
        self.stopped = threading.Event()
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._listen()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def count(self, kind: str) -> int:
        return self.asked.count(kind)

    def set(self, **pods: int) -> None:
        """Change what is there without telling any watch."""
        self.version += 1
        self.pods = dict(pods)

    def event(self, kind: str, name: str, value: int) -> bytes:
        self.version += 1
        return _line(kind, _pod(name, value, self.version))

    def go_down(self) -> None:
        """Close every connection and stop listening, as an API server that restarts."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(2)
        for each in self._sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._sockets.clear()

    def come_up(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listen()

    def stop(self) -> None:
        self.stopped.set()
        self.go_down()
        for thread in self._served:
            thread.join(2)

    def _listen(self) -> None:
        self._served: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(client)
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._served.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), client.makefile("rb") as lines:
            while first := lines.readline():
                while lines.readline().strip():
                    pass
                query = parse_qs(urlsplit(first.decode().split(" ")[1]).query)
                if "watch" not in query:
                    self._list(client)
                    continue
                self.asked.append("watch")
                self.versions.append(query["resourceVersion"][0])
                behaviour = self.watches.pop(0) if len(self.watches) > 1 else self.watches[0]
                behaviour(self, client)
                return

    def _list(self, client: socket.socket) -> None:
        self.asked.append("list")
        items = [_pod(name, value, self.version) for name, value in self.pods.items()]
        body: dict[str, Any] = {"metadata": {"resourceVersion": str(self.version)}, "items": items}
        answer(client, self.list_status, body)


def answer(client: socket.socket, status: int, body: dict[str, Any]) -> None:
    content = json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n\r\n"
    client.sendall(head.encode() + content)


def chunk(text: bytes) -> bytes:
    return f"{len(text):x}\r\n".encode() + text + b"\r\n"


def stay_open(api: ScriptedApi, client: socket.socket) -> None:
    """Say what changed since the version asked for, nothing more for a second, and end."""
    missed = api.pods if api.versions[-1] != str(api.version) else {}
    lines = [_line("MODIFIED", _pod(name, each, api.version)) for name, each in missed.items()]
    client.sendall(_HEAD + b"".join(map(chunk, lines)))
    api.stopped.wait(1.0)
    client.sendall(b"0\r\n\r\n")


def half_open(api: ScriptedApi, client: socket.socket) -> None:
    """Say nothing for ever: what is behind a firewall that forgot the connection."""
    client.sendall(_HEAD)
    api.stopped.wait(30)


def unanswered(api: ScriptedApi, _client: socket.socket) -> None:
    api.stopped.wait(30)


def clean_end(_api: ScriptedApi, client: socket.socket) -> None:
    client.sendall(_HEAD + b"0\r\n\r\n")


def reset(_api: ScriptedApi, client: socket.socket) -> None:
    client.sendall(_HEAD)
    time.sleep(0.05)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def status(code: int) -> Behaviour:
    def refuse(_api: ScriptedApi, client: socket.socket) -> None:
        answer(client, code, {"kind": "Status", "code": code, "message": f"refused with {code}"})

    return refuse


def says(*lines: bytes) -> Behaviour:
    """Send these lines, then nothing until the watch ends."""

    def tell(api: ScriptedApi, client: socket.socket) -> None:
        client.sendall(_HEAD + b"".join(chunk(line) for line in lines))
        api.stopped.wait(1.0)
        client.sendall(b"0\r\n\r\n")

    return tell


def tells(kind: str, name: str, value: int) -> Behaviour:
    """Send one event of what then is there."""

    def tell(api: ScriptedApi, client: socket.socket) -> None:
        says(api.event(kind, name, value))(api, client)

    return tell


def _pod(name: str, value: int, version: int) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "uid": f"uid-{name}", "resourceVersion": str(version)},
        "value": value,
    }


def _line(kind: str, thing: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "object": thing}).encode() + b"\n"
