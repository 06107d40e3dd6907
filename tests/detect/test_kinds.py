"""What each kind of detection makes of what it is handed: tables."""

import pytest

from hotfix.detect.branches import branches_of, newest
from hotfix.detect.cluster import namespaces_in
from hotfix.detect.deployment import Images, without_tag
from hotfix.detect.files import Files, joined
from hotfix.detect.gitops import deployers_of
from hotfix.detect.hosted import HostedView, hosted_settings
from hotfix.detect.images import images_of
from hotfix.detect.manifests import manifests_of
from hotfix.detect.owners import reviewers_of
from hotfix.detect.remote import origin_of
from hotfix.detect.slack import channel_of
from hotfix.detect.workflows import workflows_of


def values(settings):
    return {f"{each.section}.{each.key}": each.value for each in settings}


@pytest.mark.parametrize(
    ("addresses", "repository", "api_url"),
    [
        (["git@github.com:acme/shop.git"], "acme/shop", "https://api.github.com"),
        (["https://github.com/acme/shop"], "acme/shop", "https://api.github.com"),
        (["ssh://git@ssh.github.com:443/acme/shop.git"], "acme/shop", "https://api.github.com"),
        (["https://x:secret@github.com/acme/shop.git"], "acme/shop", "https://api.github.com"),
        (["git@git.acme.example:acme/shop.git"], "acme/shop", "https://git.acme.example/api/v3"),
        (
            ["https://git.acme.example:8443/acme/shop"],
            "acme/shop",
            "https://git.acme.example:8443/api/v3",
        ),
        (
            ["ssh://git@git.acme.example:2222/acme/shop"],
            "acme/shop",
            "https://git.acme.example/api/v3",
        ),
        (
            ["http://git.acme.example:8080/acme/shop"],
            "acme/shop",
            "https://git.acme.example/api/v3",
        ),
        (["git@acme.ghe.com:acme/shop.git"], "acme/shop", "https://api.acme.ghe.com"),
        (["work:acme/shop.git"], "acme/shop", "https://api.github.com"),
        (
            ["work:acme/shop", "ssh://git.acme.example/acme/shop"],
            "acme/shop",
            "https://git.acme.example/api/v3",
        ),
        (["https://github.com/acme/shop", "gh:acme/shop"], "acme/shop", "https://api.github.com"),
        (["git@gitlab.com:acme/shop.git"], None, None),
        (["https://gitlab.acme.example/acme/shop"], None, None),
        (["git@bitbucket.org:acme/shop.git"], None, None),
        (["https://dev.azure.com/acme/shop"], None, None),
        (["https://git.sr.ht/~acme/shop"], None, None),
        (["/srv/git/shop.git"], None, None),
        (["../origin.git"], None, None),
        (["file:///srv/git/shop.git"], None, None),
        ([""], None, None),
        (["https://git.acme.example/a b/shop"], None, None),
    ],
)
def test_the_repository_and_its_api_are_those_of_the_remote(addresses, repository, api_url):
    found = values(origin_of({"origin": addresses}).settings)
    assert (found["github.repository"], found["github.api_url"]) == (repository, api_url)
    assert found["git.remote"] == "origin"


@pytest.mark.parametrize(
    ("names", "upstream", "wanted"),
    [
        (["origin", "fork"], "fork", "origin"),
        (["acme"], "", "acme"),
        (["acme", "mine"], "mine", "mine"),
        (["acme", "mine"], "", None),
        ([], "", None),
    ],
)
def test_the_remote_is_origin_or_the_one_that_is_pushed_to(names, upstream, wanted):
    remotes = {name: [f"git@github.com:{name}/shop.git"] for name in names}
    assert values(origin_of(remotes, upstream).settings)["git.remote"] == wanted


@pytest.mark.parametrize(
    ("addresses", "is_said"),
    [
        ({"origin": "git@github.com:dana/shop", "upstream": "git@github.com:acme/shop"}, True),
        ({"origin": "git@github.com:acme/shop", "upstream": "https://github.com/ACME/shop"}, False),
        ({"origin": "git@github.com:acme/shop", "upstream": "/srv/git/shop"}, False),
        ({"upstream": "git@github.com:acme/shop"}, False),
        ({"origin": "git@github.com:acme/shop", "heroku": "https://git.heroku.com/a/b"}, False),
    ],
)
def test_a_remote_that_is_called_upstream_may_be_the_teams_one(addresses, is_said):
    found = origin_of({name: [address] for name, address in addresses.items()})
    says = [each.text for each in found.remarks if '[git] remote = "upstream"' in each.text]
    assert bool(says) is is_said
    assert all('[github] repository = "acme/shop"' in each for each in says)


