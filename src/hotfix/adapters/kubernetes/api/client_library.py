"""The token that the client library gets from an OpenID Connect provider (``auth-provider``)."""

from kubernetes.client.configuration import Configuration
from kubernetes.config.kube_config import load_kube_config_from_dict

from hotfix.adapters.kubernetes.api.kubeconfig_fields import UnusableKubeconfigError
from hotfix.adapters.kubernetes.api.object_owners import Json

_NAME = "hotfix"
_SCHEME = "Bearer "


def token_of(cluster: Json, provider: Json) -> str:
    """Return the token, renewed where it has expired; global state and the file stay as they are.

    ``provider`` is ``users[].user.auth-provider`` of the kubeconfig.

    Raises:
        UnusableKubeconfigError: the library cannot make sense of it, or gets no token.
    """
    configuration = Configuration()
    try:
        # The library has no types here.
        load_kube_config_from_dict(  # type: ignore[no-untyped-call]
            {
                "current-context": _NAME,
                "contexts": [{"name": _NAME, "context": {"cluster": _NAME, "user": _NAME}}],
                "clusters": [{"name": _NAME, "cluster": {"server": cluster["server"]}}],
                "users": [{"name": _NAME, "user": {"auth-provider": provider}}],
            },
            client_configuration=configuration,
            persist_config=False,
        )
    except Exception as error:  # whatever the library trips over in the file
        lines = str(error).splitlines() or [type(error).__name__]
        raise UnusableKubeconfigError(lines[0]) from error
    token = str(configuration.api_key.get("BearerToken") or "").removeprefix(_SCHEME)
    if not token:
        raise UnusableKubeconfigError("auth-provider oidc gives no token: log in again.")
    return token
