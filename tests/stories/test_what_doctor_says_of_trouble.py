"""What a person reads in ``hotfix doctor`` where something is wrong: why, where, what can help."""

import json
from contextlib import contextmanager

import pytest
from tests.stories.commands import commands

from hotfix.simulators.git_origin import git_in
from hotfix.simulators.server import Fault

RIGHTS, CONFIGURATION, DONE = 4, 3, 0
REPOSITORY = "/repos/webrana/webrana"
WORKFLOW = ".github/workflows/deploy.yml"


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    with commands(tmp_path_factory.mktemp("doctor") / "world") as at:
        yield at


@pytest.fixture(scope="module")
def usual(at):
    """What is not met where nothing is wrong: areas and names."""
    return {(each["area"], each["name"]) for each in needs_of(at.run("doctor", "--json"))}


def needs_of(done):
    """The needs that are not met."""
    found = json.loads(done.stdout)["needs"]
    return [each for each in found if each["finding"] in {"failed", "warning"}]


def refusing(service, on, status, body, **headers):
    @contextmanager
    def refused(world):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        fault = Fault(
            on=on,
            status=status,
            times=999,
            body=json.dumps(body),
            headers={"Content-Type": "application/json; charset=utf-8"} | names,
        )
        faults = getattr(world, service).faults
        faults.append(fault)
        yield
        faults.remove(fault)

    return refused


def denying(right):
    @contextmanager
    def denied(world):
        world.kubernetes.denied.add(right)
        yield
        world.kubernetes.denied.remove(right)

    return denied


@contextmanager
def token_of_the_cluster(world):
    file = world.folder / "kubeconfig"
    text = file.read_text()
    file.write_text(text.replace("drill-kubernetes-token", "one-that-is-over"))
    yield
    file.write_text(text)


def pushing(old, new):
    """Let the deploy workflow on the base be another."""

    @contextmanager
    def pushed(world):
        file = world.clone / WORKFLOW
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
        git_in(world.clone, "commit", "--quiet", "-a", "-m", "Change it")
        git_in(world.clone, "push", "--quiet", "origin", "main")
        yield
        git_in(world.clone, "revert", "--no-edit", "HEAD")
        git_in(world.clone, "push", "--quiet", "origin", "main")

    return pushed


NOT_ACCESSIBLE = {"message": "Resource not accessible by personal access token"}
CASES = {
    "an expired token": (
        {"GH_TOKEN": "ghp_expired"},
        None,
        RIGHTS,
        ("github", "usable", "Bad credentials", "export GH_TOKEN=... with a valid one"),
    ),
    "a classic token without the scope": (
        {},
        refusing(
            "github",
            REPOSITORY,
            404,
            {"message": "Not Found"},
            X_OAuth_Scopes="read:user, gist",
            X_Accepted_OAuth_Scopes="repo",
        ),
        CONFIGURATION,
        (
            "github",
            "repository",
            "its scopes are read:user, gist, and a private repository needs repo",
            "Give the token in GH_TOKEN the scopes repo",
        ),
    ),
    "a classic token with the scope, and no such repository": (
        {},
        refusing("github", REPOSITORY, 404, {"message": "Not Found"}, X_OAuth_Scopes="gist, repo"),
        CONFIGURATION,
        ("github", "repository", "the token may not see it.", "Correct [github] repository"),
    ),
    "a fine-grained token without a permission": (
        {},
        refusing(
            "github",
            "/actions/workflows",
            403,
            NOT_ACCESSIBLE,
            X_Accepted_GitHub_Permissions="actions=read",
        ),
        DONE,
        (
            "github",
            "workflow",
            "Resource not accessible by personal access token",
            "Give the token in GH_TOKEN the permission actions=read",
        ),
    ),
    "a context that is not there": (
        {"HOTFIX_KUBERNETES__CONTEXT": "prod-eu"},
        None,
        CONFIGURATION,
        (
            "kubernetes",
            "server",
            "Nothing in contexts is called 'prod-eu'",
            "correct [kubernetes] context; but HOTFIX_KUBERNETES__CONTEXT stands in its place",
        ),
    ),
    "another cluster's namespace": (
        {"HOTFIX_KUBERNETES__NAMESPACE": "shop"},
        None,
        CONFIGURATION,
        (
            "kubernetes",
            "namespace",
            "There is no namespace shop",
            "correct [kubernetes] namespace or context",
        ),
    ),
    "a namespace without rights": (
        {},
        denying("patch deployments"),
        RIGHTS,
        (
            "kubernetes",
            "rights to roll back",
            "not granted in webrana: patch deployments",
            "hotfix init --rbac | kubectl apply -f -",
        ),
    ),
    "credentials of the cluster that are over": (
        {},
        token_of_the_cluster,
        RIGHTS,
        ("kubernetes", "server", "does not accept your credentials", "then: hotfix doctor"),
    ),
    "a workflow that nobody can start by hand": (
        {},
        pushing("workflow_dispatch:", "repository_dispatch:"),
        DONE,
        (
            "git",
            "start by hand",
            "deploy.yml has no workflow_dispatch",
            "correct [github] dispatch_input",
        ),
    ),
    "a workflow whose input is called otherwise": (
        {"HOTFIX_GITHUB__DISPATCH_INPUT": "sha"},
        None,
        DONE,
        ("git", "start by hand", "no input sha (inputs: commit)", "HOTFIX_GITHUB__DISPATCH_INPUT"),
    ),
    "a token of Slack that was revoked": (
        {},
        refusing("slack", "auth.test", 200, {"ok": False, "error": "token_revoked"}),
        DONE,
        ("slack", "usable", "token_revoked", "export SLACK_BOT_TOKEN="),
    ),
    "a wrong key of PagerDuty": (
        {"PAGERDUTY_API_KEY": "no-key-of-ours"},
        None,
        DONE,
        ("pagerduty", "on-call", "does not accept the key", "export PAGERDUTY_API_KEY="),
    ),
    "a wrong key of Statuspage": (
        {"STATUSPAGE_API_KEY": "no-key-of-ours"},
        None,
        DONE,
        ("statuspage", "page", "does not accept the key", "export STATUSPAGE_API_KEY="),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_cause_the_setting_and_a_mend_that_can_help(at, usual, case):
    environ, changed, code, (area, name, saw, mend) = CASES[case]
    if changed is None:
        done = at.run("doctor", "--json", **environ)
    else:
        with changed(at.world):
            done = at.run("doctor", "--json", **environ)
    found = needs_of(done)
    (need,) = [each for each in found if (each["area"], each["name"]) == (area, name)]
    assert saw in need["saw"]
    assert mend in need["mend"]
    # No run waits for anything here.
    assert not any("hotfix resume" in each["mend"] for each in found)
    assert done.returncode == code
    others = {each["area"] for each in found if (each["area"], each["name"]) not in usual}
    assert others == {area}, "nothing else is said to be wrong"
    for secret in environ.values():
        assert not secret.endswith("-of-ours") or secret not in done.stdout
