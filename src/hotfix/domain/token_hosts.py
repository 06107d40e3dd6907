"""Which hosts a service's token is for, without anybody's word."""

import ipaddress
from urllib.parse import urlsplit

#: by the section of ``hotfix.toml``: the service, its own hosts, and what its further ones end with
_SERVICES: dict[str, tuple[str, frozenset[str], str]] = {
    "github": ("GitHub", frozenset({"api.github.com", "github.com"}), ".ghe.com"),
    "slack": (
        "Slack",
        frozenset({"slack.com", "www.slack.com", "slack-gov.com", "www.slack-gov.com"}),
        "",
    ),
    "statuspage": ("Statuspage", frozenset({"api.statuspage.io"}), ""),
    "pagerduty": (
        "PagerDuty",
        frozenset({f"{kind}.pagerduty.com" for kind in ("api", "api.eu", "events", "events.eu")}),
        "",
    ),
}


def service_of(section: str) -> str:
    """Return what people call the service of a section of ``hotfix.toml``."""
    return _SERVICES[section][0]


def host_of(address: str) -> str:
    """Return the host of an address, or of ``host`` or ``host:port``; empty where it names none."""
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".")


def needs_no_word(section: str, host: str) -> bool:
    """Tell whether the token of a section's service may go there: its own host, or this machine."""
    _, own, ending = _SERVICES[section]
    return host in own or bool(ending and host.endswith(ending)) or is_loopback(host)


def is_loopback(host: str) -> bool:
    """Tell whether it is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
