"""What ``hotfix rollback`` asks the cluster before its words are parsed, and when it does not."""

import pytest

from hotfix.cli.early_look import early_look

TOML = '[kubernetes]\nnamespace = "webrana"\ndeployments = ["web"]\nkubeconfig = "{kubeconfig}"\n'


KUBECONFIG = """
current-context: live
contexts: [{name: live, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: u, user: {token: abc}}]
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "kubeconfig").write_text(KUBECONFIG)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hotfix.toml").write_text(TOML.format(kubeconfig=tmp_path / "kubeconfig"))
    return tmp_path


def test_the_configured_place_is_asked(here):
    early = early_look(["--yes"], {})
    assert early is not None
    assert early.place == ("webrana", "", str(here / "kubeconfig"))


@pytest.mark.usefixtures("here")
def test_an_override_names_another_place():
    early = early_look([], {"HOTFIX_KUBERNETES__NAMESPACE": "other"})
    assert early is not None
    assert early.place[0] == "other"


@pytest.mark.parametrize("words", [["--config", "b.toml"], ["--config=b.toml"]])
def test_the_named_file_is_read(here, words):
    text = TOML.format(kubeconfig=here / "kubeconfig")
    (here / "b.toml").write_text(text.replace("webrana", "of-b"))
    early = early_look(words, {})
    assert early is not None
    assert early.place[0] == "of-b"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("words", [["--help"], ["--via", "actions"], ["--via=actions"]])
def test_nobody_is_asked_where_the_cluster_has_no_part(words):
    assert early_look(words, {}) is None


@pytest.mark.parametrize(
    "text",
    ["", "[", "kubernetes = 1", "[kubernetes]\nnamespace = 5", "[kubernetes]\nnamespace = ''"],
)
def test_what_is_odd_is_left_to_those_who_can_say_why(here, text):
    (here / "hotfix.toml").write_text(text)
    assert early_look([], {}) is None


@pytest.mark.parametrize("user", ["{username: dana, password: p}", "{auth-provider: {name: oidc}}"])
def test_nobody_is_asked_early_where_the_client_library_must_be_imported(here, user):
    (here / "kubeconfig").write_text(KUBECONFIG.replace("{token: abc}", user))
    assert early_look([], {}) is None


def test_a_kubeconfig_that_is_not_there_is_left_to_those_who_can_say_why(here):
    (here / "kubeconfig").unlink()
    assert early_look([], {}) is None
