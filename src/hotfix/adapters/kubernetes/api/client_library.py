"""What a kubeconfig may hold beside certificates, tokens and plugins, by the client library."""

from collections.abc import Mapping

import urllib3
from kubernetes.client.api_client import ApiClient
from kubernetes.client.configuration import Configuration
from kubernetes.config.kube_config import load_kube_config_from_dict

from hotfix.adapters.kubernetes.api.credential_plugin import PluginError
from hotfix.adapters.kubernetes.api.kubeconfig import Entry, UnusableKubeconfigError

_NAME = "hotfix"
_LOOPBACK = "localhost,127.0.0.1,::1"


def load(entry: Entry, connections: int) -> tuple[str, urllib3.PoolManager, Mapping[str, str]]:
    """Return address, connections and headers of the API server; global state stays as it is.

    The plugin of ``entry`` has been run; ``connections`` is how many may be open at once.

    Raises:
        UnusableKubeconfigError: the library cannot make sense of it.
        PluginError: no credentials come out of it.
    """
    configuration = Configuration()
    try:
        # The library has no types here.
        load_kube_config_from_dict(  # type: ignore[no-untyped-call]
            {
                "current-context": _NAME,
                "contexts": [{"name": _NAME, "context": {"cluster": _NAME, "user": _NAME}}],
                "clusters": [{"name": _NAME, "cluster": entry.cluster}],
                "users": [{"name": _NAME, "user": entry.user}],
            },
            client_configuration=configuration,
            persist_config=False,
        )
    except Exception as error:  # whatever the library trips over in the file
        lines = str(error).splitlines() or [type(error).__name__]
        raise UnusableKubeconfigError(lines[0]) from error
    authorization = configuration.api_key.get("BearerToken")
    is_known = bool(authorization) or bool(configuration.cert_file)
    if not is_known and configuration.host.startswith("https:"):
        raise PluginError("It names no token, no certificate and no password that can be used")
    # A write is sent once; reads are repeated where we can say why.
    configuration.retries = False
    configuration.keep_alive = True
    configuration.connection_pool_maxsize = connections
    configuration.no_proxy = ",".join(filter(None, [configuration.no_proxy, _LOOPBACK]))
    return (
        configuration.host,
        ApiClient(configuration).rest_client.pool_manager,
        {"Authorization": authorization} if authorization else {},
    )
