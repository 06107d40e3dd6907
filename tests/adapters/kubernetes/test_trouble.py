"""What goes wrong between here and the cluster, and how it is told."""

import http.server
import json
import socket
import threading
import time

import pytest
from tests.adapters.kubernetes.world import BACKEND, BAD, NAMESPACE, REASON, TOKEN, refusal

from hotfix.adapters.kubernetes import KubernetesDeployments
from hotfix.adapters.kubernetes.api import answers, connection
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.restoration import RestoreState
from hotfix.simulators.kubernetes import kubeconfig_text


def _cluster(folder, url, **more):
    path = folder / "kubeconfig"
    path.write_text(kubeconfig_text(url, TOKEN, NAMESPACE))
    return KubernetesDeployments(namespace=NAMESPACE, kubeconfig=path, **more)


def test_a_wrong_token_is_a_problem_of_rights_that_does_not_show_it(world):
    with pytest.raises(ProblemError) as caught:
        world.adapter(token="wrong-token").look([BACKEND])
    assert caught.value.problem.code is ProblemCode.RIGHTS
    assert "wrong-token" not in str(caught.value.problem)


@pytest.mark.parametrize("denied", ["list deployments", "list replicasets", "list pods"])
def test_a_missing_right_is_named(world, denied):
    world.service.denied.add(denied)
    with pytest.raises(ProblemError, match=denied) as caught:
        world.cluster.look([BACKEND])
    assert caught.value.problem.code is ProblemCode.RIGHTS


def test_no_right_to_patch_is_a_problem_of_rights(world):
    (record,) = world.cluster.record([BACKEND])
    world.deploy(BAD)
    world.service.denied.add("patch deployments")
    problem = refusal(world.cluster, record)
    assert "patch deployment" in problem.what
    assert problem.code is ProblemCode.RIGHTS


def test_a_server_that_is_not_there_is_temporary_trouble(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TemporaryTroubleError, match=f"127.0.0.1:{port}"):
        _cluster(tmp_path, f"http://127.0.0.1:{port}").record([BACKEND])


def test_no_kubeconfig_is_a_problem_of_configuration(tmp_path):
    cluster = KubernetesDeployments(namespace=NAMESPACE, kubeconfig=tmp_path / "none")
    with pytest.raises(ProblemError, match="does not give a current context") as caught:
        cluster.record([BACKEND])
    assert caught.value.problem.code is ProblemCode.CONFIGURATION


def test_the_environment_names_the_kubeconfig(tmp_path, monkeypatch, world):
    _cluster(tmp_path, world.service.url)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    assert KubernetesDeployments(namespace=NAMESPACE, context="drill").record([BACKEND])


def test_an_unknown_context_is_a_problem_of_configuration(tmp_path):
    with pytest.raises(ProblemError, match="context 'production'") as caught:
        _cluster(tmp_path, "http://127.0.0.1:1", context="production").record([BACKEND])
    assert caught.value.problem.code is ProblemCode.CONFIGURATION


def _unreadable(place, kind):
    if kind == "a folder":
        place.mkdir()
    elif kind == "no text":
        place.write_bytes(b"\xff\xfe\x00")
    elif kind != "nothing":
        place.write_text({"no YAML": "token: [ghp_secret\n", "a list": "- a\n"}[kind])


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("nothing", "There is no file {}."),
        ("a folder", "{} is no file."),
        ("no text", "{} is no text in UTF-8."),
        ("no YAML", "{} is no YAML, from line 2 on."),
        ("a list", "{} is no kubeconfig."),
    ],
)
def test_of_a_kubeconfig_that_says_nothing_the_cause_is_told_and_no_context_advised(
    tmp_path, kind, why
):
    place = tmp_path / "kubeconfig"
    _unreadable(place, kind)
    cluster = KubernetesDeployments(namespace=NAMESPACE, kubeconfig=place)
    with pytest.raises(ProblemError, match="does not give") as caught:
        cluster.record([BACKEND])
    problem = caught.value.problem
    assert problem.why == why.format(place)
    assert "KUBECONFIG" in problem.next_command
    assert "context" not in problem.next_command


def test_a_kubeconfig_without_credentials_is_a_problem_of_rights(tmp_path):
    text = kubeconfig_text("https://127.0.0.1:1", "", NAMESPACE)
    (tmp_path / "kubeconfig").write_text(text)
    cluster = KubernetesDeployments(namespace=NAMESPACE, kubeconfig=tmp_path / "kubeconfig")
    with pytest.raises(ProblemError, match="no credentials") as caught:
        cluster.record([BACKEND])
    assert caught.value.problem.code is ProblemCode.RIGHTS


