"""Every field that a kubeconfig may have, and what becomes of it: none is passed over in silence.

The names are client-go's (``tools/clientcmd/api/v1/types.go``). Whoever passed one over might ask
as somebody else than the file says, or on another way.
"""

from collections.abc import Callable, Mapping
from typing import Any

from hotfix.adapters.kubernetes.api.object_owners import Json
from hotfix.domain.frozen import frozen


class UnusableKubeconfigError(Exception):
    """There is no such file or context, or it makes no sense; the text says which, in one line."""


class UnreadableKubeconfigError(UnusableKubeconfigError):
    """There is no file that says anything: of contexts nothing is known."""


@frozen
class Shape:
    """What the value of a field must look like."""

    words: str  #: as in "must be a text"
    fits: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


TEXT = Shape("a text", _is_text)
# Python takes the text "false" for true, and would leave out a check that is asked for.
FLAG = Shape("true or false", lambda value: isinstance(value, bool))
TEXTS = Shape("a list of texts", _is_texts)
TABLES = Shape("a list of tables", lambda value: _is_list(value) and all(map(_is_table, value)))
TABLE = Shape("a table", _is_table)
TABLE_OF_TEXTS = Shape(
    "a table of lists of texts",
    lambda value: _is_table(value) and all(map(_is_texts, value.values())),
)

Fields = Mapping[str, Shape]
#: of the whole file; ``preferences`` are of kubectl's own screen
FILE: Fields = {
    "kind": TEXT,
    "apiVersion": TEXT,
    "preferences": TABLE,
    "clusters": TABLES,
    "users": TABLES,
    "contexts": TABLES,
    "current-context": TEXT,
    "extensions": TABLES,
}
#: of a context; its ``namespace`` gives way to that of ``hotfix.toml``, as to kubectl's ``-n``
CONTEXT: Fields = {"cluster": TEXT, "user": TEXT, "namespace": TEXT, "extensions": TABLES}
#: of a cluster; ``extensions`` are for its credential plugin
CLUSTER: Fields = {
    "server": TEXT,
    "tls-server-name": TEXT,
    "insecure-skip-tls-verify": FLAG,
    "certificate-authority": TEXT,
    "certificate-authority-data": TEXT,
    "proxy-url": TEXT,
    "disable-compression": FLAG,
    "extensions": TABLES,
}
#: of a user
USER: Fields = {
    "client-certificate": TEXT,
    "client-certificate-data": TEXT,
    "client-key": TEXT,
    "client-key-data": TEXT,
    "token": TEXT,
    "tokenFile": TEXT,
    "as": TEXT,
    "as-uid": TEXT,
    "as-groups": TEXTS,
    "as-user-extra": TABLE_OF_TEXTS,
    "username": TEXT,
    "password": TEXT,
    "auth-provider": TABLE,
    "exec": TABLE,
    "extensions": TABLES,
}
#: of a user's credential plugin
EXEC: Fields = {
    "command": TEXT,
    "args": TEXTS,
    "env": TABLES,
    "apiVersion": TEXT,
    "installHint": TEXT,
    "provideClusterInfo": FLAG,
    "interactiveMode": TEXT,
}
#: of a variable that the plugin is given
EXEC_ENV: Fields = {"name": TEXT, "value": TEXT}
#: of a user's ``auth-provider``
AUTH_PROVIDER: Fields = {"name": TEXT, "config": TABLE}

_MODES = frozenset({"", "Never", "IfAvailable", "Always"})
_EXEC_VERSIONS = frozenset(
    f"client.authentication.k8s.io/{version}" for version in ("v1", "v1beta1")
)
_PROXIES = frozenset({"http", "https", "socks5"})
# What client-go names in the place of what it no longer has.
_PROVIDERS_GONE = {"gcp": "gke-gcloud-auth-plugin", "azure": "kubelogin"}
_BESIDE_AS = ("as-uid", "as-groups", "as-user-extra")


