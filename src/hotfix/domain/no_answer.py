"""A service that does not answer, in words: what kept it from us, and what may mend that.

The libraries beneath each have their own errors for the same few causes. They are told apart here,
once for all services, by the chain of errors that ends at the operating system's; nothing of a
library's text is shown, which may hold the password of a proxy.
"""

import errno
from collections.abc import Iterator

from hotfix.domain.problem import LATER_SECONDS, TemporaryTroubleError
from hotfix.domain.token_hosts import host_of, is_loopback

_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}
_NO_NAME = {"gaierror", "herror", "NameResolutionError"}
_SLOW = ("Timeout", "TimedOut")
_PROXY = ("ProxyError", "ProxySchemeUnknown")
_TLS = ("SSLError", "SSLCertVerificationError", "SSLZeroReturnError")
_ENVIRONMENT = {"InvalidURL", "ImportError", "ModuleNotFoundError", "FileNotFoundError"}
#: what a person reads where the environment keeps any request from being made
UNUSABLE = "a proxy or a file of certificates that the environment names cannot be used"
#: what a person can do where an answer is not that of the service
IN_BETWEEN = (
    "Log in to the network, or the proxy, that answers in its place; or check HTTPS_PROXY, "
    "NO_PROXY, and the address in hotfix.toml"
)
_IN_WORDS = (
    ("Could not resolve host", "no host is called {host}"),
    ("CERTIFICATE_VERIFY_FAILED", "the certificate of {host} is not trusted"),
    ("Name or service not known", "no host is called {host}"),
    ("nodename nor servname", "no host is called {host}"),
    ("Temporary failure in name resolution", "the name {host} cannot be looked up"),
    ("Network is unreachable", "no route to {host}"),
    ("No route to host", "no route to {host}"),
    ("Connection refused", "{host} refuses the connection"),
    ("timed out", "{host} took too long"),
    # As curl says of every reason that is none of those.
    ("t connect to server", "no connection to {host}"),
)


def no_answer(
    service: str,
    host: str,
    error: BaseException,
    retry_in: float = LATER_SECONDS,
    *,
    doing: str = "",
    named_in: str = "hotfix.toml",
) -> TemporaryTroubleError:
    """Return the trouble of a request that got no answer.

    Args:
        service: as people call it, such as ``Slack``.
        host: that was asked, such as ``slack.com``.
        error: what the library raised; what it was raised from is looked at, too.
        retry_in: seconds after which another look is worth it.
        doing: what was asked for, such as ``GET /user``; empty where that is no news.
        named_in: where a person corrects the name of the host.
    """
    of = f" to {doing}" if doing else ""
    saying = f"{service} does not answer{of} ({cause(error, host)})."
    return TemporaryTroubleError(saying, retry_in, mend=mend(error, host, named_in))


def cause(error: BaseException, host: str) -> str:
    """Return in a few words why ``host`` was not reached, or did not answer."""
    chain = list(_chain(error))
    names = [type(each).__name__ for each in chain]
    numbers = {each.errno for each in chain if isinstance(each, OSError)}
    said = " ".join(map(str, chain))
    by_proxy = any(name.startswith(_PROXY) for name in names)
    is_unreached = bool((_NO_ROUTE | {errno.ECONNREFUSED}) & numbers or _NO_NAME & set(names))
    is_slow = any(any(part in name for part in _SLOW) for name in names)
    for test, words in (
        (bool(_ENVIRONMENT & set(names)), UNUSABLE),
        (by_proxy and (is_unreached or is_slow), "the proxy does not answer"),
        (by_proxy, "the proxy does not let us through"),
        (bool(_NO_NAME & set(names)), f"no host is called {host}"),
        (bool(_NO_ROUTE & numbers), f"no route to {host}"),
        (errno.ECONNREFUSED in numbers, f"{host} refuses the connection"),
    ):
        if test:
            return words
    known = next((words.format(host=host) for sign, words in _IN_WORDS if sign in said), "")
    if known:
        return known
    if is_slow:
        return f"{host} took too long"
    if any(name in _TLS for name in names):
        return f"no trusted connection to {host}"
    return f"the connection to {host} broke off"


def mend(error: BaseException, host: str, named_in: str = "hotfix.toml") -> str:
    """Return what a person can do about it."""
    why = cause(error, host)
    if why == UNUSABLE:
        return "Check HTTPS_PROXY, ALL_PROXY, NO_PROXY and SSL_CERT_FILE in the environment"
    if "certificate" in why or "trusted" in why:
        return f"Let this machine trust the certificate of {host} (SSL_CERT_FILE, or a proxy's)"
    if "proxy" in why:
        return f"Check HTTPS_PROXY, and NO_PROXY for {host}"
    if "refuses the connection" in why and is_loopback(host_of(host)):
        return f"Start what listens on {host}; of a drill, it is gone with its world: hotfix drill"
    if "no host is called" in why:
        return f"Check the name {host} in {named_in}, then the network, the VPN and the proxy"
    return f"Check the network, the VPN and the proxy on the way to {host}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it came from; libraries keep that as an argument, too."""
    seen: list[BaseException] = []
    left: list[object] = [error]
    while left:
        each = left.pop(0)
        if isinstance(each, BaseException) and not any(each is known for known in seen):
            seen.append(each)
            yield each
            left += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
