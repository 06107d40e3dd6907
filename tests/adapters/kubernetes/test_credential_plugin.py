"""Programs that give credentials: real ones, which answer, fail, hang, or talk nonsense."""

import base64
import http.server
import json
import os
import signal
import ssl
import sys
import threading
import time
from pathlib import Path

import pytest
import trustme
from tests.adapters.kubernetes.world import BACKEND, NAMESPACE, TOKEN

from hotfix.adapters.kubernetes import KubernetesDeployments
from hotfix.adapters.kubernetes.api.api_server import load_api_server
from hotfix.adapters.kubernetes.api.connection import ROLLBACK_READS
from hotfix.adapters.kubernetes.api.credential_plugin import PluginError, run_plugin
from hotfix.domain.problem import ProblemCode, ProblemError

API = "client.authentication.k8s.io/v1"


@pytest.fixture
def plugin(tmp_path):
    """Return a function that makes a plugin out of the lines of a shell script."""

    def make(*lines: str, **more):
        program = tmp_path / "our-login"
        program.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
        program.chmod(0o755)
        return {"apiVersion": API, "command": str(program), **more}

    return make


def credential(**status: str) -> str:
    answer = {"apiVersion": API, "kind": "ExecCredential", "status": status}
    return f"echo '{json.dumps(answer)}'"


