"""The token for a GitHub host, looked up in gh's own order."""

import shutil
from collections.abc import Mapping

from hotfix.domain.git_address import web_host_of
from hotfix.processes.running import run

_DEADLINE_SECONDS, _GRACE_SECONDS = 5.0, 1.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PUBLIC_NAMES = ("GH_TOKEN", "GITHUB_TOKEN")
_ENTERPRISE_NAMES = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")


def find_token(
    environ: Mapping[str, str],
    host: str,
    *,
    is_trusted: bool = True,
    deadline_seconds: float = _DEADLINE_SECONDS,
) -> str | None:
    """Return the token for ``host``, such as ``api.github.com``, or None where there is none.

    A token is bound to its host, as in gh: ``GH_TOKEN`` never goes to an Enterprise server. One of
    the environment is for any such server, and goes to none that is not trusted; what ``gh`` keeps
    is for this one. A ``gh`` that has not answered by the deadline is ended.
    """
    web_host = web_host_of(host)
    for name in _names_for(web_host) if is_trusted else ():
        token = environ.get(name, "").strip()
        if token:
            return token
    return _stored_by_gh(environ, web_host, deadline_seconds)


def variable_set(environ: Mapping[str, str], host: str) -> str:
    """Return the variable that holds the token for the API's ``host``; empty where none does."""
    names = _names_for(web_host_of(host))
    return next((name for name in names if environ.get(name, "").strip()), "")


def variable_for(host: str) -> str:
    """Return the first variable that a token for the API's ``host`` is looked up in."""
    return _names_for(web_host_of(host))[0]


def _names_for(web_host: str) -> tuple[str, ...]:
    return _ENTERPRISE_NAMES if is_enterprise(web_host) else _PUBLIC_NAMES


def is_enterprise(web_host: str) -> bool:
    """Tell whether it is somebody's own server: not github.com, its tenants, or this machine."""
    is_public = web_host in {"github.com", "github.localhost"} or web_host.endswith(".ghe.com")
    return not is_public and web_host not in _LOOPBACK


def _stored_by_gh(environ: Mapping[str, str], web_host: str, deadline_seconds: float) -> str | None:
    program = shutil.which("gh", path=environ.get("PATH", ""))
    if program is None:
        return None
    question = {"GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1"}
    try:
        # With its group: a key store that asks for a password must not outlive the question.
        done = run(
            [program, "auth", "token", "--hostname", web_host],
            deadline_seconds,
            environ={**environ, **question},
            grace_seconds=_GRACE_SECONDS,
        )
    except OSError:
        return None
    token = done.output.decode("utf-8", "replace").strip()
    return token if done.code == 0 and token else None
