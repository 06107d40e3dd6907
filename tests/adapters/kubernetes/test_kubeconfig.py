"""A kubeconfig is read as kubectl reads it, and the answers to reads ahead are used with care."""

import os
import threading

import pytest
import yaml
from tests.adapters.kubernetes.world import BACKEND, NAMESPACE, REASON, TOKEN

from hotfix.adapters.kubernetes import KubernetesDeployments
from hotfix.adapters.kubernetes.api.kubeconfig import read_entry
from hotfix.adapters.kubernetes.api.kubeconfig_fields import UnusableKubeconfigError
from hotfix.adapters.kubernetes.api.read_ahead import Answer, ReadAhead
from hotfix.domain.problem import ProblemError
from hotfix.domain.restoration import RestoreState

_DEPLOYMENTS = "/apis/apps/v1/namespaces/{namespace}/deployments"
WHOLE = {
    "current-context": "live",
    "contexts": [
        {"name": "live", "context": {"cluster": "c", "user": "u"}},
        {"name": "staging", "context": {"cluster": "c"}},
        {"name": "lost", "context": {"cluster": "nowhere"}},
    ],
    "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
    "users": [{"name": "u", "user": {"token": "first"}}],
}


def write(path, whole) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(whole))
    return str(path)


def test_the_first_of_several_files_that_names_something_decides(tmp_path):
    first = write(tmp_path / "a", {"users": WHOLE["users"]})
    second = write(tmp_path / "b", {**WHOLE, "users": [{"name": "u", "user": {"token": "second"}}]})
    files = os.pathsep.join([first, str(tmp_path / "none"), "", second])
    entry = read_entry(files, None)
    assert entry.user == {"token": "first"}
    assert entry.cluster == {"server": "https://127.0.0.1:1"}


def test_paths_begin_at_the_file_that_names_them(tmp_path):
    user = {
        "client-certificate": "pki/me.crt",
        "client-key": "/pki/me.key",
        "exec": {"command": "./bin/login"},
    }
    whole = {**WHOLE, "users": [{"name": "u", "user": user}]}
    entry = read_entry(write(tmp_path / "kube" / "config", whole), None)
    assert entry.user["client-certificate"] == str(tmp_path / "kube/pki/me.crt")
    assert entry.user["client-key"] == "/pki/me.key"
    assert entry.user["exec"]["command"] == str(tmp_path / "kube/bin/login")


def test_a_plugin_without_a_path_is_looked_for_on_the_path(tmp_path):
    whole = {**WHOLE, "users": [{"name": "u", "user": {"exec": {"command": "aws"}}}]}
    assert read_entry(write(tmp_path / "config", whole), None).user["exec"]["command"] == "aws"


def test_a_context_without_a_user_is_nobody(tmp_path):
    assert read_entry(write(tmp_path / "config", WHOLE), "staging").user == {}


@pytest.mark.parametrize(
    ("context", "why"),
    [("production", "contexts is called 'production'"), ("lost", "clusters is called 'nowhere'")],
)
def test_what_is_not_there_is_named(tmp_path, context, why):
    with pytest.raises(UnusableKubeconfigError, match=why):
        read_entry(write(tmp_path / "config", WHOLE), context)


@pytest.mark.parametrize("whole", [[], "text", {"contexts": "none"}, {"clusters": [1, None]}])
def test_nonsense_is_unusable_and_no_bug(tmp_path, whole):
    with pytest.raises(UnusableKubeconfigError):
        read_entry(write(tmp_path / "config", whole), "live")


def test_a_token_is_read_from_its_file(world, tmp_path):
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert _cluster(tmp_path, world, {"tokenFile": "token"}).record([BACKEND])


def test_a_token_file_that_is_not_there_is_named(world, tmp_path):
    with pytest.raises(ProblemError) as caught:
        _cluster(tmp_path, world, {"tokenFile": "no-token"}).record([BACKEND])
    assert "no-token: No such file" in caught.value.problem.why


def test_what_we_do_not_read_is_left_to_the_client_library(world, tmp_path):
    """A password is such a thing; the simulator takes none, and says whose it does not take."""
    cluster = _cluster(tmp_path, world, {"username": "dana", "password": "of-dana"})
    with pytest.raises(ProblemError, match="does not accept your credentials"):
        cluster.record([BACKEND])
    sent = world.received.all()
    assert not sent or all("of-dana" not in str(each) for each in sent)


def test_behind_a_proxy_the_client_library_connects(world, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    # Loopback needs no proxy, whatever the environment says.
    assert _cluster(tmp_path, world, {"token": TOKEN}).record([BACKEND])


def _cluster(folder, world, user) -> KubernetesDeployments:
    clusters = [{"name": "c", "cluster": {"server": world.service.url}}]
    whole = {**WHOLE, "clusters": clusters, "users": [{"name": "u", "user": user}]}
    write(folder / "config", whole)
    return KubernetesDeployments(namespace=NAMESPACE, kubeconfig=folder / "config")


def test_an_answer_on_its_way_is_waited_for():
    may_go, ahead = threading.Event(), ReadAhead()

    def ask(path):
        may_go.wait(10)
        return Answer(200, {"path": path})

    ahead.begin(["/a"], ask)
    threading.Timer(0.05, may_go.set).start()
    assert ahead.answer("/a") == Answer(200, {"path": "/a"})
    assert ahead.answer("/b") is None


def test_an_answer_that_went_wrong_is_no_answer():
    def ask(_path):
        raise OSError("gone")

    ahead = ReadAhead()
    ahead.begin(["/a"], ask)
    assert ahead.answer("/a") is None


def test_what_was_read_ahead_is_forgotten_by_the_first_write(world):
    cluster = world.cluster
    (record,) = cluster.record([BACKEND])
    connection = cluster._connection
    world.deploy("b2" * 20)
    seen = cluster.survey([record]).present
    connection.read_ahead([_DEPLOYMENTS])
    assert connection.read_already(_DEPLOYMENTS) is not None
    (result,) = cluster.restore_all([record], seen, REASON)
    assert result.state is RestoreState.PATCHED
    assert connection.read_already(_DEPLOYMENTS) is None
    assert cluster.record([BACKEND])[0].images == record.images
