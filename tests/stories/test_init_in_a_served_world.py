"""From a clone to a checked ``hotfix.toml``, against GitHub and a cluster that answer."""

import json

import pytest
from tests.stories.commands import commands

from hotfix.config.load import load
from hotfix.simulators.git_origin import git_in
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
    # What init does not ask for is said to be left out.
    verdict = checked.stdout.splitlines()[-1]
    assert verdict.startswith("Ready, without ")
    assert "probes" in verdict


def asked(at, *words, **environ):
    return at.run(
        "init",
        "--json",
        *words,
        HOTFIX_GITHUB__REPOSITORY="webrana/webrana",
        HOTFIX_GITHUB__API_URL=at.world.github.url,
        KUBECONFIG=str(at.world.folder / "kubeconfig"),
        **environ,
    )


def test_a_program_is_told_what_was_found_where_and_what_was_not(at):
    (at.world.clone / "hotfix.toml").unlink(missing_ok=True)
    done = asked(at, "--yes", "--commit", HOTFIX_CONFIG="")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert list(told) == [
        *("v", "path", "written", "commit", "found", "tests", "not_found", "remarks", "needs"),
    ]
    path = at.world.clone / "hotfix.toml"
    assert (told["v"], told["path"], told["written"]) == (1, str(path), True)
    assert git_in(at.world.clone, "rev-parse", "HEAD").startswith(told["commit"])
    found = {(each["section"], each["key"]): each for each in told["found"]}
    assert found["kubernetes", "deployments"]["value"] == ["webrana-backend", "webrana-frontend"]
    assert all(each["seen"] and each["your_file_has"] is None for each in told["found"])
    assert ("slack", "channel") in {(it["section"], it["key"]) for it in told["not_found"]}
    assert all(each["looked_at"] for each in told["not_found"])
    assert [each["name"] for each in told["tests"]] == ["backend", "frontend"]
    config = load(path, {})
    assert (config.github.repository, config.github.merge_into) == (
        found["github", "repository"]["value"],
        found["github", "merge_into"]["value"],
    )
    areas = {each["area"] for each in told["needs"]}
    assert {"git", "github", "kubernetes", "tests"} <= areas


def test_a_file_that_is_kept_is_told_and_is_an_error_as_json(at):
    path = at.world.clone / "hotfix.toml"
    path.write_text('[github]\nrepository = "acme/shop"\n')
    done = asked(at, HOTFIX_CONFIG="")
    assert done.returncode == 2
    told, error = json.loads(done.stdout), json.loads(done.stderr)
    assert (told["written"], told["commit"], told["needs"]) == (False, None, None)
    (kept,) = [each for each in told["found"] if each["key"] == "repository"]
    assert (kept["value"], kept["your_file_has"]) == ("webrana/webrana", "acme/shop")
    assert (error["code"], error["exit_code"]) == ("usage", 2)
    assert path.read_text() == '[github]\nrepository = "acme/shop"\n'
    path.unlink()


@pytest.mark.parametrize("word", ["--example", "--schema", "--rbac"])
def test_what_prints_a_text_prints_no_json(at, word):
    done = at.run("init", word, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert json.loads(done.stderr)["code"] == "usage"


def test_the_lines_of_the_pods_are_objects_with_json(at):
    # An hour of that world, which is fast, are seconds of a machine that may be slow.
    done = at.run("logs", "--json", "--since", "7d")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines
    assert all(list(each) == ["v", "pod", "line"] and each["v"] == 1 for each in lines)
    assert {each["pod"].rsplit("-", 2)[0] for each in lines} <= {
        "webrana-backend",
        "webrana-frontend",
    }
    refused = at.run("logs", "--json", "--since", "soon")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert json.loads(refused.stderr)["code"] == "usage"
