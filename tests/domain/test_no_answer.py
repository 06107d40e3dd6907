"""Why a service did not answer, told from the errors of every library beneath."""

import errno
import socket
import ssl
from itertools import pairwise
from typing import Any

import httpx2
import pytest
import requests
import urllib3
from slack_sdk import WebClient

from hotfix.domain.no_answer import cause, mend, no_answer

HOST = "slack.com"


def chained(*errors):
    """Return the first error, raised from the second, and so on."""
    for error, origin in pairwise(errors):
        error.__cause__ = origin
    return errors[0]


POOL: Any = urllib3.HTTPConnectionPool(HOST)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "no route to slack.com"),
        (
            chained(httpx2.ConnectError("[Errno 113]"), OSError(errno.EHOSTUNREACH, "x")),
            "no route to slack.com",
        ),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "slack.com refuses the connection"),
        (
            requests.ConnectionError(
                urllib3.exceptions.MaxRetryError(
                    POOL, "/", urllib3.exceptions.NameResolutionError(HOST, POOL, socket.gaierror())
                )
            ),
            "no host is called slack.com",
        ),
        (chained(OSError("x"), socket.gaierror(-2, "x")), "no host is called slack.com"),
        (TimeoutError("timed out"), "slack.com took too long"),
        (httpx2.ReadTimeout("x"), "slack.com took too long"),
        (
            requests.exceptions.ProxyError("Cannot connect", OSError("407")),
            "the proxy does not let us through",
        ),
        (
            requests.exceptions.ProxyError(
                urllib3.exceptions.MaxRetryError(
                    POOL,
                    "/",
                    urllib3.exceptions.ProxyError(
                        "Unable to connect to proxy", ConnectionRefusedError(errno.ECONNREFUSED, "")
                    ),
                )
            ),
            "the proxy does not answer",
        ),
        (
            requests.exceptions.ProxyError("x", urllib3.exceptions.ConnectTimeoutError()),
            "the proxy does not answer",
        ),
        (httpx2.ProxyError("407"), "the proxy does not let us through"),
        (
            ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] x"),
            "the certificate of slack.com is not trusted",
        ),
        (ConnectionResetError(errno.ECONNRESET, "x"), "the connection to slack.com broke off"),
        (
            httpx2.InvalidURL("x"),
            "a proxy or a file of certificates that the environment names cannot be used",
        ),
    ],
)
def test_the_cause_is_named_whatever_library_it_comes_from(error, words):
    assert cause(error, HOST) == words
    trouble = no_answer("Slack", HOST, error)
    assert str(trouble) == f"Slack does not answer ({words})."
    assert trouble.mend == mend(error, HOST)
    assert "hotfix doctor" not in trouble.mend
    assert type(error).__name__ not in str(trouble)


def test_no_password_of_a_proxy_gets_into_the_words():
    error = requests.exceptions.ProxyError("http://me:secret@proxy:3128 refuses")
    assert "secret" not in f"{no_answer('Slack', HOST, error)}{mend(error, HOST)}"


def test_what_really_happens_on_a_closed_port_is_told():
    with pytest.raises(OSError, match="refused") as refused:
        WebClient(base_url="http://127.0.0.1:9/", retry_handlers=[]).api_test()
    assert cause(refused.value, "127.0.0.1") == "127.0.0.1 refuses the connection"


@pytest.mark.parametrize("named_in", ["hotfix.toml", "the kubeconfig"])
def test_a_name_is_corrected_where_it_stands(named_in):
    trouble = no_answer("It", "no.such.host", socket.gaierror("unknown"), named_in=named_in)
    assert trouble.mend.startswith(f"Check the name no.such.host in {named_in}, then the network")
