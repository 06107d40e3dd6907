"""A cluster that refuses an expired certificate only says no: when it expired is in the file."""

import base64
import json
from datetime import UTC, datetime

import pytest
import trustme
import urllib3
from tests.adapters.kubernetes.world import NAMESPACE
from urllib3.exceptions import SSLError

from hotfix.adapters.kubernetes.api.client_certificate import expiry_in_words
from hotfix.adapters.kubernetes.api.connection import PODS, Connection
from hotfix.domain.problem import ProblemError

EXPIRED = datetime(2020, 3, 12, 3, 12, tzinfo=UTC)
WORDS = "The client certificate of the kubeconfig expired at 2020-03-12 03:12 UTC. "


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def kubeconfig(folder, authority, *, ends, is_file):
    issued = authority.issue_cert("dana", not_after=ends)
    pem = issued.cert_chain_pems[0].bytes()
    (folder / "dana.crt").write_bytes(pem)
    (folder / "dana.key").write_bytes(issued.private_key_pem.bytes())
    key = base64.b64encode(issued.private_key_pem.bytes()).decode()
    user = {"client-certificate": "dana.crt", "client-key": "dana.key"}
    if not is_file:
        data = base64.b64encode(pem).decode()
        user = {"client-certificate-data": data, "client-key-data": key}
    path = folder / "kubeconfig"
    path.write_text(
        json.dumps(
            {
                "current-context": "live",
                "contexts": [{"name": "live", "context": {"cluster": "c", "user": "u"}}],
                "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:9"}}],
                "users": [{"name": "u", "user": user}],
            }
        )
    )
    return path


@pytest.mark.parametrize("is_file", [True, False])
def test_an_expired_certificate_says_when_it_expired(tmp_path, authority, is_file):
    path = kubeconfig(tmp_path, authority, ends=EXPIRED, is_file=is_file)
    assert expiry_in_words(str(path), None) == WORDS
    later = datetime(2100, 1, 1, tzinfo=UTC)
    path = kubeconfig(tmp_path, authority, ends=later, is_file=is_file)
    assert expiry_in_words(str(path), None) == ""


def test_what_cannot_be_read_says_nothing_more(tmp_path, authority):
    path = kubeconfig(tmp_path, authority, ends=EXPIRED, is_file=True)
    (tmp_path / "dana.crt").write_text("no certificate")
    assert expiry_in_words(str(path), None) == ""
    (tmp_path / "dana.crt").unlink()
    assert expiry_in_words(str(path), None) == ""
    assert expiry_in_words(str(tmp_path / "none"), None) == ""


@pytest.mark.parametrize("how", ["unauthorized", "alert"])
def test_whoever_is_refused_is_told_that_it_is_over(tmp_path, authority, monkeypatch, how):
    path = kubeconfig(tmp_path, authority, ends=EXPIRED, is_file=True)

    def refuse(_pool, _method, _url, **_more):
        if how == "alert":
            raise SSLError("[SSL: SSLV3_ALERT_CERTIFICATE_EXPIRED] sslv3 alert certificate expired")
        status = {"kind": "Status", "message": "Unauthorized", "code": 401}
        return urllib3.HTTPResponse(json.dumps(status).encode(), {}, 401)

    monkeypatch.setattr(urllib3.PoolManager, "request", refuse)
    with pytest.raises(ProblemError) as caught:
        Connection(NAMESPACE, None, path).ask("GET", PODS, "list pods")
    assert caught.value.problem.why.startswith(WORDS)
