"""A TCP proxy on loopback in front of the real API server, which does to bytes what networks do.

TLS goes through as bytes: what the proxy cannot do is to speak in the server's place.
"""

import contextlib
import socket
import struct
import threading

_CHUNK = 65_536
# Closing a socket with this sends a reset instead of an end.
_RESET = struct.pack("ii", 1, 0)


class TcpProxy:
    """Passes bytes on, until it is told otherwise for all connections that are open then.

    Args:
        port: of the server on loopback.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        # How many connections there have been.
        self.accepted = 0
        self._pipes: list[_Pipe] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept, name="proxy", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where clients connect to."""
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def open(self) -> int:
        """How many connections are open and pass bytes."""
        return len(self._alive())

    @property
    def from_server(self) -> int:
        """How many bytes came from the server, over all connections."""
        with self._lock:
            return sum(pipe.from_server for pipe in self._pipes)

    def forget(self) -> None:
        """Pass nothing more and close nothing: half-open, as behind a firewall that forgot."""
        for pipe in self._alive():
            pipe.is_forgotten = True

    def reset(self) -> None:
        """Break every connection off."""
        for pipe in self._alive():
            # The client may close one of its own accord when it finds another broken.
            with contextlib.suppress(OSError):
                pipe.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            pipe.end()

    def end(self) -> None:
        """Close every connection as a server does that shuts down."""
        for pipe in self._alive():
            pipe.end()

    def spoil(self) -> None:
        """Change the next bytes that come from the server."""
        for pipe in self._alive():
            pipe.is_spoiled = True

    def stop(self) -> None:
        """Close everything."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        with self._lock:
            pipes = list(self._pipes)
        for pipe in pipes:
            pipe.end()
        for pipe in pipes:
            pipe.join()

    def _alive(self) -> list["_Pipe"]:
        with self._lock:
            return [pipe for pipe in self._pipes if not pipe.is_forgotten and not pipe.is_over]

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                client.close()
                continue
            with self._lock:
                self.accepted += 1
                self._pipes.append(_Pipe(client, server))


class _Pipe:
    """One connection, with a thread for each direction."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.is_forgotten = self.is_spoiled = self.is_over = False
        self.from_server = 0
        self._threads = [
            threading.Thread(target=self._pass, args=pair, name="proxy", daemon=True)
            for pair in ((client, server), (server, client))
        ]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Close both sides."""
        self.is_over = True
        for each in (self.client, self.server):
            # Another thread waits in recv(): only a shutdown wakes it.
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RD)

    def join(self) -> None:
        """Wait until both directions have ended."""
        for thread in self._threads:
            thread.join(5)

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while (data := source.recv(_CHUNK)) and not self.is_over:
                if self.is_forgotten:
                    continue
                if source is self.server:
                    self.from_server += len(data)
                if self.is_spoiled and source is self.server:
                    data = data[:-1] + bytes([data[-1] ^ 0xFF])
                target.sendall(data)
        if self.is_forgotten and not self.is_over:
            # The end of one side is not told to the other either.
            return
        self.is_over = True
        for each in (self.client, self.server):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RD)
            each.close()