def test_a_server_without_tls_behind_https_is_not_trusted(tmp_path, world):
    url = world.service.url.replace("http:", "https:")
    with pytest.raises(ProblemError, match="No trusted connection") as caught:
        _cluster(tmp_path, url).record([BACKEND])
    assert caught.value.problem.code is ProblemCode.CONFIGURATION


def test_a_handshake_that_is_broken_off_is_temporary_trouble(tmp_path):
    """A load balancer without a server behind it takes the connection and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up():
            for _ in range(2):
                connection, _ = listener.accept()
                connection.recv(1024)
                connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(TemporaryTroubleError, match="does not answer"):
            _cluster(tmp_path, f"https://127.0.0.1:{listener.getsockname()[1]}").record([BACKEND])
        thread.join()


@pytest.mark.parametrize("kind", ["ask", "watch", "stream"])
def test_an_answer_may_take_longer_than_a_connection(tmp_path, monkeypatch, kind):
    """An idle watch is silent for seconds, an admission webhook thinks, an application rests."""
    monkeypatch.setattr(connection, "_CONNECT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer_late():
            client, _ = listener.accept()
            with client:
                client.recv(65_536)
                for part in (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"{}"):
                    # Late is what this server is.
                    time.sleep(0.3)
                    client.sendall(part)

        thread = threading.Thread(target=answer_late)
        thread.start()
        path = tmp_path / "kubeconfig"
        path.write_text(kubeconfig_text(f"http://127.0.0.1:{listener.getsockname()[1]}", TOKEN, ""))
        made = connection.Connection(NAMESPACE, None, path)
        match kind:
            case "ask":
                assert made.ask("GET", connection.PODS, "list pods").body == {}
            case "watch":
                assert made.watch(connection.PODS, "watch pods", {}, 7.0).data == b"{}"
            case "stream":
                followed = made.stream(connection.PODS, "read", name="", query={}, follow=True)
                assert followed is not None
                assert followed.data == b"{}"
        thread.join()


def test_a_right_that_was_there_a_moment_ago_is_temporary_trouble_and_then_missing(
    world, monkeypatch
):
    """An API server that starts refuses everybody until it has read the roles."""
    world.cluster.look([BACKEND])
    world.service.denied.add("list pods")
    with pytest.raises(TemporaryTroubleError, match="all of a sudden to list pods"):
        world.cluster.look([BACKEND])
    monkeypatch.setattr(answers, "_ROLES_SECONDS", 0.0)
    with pytest.raises(ProblemError, match="no right to list pods"):
        world.cluster.look([BACKEND])
    monkeypatch.undo()
    world.service.denied.clear()
    world.cluster.look([BACKEND])
    world.service.denied.add("list pods")
    with pytest.raises(TemporaryTroubleError):
        world.cluster.look([BACKEND])


def test_a_refusal_right_after_an_outage_is_temporary_trouble_whatever_was_asked(
    cut_off, tmp_path, monkeypatch
):
    cluster = _cluster(tmp_path, cut_off.url)
    with pytest.raises(TemporaryTroubleError):
        cluster._connection.ask("PATCH", connection.PODS, "patch pods")
    cut_off.status = 403
    with pytest.raises(TemporaryTroubleError, match="all of a sudden to use the lease"):
        cluster.lock_holder()
    monkeypatch.setattr(answers, "_ROLES_SECONDS", 0.0)
    with pytest.raises(ProblemError, match="no right to use leases"):
        cluster.lock_holder()


def test_a_write_whose_answer_is_lost_is_sent_once(tmp_path, world, cut_off):
    (record,) = world.cluster.record([BACKEND])
    world.deploy(BAD)
    seen = world.cluster.survey([record]).present
    (result,) = _cluster(tmp_path, cut_off.url).restore_all([record], seen, REASON)
    assert result.state is RestoreState.TROUBLED
    assert "does not answer" in result.saying
    assert cut_off.methods.count("PATCH") == 1


def test_an_overloaded_server_is_temporary_trouble(tmp_path, cut_off):
    cut_off.status = 503
    with pytest.raises(TemporaryTroubleError, match="could not list deployments"):
        _cluster(tmp_path, cut_off.url).record([BACKEND])


@pytest.fixture
def cut_off():
    """A server that answers reads, and hangs up in the middle of a write."""
    server = _CutOffServer(("127.0.0.1", 0), _CutOff)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class _CutOffServer(http.server.HTTPServer):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.methods, self.status = [], 200

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class _CutOff(http.server.BaseHTTPRequestHandler):
    server: _CutOffServer

    def do_GET(self):
        self.server.methods.append("GET")
        body = json.dumps({"items": []}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PATCH(self):
        self.server.methods.append("PATCH")
        self.close_connection = True

    def log_message(self, *_):
        pass
