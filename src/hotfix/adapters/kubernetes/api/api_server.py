"""From a kubeconfig to an API server that can be asked: address, connections, credentials.

All of it is read here, but for an OpenID Connect provider, which is left to the client library: its
import alone takes a fifth of a second of a rollback. See
docs/decisions/0024-a-rollback-without-a-start-up.md.
"""

import base64
import socket
import ssl
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import urllib3
from urllib3 import HTTPHeaderDict
from urllib3.util.ssl_ import create_urllib3_context

from hotfix.adapters.kubernetes.api.credential_plugin import PluginError, run_plugin
from hotfix.adapters.kubernetes.api.errors import not_trusted
from hotfix.adapters.kubernetes.api.kubeconfig import (
    FILE_KEYS,
    Entry,
    files_of,
    login_command,
    read_entry,
    usable_entry,
)
from hotfix.adapters.kubernetes.api.kubeconfig_fields import (
    UnreadableKubeconfigError,
    UnusableKubeconfigError,
)
from hotfix.adapters.kubernetes.api.object_owners import Json
from hotfix.adapters.kubernetes.api.proxy import proxy_for
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.processes.environment import note_secret

# Short-lived tokens (rotated files, credential plugins) last for 10 minutes and more.
_CREDENTIALS_SECONDS = 300.0
# A plugin may name a shorter time; one that is over already must not be run without end.
_EARLY_SECONDS, _LEAST_SECONDS = 60.0, 5.0
# One for each pod whose log is followed, and some.
_CONNECTIONS = 64
# Beside letters, digits and "_.-~": what else the name of a header may hold.
_OF_HEADERS = "!#$&'*+^`|"


@frozen
class ApiServer:
    """Where requests go."""

    host: str  #: its address, without a slash at the end
    pool: urllib3.PoolManager  #: the connections; a request is sent once
    headers: HTTPHeaderDict  #: what tells it who asks, and as whom
    good_for_seconds: float = _CREDENTIALS_SECONDS  #: after which the credentials are read anew


def load_api_server(context: str | None, kubeconfig: Path | None) -> ApiServer:
    """Return the API server of ``context``; None for the current one.

    Without ``kubeconfig`` it is read from ``KUBECONFIG`` or ``~/.kube/config``.

    Raises:
        ProblemError: there is no such file or context, or no credentials come out of it.
    """
    files = files_of(kubeconfig)
    try:
        entry, seconds = _with_credentials(usable_entry(files, context))
        return replace(_api_server(entry), good_for_seconds=seconds)
    except PluginError as error:
        why = f"{str(error).rstrip('.')}."
        raise ProblemError(_no_credentials(why, files, context)) from error
    except UnusableKubeconfigError as error:
        raise ProblemError(_unusable(files, context, error)) from error


def needs_the_library(context: str | None, kubeconfig: Path | None) -> bool:
    """Tell whether the client library would be imported; True also where nothing can be read."""
    try:
        return "auth-provider" in read_entry(files_of(kubeconfig), context).user
    except UnusableKubeconfigError:
        return True


def _with_credentials(entry: Entry) -> tuple[Entry, float]:
    """Return the entry with what its plugin or provider gives in its place, and for how long."""
    user = dict(entry.user)
    plugin, provider = user.pop("exec", None), user.pop("auth-provider", None)
    user["token"] = _token(user)
    if user["token"] or not (plugin or provider):
        return replace(entry, user=user), _CREDENTIALS_SECONDS
    if provider:
        # Slow to import, and seldom needed.
        from hotfix.adapters.kubernetes.api.client_library import token_of  # noqa: PLC0415

        user["token"] = token_of(entry.cluster, provider)
        return replace(entry, user=user), _CREDENTIALS_SECONDS
    status = run_plugin(plugin, entry.cluster)
    if status.get("token"):
        user["token"] = str(status["token"])
    for key, given in (("certificate", "clientCertificateData"), ("key", "clientKeyData")):
        if status.get(given):
            user[f"client-{key}-data"] = base64.b64encode(str(status[given]).encode()).decode()
    return replace(entry, user=user), _seconds_until(status.get("expirationTimestamp"))


def _token(user: Json) -> str:
    """Return the token of the file, which goes before the other one while it can be read."""
    token = str(user.get("token") or "")
    if not user.get("tokenFile"):
        return token
    try:
        found = Path(user["tokenFile"]).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        if token:
            return token
        raise UnusableKubeconfigError(_cannot_be_read("tokenFile", user, error)) from error
    return found or token