def deploying(on):
    text = f"on:\n{on}\njobs:\n  a:\n    steps:\n      - run: kubectl apply -f x\n"
    return workflows_of(Files.of({".github/workflows/deploy.yml": text})).deploy


def pushed(*branches):
    return deploying(f"  push:\n    branches: [{', '.join(branches)}]")


@pytest.mark.parametrize(
    ("there", "default", "deploy", "wanted"),
    [
        (["main"], "main", None, ("main", "main", None)),
        (["main"], "main", pushed("main"), ("main", "main", None)),
        (["main", "prod"], "main", None, ("main", "prod", None)),
        (["main", "prod"], "main", pushed("main"), ("main", "main", None)),
        (["main", "prod"], "main", pushed("prod", "main"), ("main", "prod", None)),
        (["main", "staging"], "main", pushed("staging", "main"), ("main", "main", None)),
        (["main"], "main", pushed("hotfix/production"), ("main", "hotfix/production", None)),
        (["main"], "main", pushed("'hotfix/**'", "main"), ("main", "main", "fix/")),
        (["main"], "main", pushed("'**'"), ("main", "main", None)),
        (["main", "hotfix"], "main", pushed("main"), ("main", "main", "fix/")),
        (["develop", "main"], "develop", None, ("develop", "main", None)),
        (["develop", "master"], "develop", pushed("master"), ("develop", "master", None)),
        (["develop", "main"], "main", pushed("main"), ("develop", "main", None)),
        (["develop"], "develop", None, ("develop", "develop", None)),
        (
            ["main", "release/1.9", "release/1.10"],
            "main",
            pushed("'release/**'"),
            ("main", "release/1.10", None),
        ),
        (["main", "release/1.9"], "main", pushed("main", "'release/*'"), ("main", "main", None)),
        (["trunk"], "", None, ("trunk", "trunk", None)),
        (["whatever"], "", None, (None, None, None)),
        ([], "", None, (None, None, None)),
        (["main"], "main", deploying("  workflow_dispatch:"), ("main", "main", None)),
        (["main"], "main", deploying("  push:\n    tags: ['v*']"), ("main", "main", None)),
    ],
)
def test_the_layout_follows_from_the_branches_and_what_deploys_them(there, default, deploy, wanted):
    found = values(branches_of(there, default, "the remote", deploy).settings)
    into, prefix = found["github.merge_into"], found.get("git.branch_prefix")
    assert (found["git.base"], into, prefix) == wanted


def test_further_branches_that_may_need_the_fix_are_named_and_left_to_a_person():
    there = ["develop", "main", *(f"release/1.{number}" for number in range(8, 12))]
    (also,) = [
        each
        for each in branches_of(there, "develop", "the remote", None).settings
        if each.key == "also_into"
    ]
    assert (also.value, also.example) == (None, ("release/1.11",))
    assert "release/1.11, release/1.10, release/1.9 and 1 more" in also.seen


def test_releases_are_ordered_as_versions():
    names = ["release/1.9", "release/1.10", "release/1.10.2", "release/2.0-rc1"]
    assert newest(names)[0] == "release/2.0-rc1"
    assert newest(names[:3]) == ["release/1.10.2", "release/1.10", "release/1.9"]


