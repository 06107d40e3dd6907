"""A real API server on loopback: etcd, kube-apiserver, kube-controller-manager, and our kubelet.

RBAC is on. Tokens are made up at each start; data, certificates and logs are in one temporary
folder. Everything is stopped by process id.
"""

import contextlib
import json
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import urllib3
from tests.real_cluster.kubelet import Kubelet
from tests.real_cluster.provide import Binaries

Json = dict[str, Any]

_READY_SECONDS = 60.0
_STOP_SECONDS = 10.0
_CONTROLLERS = "deployment,replicaset,garbagecollector,namespace,resourcequota"
_FIRST_WITHOUT_PORT = (1, 24)
# Whoever may do everything, and one who may do what a role gives to their group.
ADMIN, OPERATOR = "admin", "operator"
OPERATORS = "operators"


class ClusterDidNotStartError(Exception):
    """A process of the control plane ended or did not get ready; the text has its last lines."""


@dataclass
class RealCluster:
    """A running control plane.

    Args:
        binaries: what is started.
        folder: an empty one; everything is kept in it.
    """

    binaries: Binaries
    folder: Path
    url: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    # By name, in the order in which they were started.
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _kubelet: Kubelet | None = None
    _pool: urllib3.PoolManager | None = None

    def start(self) -> Self:
        """Start all processes and wait until rollouts work.

        Raises:
            ClusterDidNotStartError: one of them ended, or is not ready in time.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop all processes, the last started first."""
        if self._kubelet:
            self._kubelet.stop()
        for process in reversed(self._processes.values()):
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()
        if self._pool:
            self._pool.clear()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        media: str = "application/json",
        *,
        user: str = ADMIN,
    ) -> tuple[int, Json]:
        """Send one request and return the status and the decoded answer."""
        assert self._pool is not None, "not started"
        headers = {"Authorization": f"Bearer {self.tokens[user]}", "Content-Type": media}
        data = None if body is None else json.dumps(body)
        answer = self._pool.request(method, self.url + path, body=data, headers=headers)
        decoded = json.loads(answer.data) if answer.data.startswith(b"{") else {}
        return answer.status, decoded

    @contextlib.contextmanager
    def restart_api_server(self, tokens: Mapping[str, str] | None = None) -> Iterator[None]:
        """Kill the API server; while the body runs it is away, after it everything works again.

        It comes back on the same port, with what etcd has kept.

        Args:
            tokens: by user, those that are good from then on.

        Raises:
            ClusterDidNotStartError: it is not ready again in time.
        """
        process = self._processes["kube-apiserver"]
        process.kill()
        process.wait()
        self.tokens |= tokens or {}
        self._write_tokens()
        try:
            yield
        finally:
            self._run("kube-apiserver", [str(each) for each in cast("list[str]", process.args)])
            self._until_ready()

    def say(self, namespace: str, pod: str, line: str) -> None:
        """Let a pod's first container, which runs, print a line."""
        assert self._kubelet is not None, "not started"
        self._kubelet.logs.say(namespace, pod, line)

    @property
    def version(self) -> tuple[int, int]:
        """The major and minor version of Kubernetes, as the server tells it."""
        told = self.ask("GET", "/version")[1]["gitVersion"]
        major, minor = told.removeprefix("v").split(".")[:2]
        return int(major), int(minor)

    def kubeconfig(self, path: Path, namespace: str, user: str = ADMIN, url: str = "") -> Path:
        """Write a kubeconfig for ``user``; ``url`` where a proxy stands in between."""
        name = "real"
        path.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": name,
                    "clusters": [
                        {
                            "name": name,
                            "cluster": {
                                "server": url or self.url,
                                "certificate-authority": str(self._certificate),
                            },
                        }
                    ],
                    "contexts": [
                        {
                            "name": name,
                            "context": {"cluster": name, "user": name, "namespace": namespace},
                        }
                    ],
                    "users": [{"name": name, "user": {"token": self.tokens.get(user, user)}}],
                }
            )
        )
        return path

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _certificate(self) -> Path:
        return self.folder / "certificates" / "apiserver.crt"

    def _start(self) -> None:
        etcd = self._start_etcd()
        port = free_port()
        self.url = f"https://127.0.0.1:{port}"
        self._start_api_server(etcd, port)
        self._until_ready()
        self._start_controllers()
        self._kubelet = Kubelet(self.url, self.tokens[ADMIN], self._certificate)
        self._kubelet.start()

    def _start_etcd(self) -> str:
        client, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        self._launch(
            "etcd",
            f"--data-dir={self.folder / 'etcd-data'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            # What is in it is worth nothing after the tests.
            "--unsafe-no-fsync",
        )
        return client

    def _start_api_server(self, etcd: str, port: int) -> None:
        key = self.folder / "service-account.key"
        _make_key(key)
        self.tokens = {user: secrets.token_hex(16) for user in (ADMIN, OPERATOR)}
        self._write_tokens()
        self._launch(
            "kube-apiserver",
            f"--etcd-servers={etcd}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--secure-port={port}",
            f"--cert-dir={self._certificate.parent}",
            f"--token-auth-file={self.folder / 'tokens.csv'}",
            "--authorization-mode=RBAC",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            # Nobody makes service accounts here, and pods without one are refused otherwise.
            "--disable-admission-plugins=ServiceAccount",
            "--endpoint-reconciler-type=none",
            # Our kubelet's port, which logs are read through, is on loopback.
            "--kubelet-preferred-address-types=InternalIP",
        )

    def _write_tokens(self) -> None:
        known = self.folder / "tokens.csv"
        known.touch(mode=0o600)
        groups = {ADMIN: "system:masters", OPERATOR: OPERATORS}
        known.write_text(
            "".join(
                f'{token},{user},{user},"{groups[user]}"\n' for user, token in self.tokens.items()
            )
        )

    def _start_controllers(self) -> None:
        path = self.kubeconfig(self.folder / "controllers.kubeconfig", "default")
        # Debian's old one would serve without a certificate, for everybody, on the one same port.
        older = ["--port=0"] if self.version < _FIRST_WITHOUT_PORT else []
        self._launch(
            "kube-controller-manager",
            f"--kubeconfig={path}",
            f"--controllers={_CONTROLLERS}",
            "--leader-elect=false",
            "--secure-port=0",
            "--kube-api-qps=500",
            "--kube-api-burst=1000",
            *older,
        )

    def _launch(self, name: str, *flags: str) -> None:
        self._run(name, [str(self.binaries.path(name)), *flags])

    def _run(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._processes[name] = process

    def _until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            self._check_alive()
            if self._certificate.is_file() and self._answers():
                return
            time.sleep(0.1)
        raise ClusterDidNotStartError(f"Not ready after {_READY_SECONDS:g} s. {self._last_lines()}")

    def _answers(self) -> bool:
        self._pool = self._pool or urllib3.PoolManager(
            ca_certs=str(self._certificate), retries=False, timeout=20, maxsize=16
        )
        try:
            return self.ask("GET", "/readyz")[0] == 200
        except urllib3.exceptions.HTTPError:
            return False

    def _check_alive(self) -> None:
        if any(process.poll() is not None for process in self._processes.values()):
            raise ClusterDidNotStartError(f"A process has ended. {self._last_lines()}")

    def _last_lines(self) -> str:
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(
            f"{log.name}: " + "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            for log in logs
        )


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _make_key(path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        raise ClusterDidNotStartError("openssl is needed to make a signing key, and is not there.")
    command = [openssl, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