def checked(what: str, part: Json, fields: Fields) -> Json:
    """Return a part of the file, ``what`` it is called, without the fields that are empty.

    Raises:
        UnusableKubeconfigError: a field is not known, or does not look as it must; it is named.
    """
    for key, value in part.items():
        if key not in fields:
            raise UnusableKubeconfigError(f"{what} has a field that is not known here: {key}.")
        if value is not None and not fields[key].fits(value):
            raise UnusableKubeconfigError(f"{key} of {what} must be {fields[key].words}.")
    return {key: value for key, value in part.items() if value not in (None, "", [], {})}


def checked_cluster(part: Json) -> Json:
    """Return a cluster that can be asked; raises UnusableKubeconfigError as ``checked`` does."""
    cluster = checked("the cluster", part, CLUSTER)
    has_authority = any(key.startswith("certificate-authority") for key in cluster)
    if not cluster.get("server"):
        raise UnusableKubeconfigError("The cluster has no server.")
    if cluster.get("insecure-skip-tls-verify") and has_authority:
        raise UnusableKubeconfigError(
            "The cluster has insecure-skip-tls-verify and a certificate-authority: which one holds?"
        )
    scheme = str(cluster.get("proxy-url", "http:")).partition(":")[0]
    if scheme not in _PROXIES:
        raise UnusableKubeconfigError(
            f"proxy-url of the cluster begins with {scheme}: it must be http, https or socks5."
        )
    return cluster


def checked_user(part: Json) -> Json:
    """Return a user that can ask; raises UnusableKubeconfigError as ``checked`` does."""
    user = checked("the user", part, USER)
    beside = [key for key in _BESIDE_AS if user.get(key)]
    if beside and not user.get("as"):
        raise UnusableKubeconfigError(f"The user has {beside[0]}, and no as that it goes with.")
    if user.get("token") and (user.get("username") or user.get("password")):
        raise UnusableKubeconfigError("The user has a token and a password: only one may be.")
    if _has(user, "client-certificate") != _has(user, "client-key"):
        raise UnusableKubeconfigError(
            "The user has one of client-certificate and client-key: both are needed."
        )
    if "exec" in user:
        user["exec"] = _checked_plugin(user["exec"])
    if "auth-provider" in user:
        _check_provider(user)
    return user


def _has(user: Json, key: str) -> bool:
    return bool(user.get(key) or user.get(f"{key}-data"))


def _checked_plugin(part: Json) -> Json:
    plugin = checked("exec", part, EXEC)
    if not plugin.get("command"):
        raise UnusableKubeconfigError("exec has no command.")
    if plugin.get("apiVersion") not in _EXEC_VERSIONS:
        raise UnusableKubeconfigError(
            f"apiVersion of exec is {plugin.get('apiVersion', 'missing')}: it must be "
            f"{' or '.join(sorted(_EXEC_VERSIONS))}."
        )
    if plugin.get("interactiveMode", "") not in _MODES:
        raise UnusableKubeconfigError(
            f"interactiveMode of exec is {plugin['interactiveMode']}: it must be Never, "
            "IfAvailable or Always."
        )
    for each in plugin.get("env", ()):
        if not checked("env of exec", each, EXEC_ENV).get("name"):
            raise UnusableKubeconfigError("env of exec has a variable without a name.")
    return plugin


def _check_provider(user: Json) -> None:
    name = checked("auth-provider", user["auth-provider"], AUTH_PROVIDER).get("name", "")
    if "exec" in user:
        raise UnusableKubeconfigError("The user has auth-provider and exec: only one may be.")
    if name in _PROVIDERS_GONE:
        instead = _PROVIDERS_GONE[name]
        raise UnusableKubeconfigError(
            f"auth-provider {name} has been removed from Kubernetes' clients: use {instead}."
        )
    if name != "oidc":
        raise UnusableKubeconfigError(f"auth-provider {name or 'without a name'} is not known.")
