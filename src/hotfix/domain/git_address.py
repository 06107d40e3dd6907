"""Addresses of repositories, as git has them, and the hosts that they name.

A shell prompt waits for this: it imports next to nothing.
"""

import re

# https://user@host/owner/name.git, ssh://git@host:22/owner/name, and git@host:owner/name.git
_ADDRESS = re.compile(
    r"^(?:(?P<scheme>\w+)://)?(?:[^@/]*@)?(?P<host>[^/:@]+)(?::(?P<port>\d+))?[/:](?P<name>[^/]+/[^/]+?)(?:\.git)?/?$"
)


def named_by(address: str) -> tuple[str, str]:
    """Return host and ``owner/name`` of a git address; empty texts where it names none."""
    found = _ADDRESS.match(address)
    if found is None:
        return "", ""
    # GitHub's ssh on the port of https has a name of its own.
    return found["host"].lower().removeprefix("ssh."), found["name"]


def web_address_of(address: str) -> str:
    """Return where the server of a git address answers browsers; empty where it names none.

    The port of ssh says nothing of it, and a token never goes by plain http.
    """
    found, host = _ADDRESS.match(address), named_by(address)[0]
    if found is None:
        return ""
    is_web = (found["scheme"] or "").lower() == "https"
    return f"https://{host}:{found['port']}" if is_web and found["port"] else f"https://{host}"


def web_host_of(host: str) -> str:
    """Return the host that people and gh know: ``github.com`` for ``api.github.com``."""
    host = host.lower()
    if host == "api.github.com" or host.endswith(".ghe.com"):
        return host.removeprefix("api.")
    return host


def names(address: str, api_url: str, repository: str) -> bool | None:
    """Tell whether a git address is that of ``repository`` (owner/name) on the GitHub of an API.

    None where it cannot be told: a folder names no repository of a GitHub. Of an alias of ssh,
    which has no dot, only the owner and the name are compared; case never counts.
    """
    host, name = named_by(address)
    if not name or host in {".", ".."}:
        return None
    is_same_name = name.casefold() == repository.casefold()
    if "." not in host:
        return is_same_name
    api_host = api_url.partition("://")[2].partition("/")[0].partition(":")[0]
    return is_same_name and host == web_host_of(api_host)
