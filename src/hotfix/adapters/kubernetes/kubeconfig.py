"""From a kubeconfig to a client of its own, without touching the library's global state."""

import os
import threading
from pathlib import Path

from kubernetes.client.api_client import ApiClient
from kubernetes.client.configuration import Configuration
from kubernetes.config.kube_config import load_kube_config

from hotfix.adapters.kubernetes.login import login_command
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

# A credential plugin may open a browser for a login; it must not hang a hotfix for ever.
_PLUGIN_SECONDS = 30.0
# One for each pod whose log is followed, and some.
_CONNECTIONS = 64
_LOOPBACK = "localhost,127.0.0.1,::1"


def load_client(context: str | None, kubeconfig: Path | None) -> ApiClient:
    """Return a client for ``context`` (None: the current one).

    Args:
        context: its name in the kubeconfig.
        kubeconfig: the file; None for ``KUBECONFIG`` or ``~/.kube/config``.

    Raises:
        ProblemError: there is no such file or context, or no credentials come out of it.
    """
    files = files_of(kubeconfig)
    configuration = Configuration()
    _load(configuration, files, context)
    _check_credentials(configuration, files, context)
    # A write is sent once; reads are repeated where we can say why.
    configuration.retries = False
    configuration.keep_alive = True
    configuration.connection_pool_maxsize = _CONNECTIONS
    # The plugin behind it has no timeout: credentials are loaded anew instead.
    configuration.refresh_api_key_hook = None
    configuration.no_proxy = ",".join(filter(None, [configuration.no_proxy, _LOOPBACK]))
    return ApiClient(configuration)


def files_of(kubeconfig: Path | None) -> str:
    """Return the path of the kubeconfig, or several as ``KUBECONFIG`` may name them."""
    return str(kubeconfig) if kubeconfig else os.environ.get("KUBECONFIG") or "~/.kube/config"


def _load(configuration: Configuration, files: str, context: str | None) -> None:
    failures: list[Exception] = []

    def load() -> None:
        try:
            # The library has no types here.
            load_kube_config(  # type: ignore[no-untyped-call]
                config_file=files,
                context=context,
                client_configuration=configuration,
                persist_config=False,
            )
        except Exception as error:  # noqa: BLE001 - whatever the library trips over in the file
            failures.append(error)

    # In a thread, because credential plugins run without a timeout.
    thread = threading.Thread(target=load, name="kubeconfig", daemon=True)
    thread.start()
    thread.join(_PLUGIN_SECONDS)
    if thread.is_alive():
        raise ProblemError(
            Problem(
                ProblemCode.RIGHTS,
                what="The kubeconfig's credential plugin does not answer.",
                why=f"Nothing came within {_PLUGIN_SECONDS:g} s.",
                next_command=login_command(files, context),
            )
        )
    if failures:
        raise ProblemError(_unusable(files, context, failures[0])) from failures[0]


def _unusable(files: str, context: str | None, error: Exception) -> Problem:
    wanted = f"context {context!r}" if context else "a current context"
    lines = str(error).splitlines() or [type(error).__name__]
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"The kubeconfig {files} does not give {wanted}.",
        why=lines[0][:300],
        next_command="kubectl config get-contexts",
    )


def _check_credentials(configuration: Configuration, files: str, context: str | None) -> None:
    """Refuse what the library lets pass: a plugin that failed leaves no credentials behind."""
    has_credentials = bool(configuration.api_key) or bool(configuration.cert_file)
    if has_credentials or not configuration.host.startswith("https:"):
        return
    raise ProblemError(
        Problem(
            ProblemCode.RIGHTS,
            what="The kubeconfig gives no credentials for the cluster.",
            why="It names no token and no certificate, or its credential plugin failed.",
            next_command=login_command(files, context),
        )
    )
