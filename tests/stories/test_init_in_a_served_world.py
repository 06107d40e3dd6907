"""From a clone to a checked ``hotfix.toml``, against GitHub and a cluster that answer."""

import pytest
from tests.stories.commands import commands

from hotfix.config.load import load
from hotfix.simulators.world import NAMESPACE


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    with commands(tmp_path_factory.mktemp("init") / "world") as at:
        yield at


def test_what_github_and_the_cluster_say_is_written_and_checked(at):
    done = at.run(
        "init",
        "--yes",
        "--config",
        "hotfix.toml",
        HOTFIX_GITHUB__REPOSITORY="webrana/webrana",
        HOTFIX_GITHUB__API_URL=at.world.github.url,
        KUBECONFIG=str(at.world.folder / "kubeconfig"),
    )
    assert done.returncode == 0, done.stderr
    config = load(at.world.clone / "hotfix.toml", {})
    assert config.github.merge_into == "hotfix/production"
    assert config.github.labels == ("hotfix",)
    assert config.github.merge_method == "squash"
    assert config.github.dispatch_input == "commit"
    assert config.kubernetes is not None
    assert config.kubernetes.namespace == NAMESPACE
    assert config.kubernetes.deployments == ("webrana-backend", "webrana-frontend")
    assert config.kubernetes.context == "drill"
    assert [each.name for each in config.tests] == ["backend", "frontend"]
    checked = at.run(
        "doctor",
        HOTFIX_CONFIG=str(at.world.clone / "hotfix.toml"),
        KUBECONFIG=str(at.world.folder / "kubeconfig"),
    )
    assert checked.returncode == 0, checked.stdout
    assert "✗" not in checked.stdout
    assert checked.stdout.endswith("Ready.\n")
