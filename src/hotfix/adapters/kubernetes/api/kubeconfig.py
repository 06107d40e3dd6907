"""A kubeconfig as kubectl reads it: of several files, the first that names something decides.

Where it gets credentials from also tells which command logs the operator in again.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from hotfix.adapters.kubernetes.api.kubeconfig_fields import (
    CONTEXT,
    FILE,
    UnreadableKubeconfigError,
    UnusableKubeconfigError,
    checked,
    checked_cluster,
    checked_user,
)
from hotfix.adapters.kubernetes.api.object_owners import Json
from hotfix.domain.frozen import frozen

# Ten times as fast as the loader in Python, where it was built.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: fields of clusters and users that name a file
FILE_KEYS = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
# By the credential plugin's program, as ``users[].user.exec.command`` names it.
_LOGINS = {
    "aws": "aws sso login",
    "aws-iam-authenticator": "aws sso login",
    "az": "az login",
    "doctl": "doctl auth init",
    "gcloud": "gcloud auth login",
    "gke-gcloud-auth-plugin": "gcloud auth login",
    "kubelogin": "az login",
    "oc": "oc login",
    "tsh": "tsh login",
}


@frozen
class Entry:
    """What one context leads to."""

    cluster: Json  #: as in the file, with absolute paths
    user: Json  #: as in the file, with absolute paths; empty where the context names none


def files_of(kubeconfig: Path | None) -> str:
    """Return the path of the kubeconfig, or several as ``KUBECONFIG`` may name them."""
    return str(kubeconfig) if kubeconfig else os.environ.get("KUBECONFIG") or "~/.kube/config"


def read_entry(files: str, context: str | None) -> Entry:
    """Return what ``context`` leads to; None stands for the current one.

    ``files`` is the kubeconfig's path, or several as in ``KUBECONFIG``.

    Raises:
        UnusableKubeconfigError: there is none, or no such context.
    """
    return _entry(_found(files), context)


def usable_entry(files: str, context: str | None) -> Entry:
    """Return what ``context`` leads to, as ``read_entry`` does, once every field is known.

    Raises:
        UnusableKubeconfigError: as ``read_entry``, or a field is not obeyed here; it is named.
    """
    found = _found(files)
    entry = _entry(found, context)
    for whole in found:
        checked("the kubeconfig", whole, FILE)
    checked("the context", _context(found, context), CONTEXT)
    return Entry(checked_cluster(entry.cluster), checked_user(entry.user))


def _entry(found: list[Json], context: str | None) -> Entry:
    chosen = _context(found, context)
    user = chosen.get("user")
    return Entry(
        _named(found, "clusters", "cluster", chosen.get("cluster")),
        _named(found, "users", "user", user) if user else {},
    )


def _context(found: list[Json], context: str | None) -> Json:
    return _named(found, "contexts", "context", context or _current(found))


def current_context(files: str) -> str:
    """Return the name of the context that is current; raises UnusableKubeconfigError without."""
    return _current(_found(files))


def context_names(files: str) -> list[str]:
    """Return the names of all contexts; raises UnusableKubeconfigError where there is no file."""
    listed = (
        str(each.get("name") or "") for whole in _found(files) for each in _items(whole, "contexts")
    )
    return list(dict.fromkeys(filter(None, listed)))


def namespace_of(files: str, context: str) -> str:
    """Return the namespace that a context names; empty where it names none, or is not there."""
    try:
        return str(_context(_found(files), context).get("namespace") or "")
    except UnusableKubeconfigError:
        return ""


def _found(files: str) -> list[Json]:
    found = [_read(path) for path in _paths(files)]
    if not found:
        is_there = [each for each in files.split(os.pathsep) if Path(each).expanduser().exists()]
        why = f"{is_there[0]} is no file." if is_there else f"There is no file {files}."
        raise UnreadableKubeconfigError(why)
    return found


def _current(found: list[Json]) -> str:
    name = next(filter(None, (each.get("current-context") for each in found)), None)
    if not name:
        raise UnusableKubeconfigError("It names no current-context.")
    return str(name)


def _paths(files: str) -> Iterator[Path]:
    for each in files.split(os.pathsep):
        path = Path(each).expanduser()
        if each and path.is_file():
            yield path


def _read(path: Path) -> Json:
    try:
        # CSafeLoader constructs plain data alone, as SafeLoader does.
        whole = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506
    except OSError as error:
        why = f"{path} cannot be read: {error.strerror or error}."
        raise UnreadableKubeconfigError(why) from error
    except UnicodeDecodeError as error:
        raise UnreadableKubeconfigError(f"{path} is no text in UTF-8.") from error
    except (ValueError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", from line {mark.line + 1} on" if mark is not None else ""
        raise UnreadableKubeconfigError(f"{path} is no YAML{where}.") from error
    if not isinstance(whole, dict):
        raise UnreadableKubeconfigError(f"{path} is no kubeconfig.")
    for kind in ("clusters", "users"):
        for each in _items(whole, kind):
            _make_absolute(each.get(kind.removesuffix("s")), path.parent)
    return whole


def _make_absolute(part: Any, folder: Path) -> None:
    """Paths in a kubeconfig begin at its folder, and so does a plugin that is named by a path."""
    if not isinstance(part, dict):
        return
    for key in FILE_KEYS:
        if isinstance(part.get(key), str) and part[key]:
            part[key] = str(folder / Path(str(part[key])).expanduser())
    plugin = part.get("exec")
    if isinstance(plugin, dict) and os.sep in str(plugin.get("command", "")):
        plugin["command"] = str(folder / str(plugin["command"]))


def _named(found: list[Json], kind: str, key: str, name: Any) -> Json:
    for whole in found:
        for each in _items(whole, kind):
            if each.get("name") == name and isinstance(each.get(key), dict):
                return dict(each[key])
    raise UnusableKubeconfigError(f"Nothing in {kind} is called {name!r}.")


def _items(whole: Json, kind: str) -> list[Json]:
    listed = whole.get(kind)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def login_command(files: str, context: str | None) -> str:
    """Return what to type; where no login is known, what tells whose credentials they are.

    ``files`` is the kubeconfig's path, or several as in ``KUBECONFIG``.
    """
    otherwise = f"kubectl --context {context} auth whoami" if context else "kubectl auth whoami"
    try:
        plugin = read_entry(files, context).user.get("exec")
    except UnusableKubeconfigError:
        return otherwise  # which is told elsewhere
    if not isinstance(plugin, dict):
        return otherwise
    login = _LOGINS.get(Path(str(plugin.get("command", ""))).name, otherwise)
    environment = {each.get("name"): each.get("value") for each in _items(plugin, "env")}
    profile = environment.get("AWS_PROFILE")
    return f"{login} --profile {profile}" if profile and login.startswith("aws ") else login