def kubeconfig(folder: Path, url: str, exec_: dict[str, object]) -> Path:
    path = folder / "kubeconfig"
    whole = {
        "current-context": "production",
        "contexts": [{"name": "production", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": url}}],
        "users": [{"name": "u", "user": {"exec": exec_}}],
    }
    path.write_text(json.dumps(whole))
    return path


def test_the_token_of_a_plugin_is_what_the_cluster_sees(world, plugin, tmp_path):
    path = kubeconfig(tmp_path, world.service.url, plugin(credential(token=TOKEN)))
    assert KubernetesDeployments(namespace=NAMESPACE, kubeconfig=path).record([BACKEND])


def test_a_login_that_has_expired_names_the_command_and_the_plugins_own_words(
    world, plugin, tmp_path
):
    made = plugin('echo "Error: the SSO session has expired" >&2', "exit 255")
    aws = Path(made["command"]).rename(tmp_path / "aws")
    made = {**made, "command": str(aws), "env": [{"name": "AWS_PROFILE", "value": "live"}]}
    url = world.service.url
    cluster = KubernetesDeployments(namespace=NAMESPACE, kubeconfig=kubeconfig(tmp_path, url, made))
    with pytest.raises(ProblemError) as caught:
        cluster.record([BACKEND])
    problem = caught.value.problem
    assert problem.code is ProblemCode.RIGHTS
    assert "ended with 255: Error: the SSO session has expired" in problem.why
    assert problem.next_command == "aws sso login --profile live"


def test_a_token_that_expires_in_the_middle_is_asked_for_again(world, plugin, tmp_path):
    kept = tmp_path / "token"
    kept.write_text(TOKEN)
    answer = credential(token="$TOKEN").replace("'", '"').replace('"{', "{")
    script = [f"TOKEN=$(cat {kept})", f"cat <<END\n{answer[5:-1]}\nEND"]
    path = kubeconfig(tmp_path, world.service.url, plugin(*script))
    cluster = KubernetesDeployments(namespace=NAMESPACE, kubeconfig=path)
    cluster.record([BACKEND])
    # Credentials of a moment ago are not asked for again, so that a wrong one costs one try.
    cluster._connection._loaded_at -= 60
    world.service._api.token = "rotated"
    kept.write_text("rotated")
    assert cluster.record([BACKEND])
    world.service._api.token = world.service.token


def test_a_plugin_that_hangs_is_ended_with_all_that_it_started(plugin, tmp_path):
    child = tmp_path / "child"
    made = plugin(f"sleep 300 & echo $! > {child}", 'echo "Open your browser" >&2', "wait")
    begun = time.monotonic()
    with pytest.raises(PluginError, match=r"gave nothing within 1 s: Open your browser"):
        run_plugin(made, {}, seconds=1.0)
    assert time.monotonic() - begun < 10
    _until_gone(int(child.read_text()))


def test_a_daemon_that_a_plugin_leaves_behind_holds_up_nobody(plugin, tmp_path):
    child = tmp_path / "child"
    script = "import os, time; os.setsid(); time.sleep(60)"
    left = f"{sys.executable} -c '{script}' & echo $! >> {child}"
    begun = time.monotonic()
    assert run_plugin(plugin(left, credential(token="t")), {}, seconds=20.0) == {"token": "t"}
    with pytest.raises(PluginError, match="gave nothing"):
        run_plugin(plugin(left, "sleep 60"), {}, seconds=0.5)
    assert time.monotonic() - begun < 15
    for line in child.read_text().splitlines():
        os.kill(int(line), signal.SIGKILL)


def test_behind_a_proxy_a_plugin_has_its_deadline_and_its_words_too(
    world, plugin, tmp_path, monkeypatch
):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    path = kubeconfig(tmp_path, world.service.url, plugin('echo "log in first" >&2', "exit 1"))
    with pytest.raises(ProblemError) as caught:
        KubernetesDeployments(namespace=NAMESPACE, kubeconfig=path).record([BACKEND])
    assert "ended with 1: log in first" in caught.value.problem.why
    path = kubeconfig(tmp_path, world.service.url, plugin(credential(token=TOKEN)))
    assert KubernetesDeployments(namespace=NAMESPACE, kubeconfig=path).record([BACKEND])


def test_a_plugin_that_fails_for_once_costs_no_credentials_that_still_work(world, plugin, tmp_path):
    works = tmp_path / "works"
    works.touch()
    made = plugin(f"test -e {works} || exit 1", credential(token=TOKEN))
    path = kubeconfig(tmp_path, world.service.url, made)
    cluster = KubernetesDeployments(namespace=NAMESPACE, kubeconfig=path)
    cluster.record([BACKEND])
    works.unlink()
    cluster._connection._loaded_at -= 3600
    assert cluster.record([BACKEND])


def test_those_who_wait_for_a_plugin_that_fails_do_not_run_it_again(world, plugin, tmp_path):
    ran = tmp_path / "ran"
    path = kubeconfig(tmp_path, world.service.url, plugin(f"echo once >> {ran}", "exit 1"))
    cluster = KubernetesDeployments(namespace=NAMESPACE, kubeconfig=path)
    cluster._connection.read_ahead(ROLLBACK_READS)
    with pytest.raises(ProblemError, match="no credentials"):
        cluster.record([BACKEND])
    assert ran.read_text() == "once\n"


@pytest.mark.parametrize(
    ("expiry", "seconds"),
    [
        (None, 300.0),
        ("nonsense", 300.0),
        ("2001-01-01T00:00:00Z", 5.0),
        ("2101-01-01T00:00:00Z", 300.0),
    ],
)
def test_credentials_are_used_until_a_minute_before_they_expire(
    world, plugin, tmp_path, expiry, seconds
):
    status = {"token": TOKEN, **({"expirationTimestamp": expiry} if expiry else {})}
    path = kubeconfig(tmp_path, world.service.url, plugin(credential(**status)))
    assert load_api_server(None, path).good_for_seconds == seconds


def _until_gone(pid: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
            # Dead but not yet fetched by its new parent is dead, too.
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return
        except (ProcessLookupError, FileNotFoundError):
            return
        time.sleep(0.01)
    raise AssertionError(f"{pid} is still there")


def test_a_plugin_gets_no_terminal_to_ask_on(plugin):
    made = plugin("read line && exit 3", credential(token="$KUBERNETES_EXEC_INFO"))
    assert run_plugin(made, {})["token"]


def test_a_plugin_is_told_what_it_asks_for_and_no_more(plugin, tmp_path):
    told = tmp_path / "told"
    keep = f'echo "$KUBERNETES_EXEC_INFO $ROLE" > {told}'
    made = plugin(
        keep,
        credential(token="t"),
        provideClusterInfo=True,
        env=[{"name": "ROLE", "value": "hotfix"}],
    )
    cluster = {
        "server": "https://127.0.0.1:1",
        "extensions": [{"name": "client.authentication.k8s.io/exec", "extension": {"audience": 1}}],
    }
    run_plugin(made, cluster)
    text, _, role = told.read_text().strip().rpartition(" ")
    assert role == "hotfix"
    assert json.loads(text)["spec"] == {
        "interactive": False,
        "cluster": {"server": "https://127.0.0.1:1", "config": {"audience": 1}},
    }


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["echo hello"], "answered no ExecCredential"),
        (["echo '[]'"], "neither a token nor a certificate"),
        ([credential()], "neither a token nor a certificate"),
        ([credential(clientCertificateData="c")], "neither a token nor a certificate"),
        (["exit 1"], "ended with 1"),
    ],
)
def test_a_plugin_that_brings_nothing_is_told_in_one_line(plugin, lines, why):
    with pytest.raises(PluginError, match=why):
        run_plugin(plugin(*lines), {})