def named(on="push", run="echo", name="x"):
    return f"name: {name}\non: {on}\njobs:\n  a:\n    steps:\n      - run: {run}\n"


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        ({}, ""),
        ({"ci.yml": named(run="cargo test")}, ""),
        ({"ci.yml": named(), "deploy.yml": named()}, "deploy.yml"),
        ({"ci.yml": named(run="kubectl apply -f x")}, "ci.yml"),
        ({"a.yml": named(name="Deploy to production")}, "a.yml"),
        ({"deploy-staging.yml": named(), "deploy-prod.yml": named()}, "deploy-prod.yml"),
        ({"deploy-docs.yml": named()}, ""),
        ({"deploy-preview.yml": named(on="pull_request", run="helm upgrade x")}, ""),
        (
            {"deploy.yml": named(on="workflow_call"), "release.yaml": named(run="helm upgrade x")},
            "release.yaml",
        ),
        ({"rollback.yml": named(run="kubectl rollout undo"), "cd.yml": named()}, "cd.yml"),
        ({"deploy.yml": "- a list"}, ""),
        ({"deploy.yml": "[" * 1000}, ""),
        ({"deploy.yml": "on: [push, [x]]\njobs: text\n"}, "deploy.yml"),
        ({"deploy.yml": "on:\n  push: text\njobs: {a: [x], b: {steps: {c: d}}}"}, "deploy.yml"),
        ({"deploy.yml": "on:\n"}, ""),
        ({"deploy.yml": "name: [x]\non: push\n"}, "deploy.yml"),
        ({"sub/deploy.yml": named()}, ""),
        ({"ci.yml": named(run="flyctl deploy --remote-only")}, "ci.yml"),
        ({"ci.yml": named(run="az webapp deploy --name shop")}, "ci.yml"),
        ({"ci.yml": named(run="fly status")}, ""),
        (
            {
                "pipeline.yml": "name: test -> build\non: push\njobs:\n  deploy_prod:\n"
                "    uses: x/deploy_env.yml@v2\n",
                "deploy_to_env.yml": named(on="workflow_dispatch"),
            },
            "pipeline.yml",
        ),
        (
            {"a.yml": "on: push\njobs: {x: {environment: {name: production}, name: Deploy}}"},
            "a.yml",
        ),
    ],
)
def test_the_workflow_that_deploys_is_told_by_its_name_and_what_it_does(texts, wanted):
    found = workflows_of(
        Files.of({f".github/workflows/{path}": text for path, text in texts.items()})
    )
    assert values(found.settings)["github.workflow"] == wanted


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("{workflow_run: {workflows: [CI, Build]}}", "it runs after CI or Build, so that a merge"),
        ("{workflow_run: {workflows: CI}}", "it runs after CI, so that a merge deploys"),
        ("{release: {types: [published]}}", "a merge alone deploys nothing"),
        ("workflow_run", "a merge alone deploys nothing"),
        ("push", ""),
    ],
)
def test_what_starts_the_deployment_is_said_where_no_push_does(on, words):
    found = workflows_of(Files.of({".github/workflows/deploy.yml": named(on=on)}))
    assert [words in each.text for each in found.remarks] == ([True] if words else [])


@pytest.mark.parametrize(
    ("run", "wanted"),
    [
        ("kubectl -n shop apply", ["shop"]),
        ("kubectl -n shop-${{ matrix.stage }} apply", []),
        ("helm upgrade x y --namespace=shop-$STAGE", []),
        ("kubectl -n ${NS} apply", []),
        ("kubectl -n shop-{{ stage }} apply", []),
    ],
)
def test_a_namespace_that_is_put_together_is_not_known(run, wanted):
    found = workflows_of(Files.of({".github/workflows/deploy.yml": named(run=run)}))
    assert list(namespaces_in(found)) == wanted


def test_another_system_that_may_deploy_is_named():
    (remark,) = workflows_of(Files.of({".circleci/config.yml": "", "Jenkinsfile": ""})).remarks
    assert "it watches GitHub Actions alone" in remark.text
    assert remark.seen == ".circleci/config.yml"


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        ("ghcr.io/acme/shop:1", True),
        ("ghcr.io/acme/shop/web@sha256:0", True),
        ("ghcr.io/ACME/shop-web:1", True),
        ("localhost:5000/acme/shop/web", True),
        ("123.dkr.ecr.eu-west-1.amazonaws.com/shop:1", True),
        ("registry.example/payments/api:2", True),
        ("ghcr.io/acme/shopping:1", False),
        ("ghcr.io/other/thing:1", False),
        ("postgres:16", False),
        ("", False),
    ],
)
def test_an_image_is_the_repositorys_by_name_or_because_a_workflow_makes_it(image, wanted):
    text = named(run="docker build -t registry.example/payments/api:$GITHUB_SHA .")
    files = Files.of({".github/workflows/deploy.yml": text})
    images = images_of(files, workflows_of(files), "Acme/Shop")
    assert bool(images.why(image)) is wanted


def test_nothing_is_ours_where_the_repository_is_not_known():
    assert Images("", {}).why("ghcr.io/acme/shop:1") == ""


