"""The simulated GitHub as an Enterprise server on a name of its own, over TLS.

The real gh speaks TLS alone, and to names: it is told that this is its proxy, asks it for a tunnel,
and finds a server at the end whose certificate is of an authority that it is told to trust.
"""

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import trustme
from tests.faults.faulty_proxy import read_request

HOST = "github.example"
GH = Path(sys.executable).with_name("gh")
_SECONDS = 20.0


class Gateway:
    """A tunnel to the simulator on ``port``.

    Args:
        port: of the simulator, on loopback.
        token: that gh uses.
        folder: an empty one for gh's own files.
    """

    def __init__(self, port: int, token: str, folder: Path) -> None:
        self._server_port = port
        self._token = token
        self._folder = folder
        authority = trustme.CA()
        self._authority = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self._authority))
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(HOST).configure_cert(self._tls)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def gh(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run the real gh."""
        port = self._listener.getsockname()[1]
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "SSL_CERT_FILE": str(self._authority),
            "HTTPS_PROXY": f"http://127.0.0.1:{port}",
            "GH_HOST": HOST,
            "GH_ENTERPRISE_TOKEN": self._token,
            "GH_PROMPT_DISABLED": "1",
            "GH_NO_UPDATE_NOTIFIER": "1",
            "GH_TELEMETRY": "false",
            "DO_NOT_TRACK": "1",
            "NO_COLOR": "1",
        }
        return subprocess.run(
            [GH, *words, "--repo", f"{HOST}/webrana/webrana"],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )

    def stop(self) -> None:
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
        connection.settimeout(_SECONDS)
        with connection, contextlib.suppress(OSError):
            with connection.makefile("rb", buffering=0) as stream:
                is_tunnel = stream.readline().startswith(f"CONNECT {HOST}:443 ".encode())
                while stream.readline() not in {b"\r\n", b""}:
                    pass
            if not is_tunnel:
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
                return
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with self._tls.wrap_socket(connection, server_side=True) as inside:
                self._pass_on(inside)

    def _pass_on(self, inside: ssl.SSLSocket) -> None:
        with inside.makefile("rb") as stream:
            request = read_request(stream)
        if request is None:
            return
        # An Enterprise server has its API below /api/v3, and GraphQL beside it.
        head = request.head.replace(b" /api/v3/", b" /", 1).replace(b" /api/graphql", b" /graphql")
        with socket.create_connection(("127.0.0.1", self._server_port), _SECONDS) as server:
            server.sendall(head + request.body)
            while piece := server.recv(65536):
                inside.sendall(piece)