def test_a_plugin_that_is_not_there_is_named():
    with pytest.raises(PluginError, match="no-such-login cannot be run: No such file"):
        run_plugin({"command": "no-such-login"}, {})


def test_a_plugin_that_needs_a_person_says_so_instead_of_waiting(plugin):
    with pytest.raises(PluginError, match="wants a terminal of its own"):
        run_plugin(plugin("exit 3", interactiveMode="Always"), {})


def test_certificates_of_a_plugin_are_loaded_and_left_nowhere(plugin, tmp_path, authority):
    """The certificate is presented: the server asks for one and tells whose it was."""
    url, issued, trusted = authority
    pem = {
        "clientCertificateData": issued.cert_chain_pems[0].bytes().decode(),
        "clientKeyData": issued.private_key_pem.bytes().decode(),
    }
    answer = tmp_path / "answer"
    answer.write_text(json.dumps({"apiVersion": API, "kind": "ExecCredential", "status": pem}))
    path = kubeconfig(tmp_path, url, plugin(f"cat {answer}"))
    whole = json.loads(path.read_text())
    whole["clusters"][0]["cluster"]["certificate-authority-data"] = base64.b64encode(
        trusted
    ).decode()
    path.write_text(json.dumps(whole))
    cluster = KubernetesDeployments(namespace=NAMESPACE, kubeconfig=path)
    with pytest.raises(ProblemError) as caught:
        cluster.record([BACKEND])
    assert caught.value.problem.why == "not for dana"


@pytest.fixture
def authority():
    """A server behind TLS that wants a certificate, and refuses everybody by name."""
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    authority.configure_trust(tls)
    tls.verify_mode = ssl.CERT_REQUIRED
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _RefusesByName)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    mine = authority.issue_cert("dana@example.com", common_name="dana")
    yield f"https://127.0.0.1:{server.server_port}", mine, authority.cert_pem.bytes()
    server.shutdown()
    thread.join()
    server.server_close()


class _RefusesByName(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        assert isinstance(self.connection, ssl.SSLSocket)
        subject = str((self.connection.getpeercert() or {})["subject"])
        name = "dana" if "'commonName', 'dana'" in subject else subject
        body = json.dumps({"message": f"not for {name}"}).encode()
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_a_plugin_sees_no_secret_of_ours_but_what_the_kubeconfig_gives_it(
    plugin, tmp_path, monkeypatch
):
    for name in ("GH_TOKEN", "SLACK_BOT_TOKEN", "PAGERDUTY_API_KEY"):
        monkeypatch.setenv(name, "of-ours-0123456789")
    told = tmp_path / "told"
    given = [{"name": "PAGERDUTY_API_KEY", "value": "its own"}]
    made = plugin(f'echo "$GH_TOKEN,$SLACK_BOT_TOKEN,$PAGERDUTY_API_KEY" > {told}', env=given)
    with pytest.raises(PluginError):
        run_plugin(made, {})
    assert told.read_text() == ",,its own\n"
