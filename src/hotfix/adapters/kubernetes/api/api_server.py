"""From a kubeconfig to an API server that can be asked: address, connections, credentials.

Certificates, tokens and credential plugins are read here. What else a kubeconfig may hold
(password, auth-provider, proxies) is left to the client library, whose import alone takes a fifth
of a second of a rollback. See docs/decisions/0024-a-rollback-without-a-start-up.md.
"""

import base64
import socket
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import getproxies_environment

import urllib3
from urllib3.util.ssl_ import create_urllib3_context

from hotfix.adapters.kubernetes.api.credential_plugin import PluginError, run_plugin
from hotfix.adapters.kubernetes.api.errors import not_trusted
from hotfix.adapters.kubernetes.api.kubeconfig import (
    Entry,
    UnusableKubeconfigError,
    files_of,
    login_command,
    read_entry,
)
from hotfix.adapters.kubernetes.api.object_owners import Json
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

# Short-lived tokens (rotated files, credential plugins) last for 10 minutes and more.
_CREDENTIALS_SECONDS = 300.0
# A plugin may name a shorter time; one that is over already must not be run without end.
_EARLY_SECONDS, _LEAST_SECONDS = 60.0, 5.0
# One for each pod whose log is followed, and some.
_CONNECTIONS = 64
_CLUSTER_KEYS = frozenset(
    {
        "certificate-authority",
        "certificate-authority-data",
        "disable-compression",
        "extensions",
        "insecure-skip-tls-verify",
        "server",
        "tls-server-name",
    }
)
_USER_KEYS = frozenset(
    {
        "client-certificate",
        "client-certificate-data",
        "client-key",
        "client-key-data",
        "exec",
        "extensions",
        "token",
        "tokenFile",
    }
)


@dataclass(frozen=True)
class ApiServer:
    """Where requests go."""

    host: str  #: its address, without a slash at the end
    pool: urllib3.PoolManager  #: the connections; a request is sent once
    headers: Mapping[str, str]  #: what tells it who asks
    good_for_seconds: float = _CREDENTIALS_SECONDS  #: after which the credentials are read anew
    compresses: bool = True  #: whether it may send long answers compressed


def load_api_server(context: str | None, kubeconfig: Path | None) -> ApiServer:
    """Return the API server of ``context``; None for the current one.

    Without ``kubeconfig`` it is read from ``KUBECONFIG`` or ``~/.kube/config``.

    Raises:
        ProblemError: there is no such file or context, or no credentials come out of it.
    """
    files = files_of(kubeconfig)
    try:
        entry, seconds = _with_credentials(read_entry(files, context))
        made = _the_librarys(entry) if _is_the_librarys(entry) else _ours(entry)
        compresses = not entry.cluster.get("disable-compression")
        return replace(made, good_for_seconds=seconds, compresses=compresses)
    except PluginError as error:
        why = f"{str(error).rstrip('.')}."
        raise ProblemError(_no_credentials(why, files, context)) from error
    except UnusableKubeconfigError as error:
        raise ProblemError(_unusable(files, context, error)) from error


def needs_the_library(context: str | None, kubeconfig: Path | None) -> bool:
    """Tell whether the client library would be imported; True also where nothing can be read."""
    try:
        return _is_the_librarys(read_entry(files_of(kubeconfig), context))
    except UnusableKubeconfigError:
        return True


def _is_the_librarys(entry: Entry) -> bool:
    is_plain = entry.cluster.keys() <= _CLUSTER_KEYS and entry.user.keys() <= _USER_KEYS
    return not is_plain or _is_behind_a_proxy()


def _with_credentials(entry: Entry) -> tuple[Entry, float]:
    """Return the entry with what its plugin gives in the plugin's place, and for how long."""
    user = dict(entry.user)
    plugin = user.pop("exec", None)
    if not plugin or user.get("token") or user.get("tokenFile"):
        return replace(entry, user=user), _CREDENTIALS_SECONDS
    status = run_plugin(plugin, entry.cluster)
    if status.get("token"):
        user["token"] = str(status["token"])
    for key, given in (("certificate", "clientCertificateData"), ("key", "clientKeyData")):
        if status.get(given):
            user[f"client-{key}-data"] = base64.b64encode(str(status[given]).encode()).decode()
    return replace(entry, user=user), _seconds_until(status.get("expirationTimestamp"))