def _seconds_until(expiry: object) -> float:
    """Return for how long credentials are used: to a minute before they expire."""
    try:
        left = (datetime.fromisoformat(str(expiry)) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return _CREDENTIALS_SECONDS
    return max(_LEAST_SECONDS, min(left - _EARLY_SECONDS, _CREDENTIALS_SECONDS))


def _api_server(entry: Entry) -> ApiServer:
    cluster, user = entry.cluster, entry.user
    host = str(cluster["server"]).rstrip("/")
    _see_files(cluster, user)
    headers = _headers(cluster, user)
    is_known = "Authorization" in headers or any(key.startswith("client-cert") for key in user)
    if host.startswith("https:") and not is_known:
        raise PluginError("It names no token, no certificate and no password")
    try:
        tls = _tls(cluster, user) if host.startswith("https:") else None
    except (OSError, ValueError) as error:
        raise not_trusted(error, host) from error
    options = {
        "maxsize": _CONNECTIONS,
        "retries": False,
        "ssl_context": tls,
        "server_hostname": cluster.get("tls-server-name"),
        "socket_options": _kept_alive(),
    }
    return ApiServer(host, _pool(proxy_for(cluster), options), headers)


def _pool(proxy: str, options: dict[str, Any]) -> urllib3.PoolManager:
    if not proxy:
        return urllib3.PoolManager(**options)
    parts = urlsplit(proxy)
    who = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    headers = urllib3.make_headers(proxy_basic_auth=who)
    return urllib3.ProxyManager(proxy, proxy_headers=headers, **options)


def _see_files(cluster: Json, user: Json) -> None:
    """Name the file that cannot be read, where the file says which one it is."""
    for part in (cluster, user):
        for key in FILE_KEYS:
            if key in part and key != "tokenFile" and f"{key}-data" not in part:
                try:
                    Path(part[key]).read_bytes()
                except OSError as error:
                    raise UnusableKubeconfigError(_cannot_be_read(key, part, error)) from error


def _cannot_be_read(key: str, part: Json, error: Exception) -> str:
    why = (error.strerror if isinstance(error, OSError) else None) or "it is no text"
    return f"{key} {part[key]}: {why}"


def _headers(cluster: Json, user: Json) -> HTTPHeaderDict:
    """Return what every request says of who asks, and as whom.

    Raises:
        UnusableKubeconfigError: a value holds what no header may; it is not shown.
    """
    given: list[tuple[str, str, str]] = []
    if user.get("token"):
        note_secret(user["token"])
        given.append(("token", "Authorization", f"Bearer {user['token']}"))
    elif user.get("username") or user.get("password"):
        both = f"{user.get('username', '')}:{user.get('password', '')}"
        basic = base64.b64encode(both.encode()).decode("ascii")
        given.append(("password", "Authorization", f"Basic {basic}"))
    if user.get("as"):
        given.append(("as", "Impersonate-User", user["as"]))
    if user.get("as-uid"):
        given.append(("as-uid", "Impersonate-Uid", user["as-uid"]))
    given += [("as-groups", "Impersonate-Group", group) for group in user.get("as-groups", ())]
    for key, values in user.get("as-user-extra", {}).items():
        name = f"Impersonate-Extra-{quote(key, safe=_OF_HEADERS)}"
        given += [("as-user-extra", name, value) for value in values]
    # Go's client takes compressed answers unless it is told not to.
    coding = "identity" if cluster.get("disable-compression") else "gzip"
    headers = HTTPHeaderDict({"Accept-Encoding": coding})
    for field, name, value in given:
        if not value.isprintable():
            raise UnusableKubeconfigError(f"{field} of the user holds what no request may say.")
        headers.add(name, value.encode().decode("latin-1"))
    return headers


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


def _unusable(files: str, context: str | None, error: Exception) -> Problem:
    wanted = f"context {context!r}" if context else "a current context"
    mend = "kubectl config get-contexts; then correct [kubernetes] context"
    if isinstance(error, UnreadableKubeconfigError):
        mend = "export KUBECONFIG=one that can be read; or name it: [kubernetes] kubeconfig"
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"The kubeconfig {files} does not give {wanted} that can be used.",
        why=str(error)[:300],
        next_command=mend,
    )


def _no_credentials(why: str, files: str, context: str | None) -> Problem:
    return Problem(
        ProblemCode.RIGHTS,
        what="The kubeconfig gives no credentials for the cluster.",
        why=why,
        next_command=login_command(files, context),
    )
