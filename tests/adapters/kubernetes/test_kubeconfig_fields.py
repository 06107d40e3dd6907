"""Every field of a kubeconfig is obeyed, or refused by its name: none is passed over."""

import http.server
import json
import os
import socket
import ssl
import threading
from contextlib import ExitStack, contextmanager, suppress

import pytest
import trustme
import yaml

from hotfix.adapters.kubernetes.api import kubeconfig_fields as fields
from hotfix.adapters.kubernetes.api.connection import PODS, Connection
from hotfix.adapters.kubernetes.api.proxy import proxy_for
from hotfix.domain.problem import ProblemError

# The JSON names in k8s.io/client-go v0.37.2, tools/clientcmd/api/v1/types.go.
CLIENT_GO = {
    "FILE": "kind apiVersion preferences clusters users contexts current-context extensions",
    "CONTEXT": "cluster user namespace extensions",
    "CLUSTER": "server tls-server-name insecure-skip-tls-verify certificate-authority "
    "certificate-authority-data proxy-url disable-compression extensions",
    "USER": "client-certificate client-certificate-data client-key client-key-data token tokenFile "
    "as as-uid as-groups as-user-extra username password auth-provider exec extensions",
    "EXEC": "command args env apiVersion installHint provideClusterInfo interactiveMode",
    "EXEC_ENV": "name value",
    "AUTH_PROVIDER": "name config",
}
V1 = "client.authentication.k8s.io/v1"
WRONG = {"a text": 5, "true or false": "false"}


@pytest.mark.parametrize("kind", CLIENT_GO)
def test_the_table_knows_every_field_of_client_go(kind):
    assert set(getattr(fields, kind)) == set(CLIENT_GO[kind].split())


class Server(http.server.ThreadingHTTPServer):
    """Keeps what it was asked."""

    def __init__(self):
        self.seen = []
        super().__init__(("127.0.0.1", 0), Recorder)


class Recorder(http.server.BaseHTTPRequestHandler):
    """Answers every request with an empty list."""

    server: Server

    def do_GET(self):
        self.server.seen.append((self.path, self.headers))
        body = b'{"items": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def recording(tls=None):
    server = Server()
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def server():
    with recording() as made:
        yield made


def url_of(server, scheme="http"):
    return f"{scheme}://127.0.0.1:{server.server_port}"


@pytest.fixture
def ask(tmp_path):
    """Return a function that asks once, by a kubeconfig with this cluster, user and context."""

    def asked(cluster, user, context=None, **whole):
        path = tmp_path / "kubeconfig"
        path.write_text(
            yaml.safe_dump(
                {
                    "current-context": "live",
                    "contexts": [
                        {
                            "name": "live",
                            "context": {"cluster": "c", "user": "u", **(context or {})},
                        }
                    ],
                    "clusters": [{"name": "c", "cluster": cluster}],
                    "users": [{"name": "u", "user": user}],
                    **whole,
                }
            )
        )
        return Connection("shop", None, path).items(PODS, "list pods")

    return asked


def sent(server):
    (_, headers) = server.seen[-1]
    return headers


@pytest.mark.parametrize(
    ("user", "header", "values"),
    [
        ({"token": "t"}, "Authorization", ["Bearer t"]),
        ({"tokenFile": "of-file", "token": "t"}, "Authorization", ["Bearer from-the-file"]),
        ({"tokenFile": "none", "token": "t"}, "Authorization", ["Bearer t"]),
        ({"username": "dana", "password": "p:w"}, "Authorization", ["Basic ZGFuYTpwOnc="]),
        ({"token": "t", "as": "reader"}, "Impersonate-User", ["reader"]),
        ({"token": "t", "as": "Søren"}, "Impersonate-User", ["Søren".encode().decode("latin-1")]),
        ({"token": "t", "as": "r", "as-uid": "7"}, "Impersonate-Uid", ["7"]),
        ({"token": "t", "as": "r", "as-groups": ["a", "b"]}, "Impersonate-Group", ["a", "b"]),
        (
            {"token": "t", "as": "r", "as-user-extra": {"acme.com/scope": ["x", "y"]}},
            "Impersonate-Extra-acme.com%2Fscope",
            ["x", "y"],
        ),
        ({"token": "t"}, "Accept-Encoding", ["gzip"]),
        ({"token": "t"}, "Impersonate-User", None),
    ],
)
def test_who_asks_is_who_the_file_says(server, ask, tmp_path, user, header, values):
    (tmp_path / "of-file").write_text("from-the-file\n")
    assert ask({"server": url_of(server)}, user) == []
    assert sent(server).get_all(header) == values