def _seconds_until(expiry: object) -> float:
    """Return for how long credentials are used: to a minute before they expire."""
    try:
        left = (datetime.fromisoformat(str(expiry)) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return _CREDENTIALS_SECONDS
    return max(_LEAST_SECONDS, min(left - _EARLY_SECONDS, _CREDENTIALS_SECONDS))


def _ours(entry: Entry) -> ApiServer:
    host = str(entry.cluster.get("server") or "").rstrip("/")
    user = entry.user
    token = str(user.get("token") or "") or _text_of(user.get("tokenFile"))
    has_certificate = bool(user.get("client-certificate") or user.get("client-certificate-data"))
    if host.startswith("https:") and not token and not has_certificate:
        raise PluginError("It names no token and no certificate")
    try:
        tls = _tls(entry.cluster, user) if host.startswith("https:") else None
    except (OSError, ValueError) as error:
        raise not_trusted(error, host) from error
    pool = urllib3.PoolManager(
        maxsize=_CONNECTIONS,
        retries=False,
        ssl_context=tls,
        server_hostname=entry.cluster.get("tls-server-name") or None,
        socket_options=_kept_alive(),
    )
    return ApiServer(host, pool, {"Authorization": f"Bearer {token}"} if token else {})


def _kept_alive() -> list[tuple[int, int, int]]:
    """Find a connection that a firewall forgot within a minute: a followed log is silent long."""
    options = [
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    ]
    # Not every system has all of them.
    for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):
            options.append((socket.IPPROTO_TCP, getattr(socket, name), value))
    return options


def _tls(cluster: Json, user: Json) -> ssl.SSLContext:
    tls = create_urllib3_context()
    data, file = cluster.get("certificate-authority-data"), cluster.get("certificate-authority")
    if cluster.get("insecure-skip-tls-verify"):
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    elif data:
        tls.load_verify_locations(cadata=base64.b64decode(data).decode("ascii"))
    elif file:
        tls.load_verify_locations(cafile=str(file))
    else:
        tls.load_default_certs()
    if user.get("client-certificate-data") or user.get("client-certificate"):
        _load_certificate(tls, user)
    return tls


def _load_certificate(tls: ssl.SSLContext, user: Json) -> None:
    """Load the operator's certificate; Python takes it from files alone."""
    with tempfile.TemporaryDirectory(prefix="hotfix-") as folder:
        certificate, key = (
            _file_of(user, f"client-{part}", Path(folder) / part) for part in ("certificate", "key")
        )
        # An encrypted key would ask for its password on the terminal, in the middle of a run.
        tls.load_cert_chain(certificate, key, password="")


def _file_of(user: Json, key: str, path: Path) -> str:
    data = user.get(f"{key}-data")
    if not data:
        return str(user.get(key))
    path.write_bytes(base64.b64decode(data))
    return str(path)


def _text_of(file: str | None) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip() if file else ""
    except OSError as error:
        raise UnusableKubeconfigError(f"{file}: {error.strerror}") from error


def _is_behind_a_proxy() -> bool:
    return bool(getproxies_environment().keys() - {"no"})


def _the_librarys(entry: Entry) -> ApiServer:
    # Slow to import, and seldom needed.
    from hotfix.adapters.kubernetes.api.client_library import load  # noqa: PLC0415

    return ApiServer(*load(entry, _CONNECTIONS))


def _unusable(files: str, context: str | None, error: Exception) -> Problem:
    wanted = f"context {context!r}" if context else "a current context"
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"The kubeconfig {files} does not give {wanted}.",
        why=str(error)[:300],
        next_command="kubectl config get-contexts",
    )


def _no_credentials(why: str, files: str, context: str | None) -> Problem:
    return Problem(
        ProblemCode.RIGHTS,
        what="The kubeconfig gives no credentials for the cluster.",
        why=why,
        next_command=login_command(files, context),
    )
