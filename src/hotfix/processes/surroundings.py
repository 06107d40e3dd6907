"""What stands in the environment for the HTTP libraries, and would make them trip."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from hotfix.domain.problem import Problem, ProblemCode

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_HIGHEST_PORT = 65_535


def trouble_with(environ: Mapping[str, str]) -> Problem | None:
    """Return the first variable that the libraries would trip over; None where all are in order."""
    return next(_troubles(environ), None)


def _troubles(environ: Mapping[str, str]) -> Iterator[Problem]:
    for known in _PROXIES:
        for name in (known.lower(), known):
            why = _proxy(environ.get(name, "").strip())
            if why:
                yield _problem(name, why, "unset it, or name an HTTP proxy")
    files: Mapping[str, Callable[[Path], bool]] = {
        "SSL_CERT_FILE": _is_read,
        "REQUESTS_CA_BUNDLE": _is_there,
        "CURL_CA_BUNDLE": _is_there,
        "SSLKEYLOGFILE": _is_written,
    }
    for name, is_right in files.items():
        value = environ.get(name, "")
        if value and not is_right(Path(value)):
            verb = "written" if is_right is _is_written else "read"
            yield _problem(name, f"names a file that cannot be {verb}", "unset it, or mend it")


def _proxy(address: str) -> str:
    """Return what is wrong with the address of a proxy, which may hold a password."""
    if not address:
        return ""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        is_whole = bool(parts.hostname) and (parts.port is None or parts.port <= _HIGHEST_PORT)
    except ValueError:
        is_whole = False
    if not is_whole or not address.isprintable() or " " in address:
        return "is no address of a proxy"
    if parts.scheme.startswith("socks"):
        return "names a SOCKS proxy, which hotfix does not speak"
    return "" if parts.scheme in {"http", "https"} else f"begins with {parts.scheme}: not http"


def _is_read(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)


def _is_there(path: Path) -> bool:
    return path.exists() and os.access(path, os.R_OK)


def _is_written(path: Path) -> bool:
    return os.access(path if path.exists() else path.parent, os.W_OK) and not path.is_dir()


def _problem(name: str, why: str, mend: str) -> Problem:
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"{name} {why}.",
        why="It stands in the environment; GitHub and the other services would be asked by it.",
        next_command=f"env -u {name} hotfix ... ({mend})",
    )
