"""Runs the program that a kubeconfig gets credentials from (client.authentication.k8s.io).

The client library runs it without a deadline, on the operator's terminal, and only logs that it
failed. Here it has 30 seconds, no terminal, and its last words are told.
"""

import json
from typing import Any

from hotfix.adapters.kubernetes.api.object_owners import Json
from hotfix.domain.figures import in_seconds

# It may open a browser for a login; it must not hang a hotfix for ever.
_SECONDS = 30.0
# Of the cluster, to a plugin that asks for it (client.authentication.k8s.io/v1, Cluster).
_TOLD = (
    "server",
    "tls-server-name",
    "insecure-skip-tls-verify",
    "certificate-authority-data",
    "proxy-url",
    "disable-compression",
)
_LAST_WORDS, _LARGEST_ANSWER = 300, 1_048_576


class PluginError(Exception):
    """It brought no credentials; the text says why, in one line."""


def run_plugin(plugin: Json, cluster: Json, seconds: float = _SECONDS) -> Json:
    """Return the ``status`` of the ExecCredential: a token, or a certificate and its key.

    ``plugin`` is ``users[].user.exec`` of the kubeconfig; the ``cluster`` is for one that asks for
    it. One that has not answered after ``seconds`` is ended, with all that it started.

    Raises:
        PluginError: it is not there, failed, does not answer, or answers nonsense.
    """
    if plugin.get("interactiveMode") == "Always":
        raise PluginError("It wants a terminal of its own, which it gets from a login by hand")
    command = [str(plugin.get("command", "")), *map(str, plugin.get("args") or [])]
    given = {
        str(each.get("name")): str(each.get("value") or "") for each in plugin.get("env") or []
    }
    given["KUBERNETES_EXEC_INFO"] = json.dumps(_asked(plugin, cluster))
    # Not for a kubeconfig without a plugin.
    from hotfix.processes.running import run  # noqa: PLC0415

    try:
        done = run(command, seconds, adds=given, keep=_LARGEST_ANSWER)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        hint = " ".join(str(plugin.get("installHint", "")).split())[:_LAST_WORDS]
        what = f"{command[0]} cannot be run: {why}"
        raise PluginError(f"{what}. {hint}" if hint else what) from error
    if done.code is None:
        silence = f"{command[0]} gave nothing within {in_seconds(seconds)}"
        raise PluginError(_with_last_words(silence, done.errors))
    if done.code:
        raise PluginError(_with_last_words(f"{command[0]} ended with {done.code}", done.errors))
    return _status(command[0], done.output)


def _asked(plugin: Json, cluster: Json) -> Json:
    spec: Json = {"interactive": False}
    if plugin.get("provideClusterInfo"):
        spec["cluster"] = {key: cluster[key] for key in _TOLD if key in cluster}
        for each in cluster.get("extensions") or []:
            if each.get("name") == "client.authentication.k8s.io/exec":
                spec["cluster"]["config"] = each.get("extension")
    return {"apiVersion": plugin.get("apiVersion"), "kind": "ExecCredential", "spec": spec}


def _status(command: str, output: bytes) -> Json:
    try:
        answer: Any = json.loads(output)
    except ValueError as error:
        raise PluginError(f"{command} answered no ExecCredential") from error
    status = answer.get("status") if isinstance(answer, dict) else None
    is_whole = isinstance(status, dict) and (
        status.get("token") or (status.get("clientCertificateData") and status.get("clientKeyData"))
    )
    if not is_whole:
        raise PluginError(f"{command} answered neither a token nor a certificate with its key")
    return dict(status or {})


def _with_last_words(what: str, errors: bytes) -> str:
    said = " ".join(errors.decode("utf-8", "replace").split())
    return f"{what}: {said[-_LAST_WORDS:]}" if said else what