def test_a_plugin_asks_as_somebody_else_too(server, ask, tmp_path):
    login = tmp_path / "login"
    status = {"apiVersion": V1, "kind": "ExecCredential", "status": {"token": "$WHO-$NONE"}}
    login.write_text(f"#!/bin/sh\ncat <<END\n{json.dumps(status)}\nEND\n")
    login.chmod(0o755)
    env = [{"name": "WHO", "value": "dana"}, {"name": "NONE", "value": None}]
    plugin = {"apiVersion": V1, "command": str(login), "env": env, "interactiveMode": "Never"}
    ask({"server": url_of(server)}, {"exec": plugin, "as": "reader"})
    assert sent(server).get_all("Impersonate-User") == ["reader"]
    assert sent(server).get_all("Authorization") == ["Bearer dana-"]


def test_compression_is_left_out_where_it_is_disabled(server, ask):
    ask({"server": url_of(server), "disable-compression": True}, {"token": "t"})
    assert sent(server).get_all("Accept-Encoding") == ["identity"]


def test_the_namespace_is_that_of_the_configuration(server, ask):
    ask({"server": url_of(server)}, {"token": "t"}, {"namespace": "other"})
    assert server.seen[-1][0].startswith("/api/v1/namespaces/shop/")


def test_the_proxy_of_the_cluster_is_used_for_a_server_on_this_machine_too(server, ask):
    with recording() as proxy:
        proxy_url = url_of(proxy).replace("//", "//dana:p%40w@")
        ask({"server": url_of(server), "proxy-url": proxy_url}, {"token": "t"})
        assert proxy.seen[-1][0].startswith(f"{url_of(server)}/api/v1/namespaces/shop/pods")
        assert sent(proxy)["Proxy-Authorization"] == "Basic ZGFuYTpwQHc="
    assert server.seen == []


