"""The proxy on the way to an API server, chosen as kubectl chooses it."""

import ipaddress
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

from hotfix.adapters.kubernetes.api.kubeconfig_fields import UnusableKubeconfigError
from hotfix.adapters.kubernetes.api.object_owners import Json


def proxy_for(cluster: Json) -> str:
    """Return the address of the proxy, or an empty text.

    ``proxy-url`` of the cluster holds for whatever server. Without one it is HTTPS_PROXY, or
    HTTP_PROXY, less what NO_PROXY names and less this machine. ALL_PROXY is none of kubectl's.

    Raises:
        UnusableKubeconfigError: it is one that cannot be used here; the text says what can.
    """
    server = urlsplit(str(cluster["server"]))
    if cluster.get("proxy-url"):
        return _usable("proxy-url of the cluster", str(cluster["proxy-url"]))
    proxies = getproxies_environment()
    found = proxies.get(server.scheme, "")
    if not found or _is_direct(server.hostname or "", server.port, proxies):
        return ""
    return _usable(f"{server.scheme.upper()}_PROXY", found if "://" in found else f"http://{found}")


def _usable(name: str, address: str) -> str:
    try:
        parts = urlsplit(address)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole:
        raise UnusableKubeconfigError(f"{name} is no address of a proxy.")
    if parts.scheme.startswith("socks"):
        raise UnusableKubeconfigError(
            f"{name} names a SOCKS proxy, which hotfix does not speak. Name an HTTP proxy, or let "
            "server lead through a tunnel (ssh -L), with tls-server-name."
        )
    if parts.scheme not in {"http", "https"}:
        raise UnusableKubeconfigError(
            f"{name} begins with {parts.scheme}: it must be http or https."
        )
    return address


def _is_direct(host: str, port: int | None, proxies: dict[str, str]) -> bool:
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    named = f"{host}:{port}" if port and address is None else host
    if proxy_bypass_environment(named, proxies):
        return True
    return address is not None and any(
        address in network for each in proxies.get("no", "").split(",") if (network := _net(each))
    )


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _net(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