@pytest.mark.parametrize(
    ("image", "name"),
    [("a/b:1", "a/b"), ("a:5000/b", "a:5000/b"), ("a:5000/b:1@sha256:x", "a:5000/b"), ("a", "a")],
)
def test_the_name_of_an_image_is_without_tag_and_digest(image, name):
    assert without_tag(image) == name


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("* @rena @noor\n", ("rena", "noor")),
        ("* @acme/payments\n", ("acme/payments", None)),
        ("* rena@acme.example\n", (None, None)),
        ("/docs/ @rena\n", (None, None)),
        ("", (None, None)),
    ],
)
def test_who_owns_most_files_reviews(text, wanted):
    found = values(reviewers_of(Files.of({"CODEOWNERS": text, "a.py": "", "b.py": ""})))
    assert (found["github.reviewer"], found["review.second"]) == wanted


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        ({"README.md": "Talk to us in Slack: #shop-dev"}, "#shop-dev"),
        ({"README.md": "Talk to us: #shop-dev"}, None),
        ({"README.md": "Slack: see #12, [top](#slack), #fff"}, None),
        ({"docs/oncall.md": "Slack #random or Slack #prod-incidents"}, "#prod-incidents"),
        (
            {".github/workflows/d.yml": named(run="x") + "        with: {channel: deploys}"},
            "#deploys",
        ),
        ({".github/workflows/d.yml": "on: push\nenv: {SLACK_CHANNEL: '#ops'}"}, "#ops"),
        ({".github/workflows/d.yml": "on: push\nenv: {SLACK_CHANNEL: C01ABCDEF}"}, None),
        ({}, None),
    ],
)
def test_the_channel_is_the_one_that_is_named(texts, wanted):
    files = Files.of(texts)
    assert channel_of(files, workflows_of(files)).value == wanted


@pytest.mark.parametrize(
    ("view", "texts", "wanted"),
    [
        (
            HostedView(methods=("merge", "rebase"), labels=("bug", "Hotfix", "P0")),
            {},
            ("merge", ("Hotfix", "P0")),
        ),
        (HostedView(methods=("squash",), labels=("bug",)), {}, ("squash", None)),
        (HostedView(trouble="not asked"), {}, (None, None)),
        (
            HostedView(trouble="x"),
            {".github/labels.yml": "- {name: kind/hotfix}"},
            (None, ("kind/hotfix",)),
        ),
        (HostedView(trouble="x"), {".github/labels.yml": "- [name"}, (None, None)),
        (
            HostedView(trouble="x"),
            {".github/labels.json": '{"labels": ["urgent"]}'},
            (None, ("urgent",)),
        ),
    ],
)
def test_labels_and_the_merge_method_are_what_github_has(view, texts, wanted):
    found = values(hosted_settings(Files.of(texts), view))
    assert (found["github.merge_method"], found["github.labels"]) == wanted


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (
            {"a.yaml": "apiVersion: argoproj.io/v1\nkind: Application\nmetadata: {name: shop}"},
            ["application shop", "when somebody syncs"],
        ),
        (
            {
                "a.yaml": "apiVersion: argoproj.io/v1\nkind: Application\nmetadata: {name: s}\n"
                "spec: {syncPolicy: {automated: {selfHeal: true}}}"
            },
            ["selfHeal", "argocd app set s --sync-policy none"],
        ),
        (
            {
                "f.yml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
                "metadata: {name: shop, namespace: live}"
            },
            ["flux suspend helmrelease shop -n live"],
        ),
        (
            {"chart/Chart.yaml": "name: x"},
            ["Where Helm deploys the chart that is here", "helm history"],
        ),
        ({"k/kustomization.yaml": "kind: Kustomization\nresources: []"}, ["the next apply"]),
        (
            {"r.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: shop}"},
            ["does not roll it back", "kubectl argo rollouts undo shop"],
        ),
        ({"d.yaml": "kind: Deployment"}, []),
    ],
)
def test_what_else_deploys_is_named_with_what_it_does_to_a_rollback(texts, words):
    files = Files.of(texts)
    remarks = deployers_of(files, manifests_of(files), workflows_of(files))
    said = " ".join(each.text for each in remarks)
    assert bool(said) is bool(words)
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize(
    ("folder", "name", "wanted"),
    [
        (".", "a", "a"),
        ("a/b", "../c", "a/c"),
        ("a", "..", "."),
        ("a", "../../b", ""),
        (".", ".", "."),
    ],
)
def test_paths_stay_inside_of_the_clone(folder, name, wanted):
    assert joined(folder, name) == wanted