@pytest.mark.parametrize(
    ("host", "environ", "is_proxied"),
    [
        ("http://api.acme.test", {"HTTP_PROXY": "PROXY"}, True),
        ("http://api.acme.test", {"http_proxy": "PROXY"}, True),
        ("http://10.1.2.3:6443", {"HTTP_PROXY": "PROXY", "NO_PROXY": "10.2.0.0/16"}, True),
        ("SERVER", {"HTTP_PROXY": "PROXY"}, False),
        ("SERVER", {"HTTPS_PROXY": "PROXY"}, False),
        ("SERVER", {"ALL_PROXY": "socks5://127.0.0.1:1"}, False),
    ],
)
def test_the_proxy_of_the_environment_is_chosen_as_kubectl_does(
    server, ask, monkeypatch, host, environ, is_proxied
):
    for name in [each for each in os.environ if each.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    with recording() as proxy:
        for name, value in environ.items():
            monkeypatch.setenv(name, value.replace("PROXY", url_of(proxy)))
        ask({"server": host.replace("SERVER", url_of(server))}, {"token": "t"})
        assert (len(proxy.seen), len(server.seen)) == ((1, 0) if is_proxied else (0, 1))


@pytest.mark.parametrize(
    ("server", "no_proxy", "is_direct"),
    [
        ("https://api.acme.test:6443", "acme.test", True),
        ("https://api.acme.test:6443", ".acme.test", True),
        ("https://api.acme.test:6443", "api.acme.test:6443", True),
        ("https://api.acme.test:6443", "other.test", False),
        ("https://api.acme.test:6443", "*", True),
        ("https://10.1.2.3:6443", "10.0.0.0/8", True),
        ("https://10.1.2.3:6443", "192.168.0.0/16, 10.1.2.3", True),
        ("https://10.1.2.3:6443", "192.168.0.0/16", False),
        ("https://[fd00::1]:6443", "fd00::/8", True),
        ("https://[::1]:6443", "", True),
        ("https://127.9.9.9:6443", "", True),
        ("https://localhost:6443", "", True),
    ],
)
def test_what_needs_no_proxy_gets_none(monkeypatch, server, no_proxy, is_direct):
    monkeypatch.setenv("HTTPS_PROXY", "127.0.0.1:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    monkeypatch.delenv("no_proxy", raising=False)
    assert proxy_for({"server": server}) == ("" if is_direct else "http://127.0.0.1:3128")


def test_the_name_in_the_certificate_may_be_another_one(ask, tmp_path):
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("api.internal").configure_cert(tls)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with recording(tls) as server:
        cluster = {"server": url_of(server, "https"), "certificate-authority": "ca.pem"}
        with pytest.raises(ProblemError, match="No trusted connection"):
            ask(cluster, {"token": "t"})
        assert ask({**cluster, "tls-server-name": "api.internal"}, {"token": "t"}) == []


@contextmanager
def tls_proxy(tls):
    """A proxy that is itself spoken to by TLS, for one connection; yields its address."""

    ends = ExitStack()

    def passed_on(source, target):
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)

    def serve(listening):
        inner = ends.enter_context(tls.wrap_socket(listening.accept()[0], server_side=True))
        host, _, port = inner.recv(4096).decode().split()[1].rpartition(":")
        inner.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        outer = ends.enter_context(socket.create_connection((host, int(port))))
        for way in ((outer, inner), (inner, outer)):
            threading.Thread(target=passed_on, args=way, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening, ends:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"


def issued(name):
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(tls)
    return authority.cert_pem, tls


def test_what_the_cluster_says_of_its_certificate_is_not_the_proxys(ask, tmp_path, monkeypatch):
    of_cluster, cluster_tls = issued("api.internal")
    of_proxy, its_tls = issued("127.0.0.1")
    of_cluster.write_to_path(tmp_path / "ca.pem")
    of_proxy.write_to_path(tmp_path / "proxy.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "proxy.pem"))
    with recording(cluster_tls) as server, tls_proxy(its_tls) as proxy:
        cluster = {
            "server": url_of(server, "https"),
            "certificate-authority": "ca.pem",
            "tls-server-name": "api.internal",
            "proxy-url": proxy,
        }
        assert ask(cluster, {"token": "t"}) == []


def refused(ask, cluster, user, **more):
    with pytest.raises(ProblemError) as caught:
        ask({"server": "http://127.0.0.1:1", **cluster}, user, **more)
    return f"{caught.value.problem.what} {caught.value.problem.why}"


@pytest.mark.parametrize(
    ("cluster", "user", "named"),
    [
        ({"proxy-url": "socks5://127.0.0.1:1080"}, {"token": "t"}, "proxy-url"),
        ({"proxy-url": "ftp://127.0.0.1"}, {"token": "t"}, "proxy-url"),
        ({"proxy-url": "http://"}, {"token": "t"}, "proxy-url"),
        ({"server": ""}, {"token": "t"}, "server"),
        (
            {"insecure-skip-tls-verify": True, "certificate-authority-data": "eA=="},
            {"token": "t"},
            "insecure-skip-tls-verify",
        ),
        ({"certificate-authority": "gone.pem"}, {"token": "t"}, "certificate-authority"),
        ({"load-balancer": "x"}, {"token": "t"}, "load-balancer"),
        ({}, {"client-certificate": "gone.pem", "client-key": "k.pem"}, "client-certificate"),
        ({}, {"client-certificate-data": "eA=="}, "client-key"),
        ({}, {"client-key-data": "eA=="}, "client-certificate"),
        ({}, {"tokenFile": "gone"}, "tokenFile"),
        ({}, {"token": "t\nX-Evil: 1"}, "token"),
        ({}, {"token": "t", "as": "a\r\nImpersonate-Group: system:masters"}, "as"),
        ({}, {"token": "t", "as-groups": ["system:masters"]}, "as-groups"),
        ({}, {"token": "t", "as-uid": "1"}, "as-uid"),
        ({}, {"token": "t", "as-user-extra": {"a": ["b"]}}, "as-user-extra"),
        ({}, {"token": "t", "as": 5}, "as"),
        ({}, {"token": "t", "password": "p"}, "password"),
        ({}, {"auth-provider": {"name": "gcp"}}, "auth-provider gcp"),
        ({}, {"auth-provider": {"name": "azure"}}, "auth-provider azure"),
        ({}, {"auth-provider": {"name": "openstack"}}, "auth-provider openstack"),
        ({}, {"auth-provider": {"name": "oidc"}}, "id-token|oidc"),
        ({}, {"token": "t", "act-as": "reader"}, "act-as"),
        ({}, {"exec": {"apiVersion": V1}}, "command"),
        ({}, {"exec": {"command": "x"}}, "apiVersion"),
        ({}, {"exec": {"command": "x", "apiVersion": f"{V1}alpha1"}}, "apiVersion"),
        ({}, {"exec": {"command": "x", "apiVersion": V1, "interactiveMode": "x"}}, "interactiveM"),
        (
            {},
            {"exec": {"command": "x", "apiVersion": V1, "interactiveMode": "Always"}},
            "terminal of its own",
        ),
        ({}, {"exec": {"command": "x", "apiVersion": V1, "env": [{"value": "x"}]}}, "env of exec"),
        (
            {},
            {"exec": {"command": "./none", "apiVersion": V1, "installHint": "See acme.test."}},
            "See acme.test.",
        ),
    ],
)
def test_what_is_not_obeyed_is_refused_by_its_name(ask, cluster, user, named):
    said = refused(ask, cluster, user)
    assert any(each in said for each in named.split("|")), said


@pytest.mark.parametrize(
    ("kind", "key"),
    [(kind, key) for kind in ("CLUSTER", "USER") for key in CLIENT_GO[kind].split()],
)
def test_a_value_that_is_no_such_thing_is_refused_by_its_name(ask, kind, key):
    wrong = WRONG.get(getattr(fields, kind)[key].words, "text")
    cluster = {key: wrong} if kind == "CLUSTER" else {}
    user = {"token": "t", **({key: wrong} if kind == "USER" else {})}
    assert f"{key} of the {kind.lower()} must be" in refused(ask, cluster, user)


def test_fields_around_them_are_known_too(ask):
    assert "namespace of the context" in refused(ask, {}, {"token": "t"}, context={"namespace": 5})
    assert "proxies" in refused(ask, {}, {"token": "t"}, proxies=[])
