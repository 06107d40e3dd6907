"""Ten repositories as teams have them, made as real ones: files, branches and remote."""

import subprocess
from pathlib import Path
from typing import NamedTuple

REPOSITORY = "acme/shop"
ADDRESS = f"git@github.com:{REPOSITORY}.git"

_CHECKOUT = "      - uses: actions/checkout@v4\n"


def workflow(name, on, *scripts):
    """A workflow with one job that runs each script in a step."""
    steps = "".join(f"      - run: |\n          {each}\n" for each in scripts)
    return (
        f"name: {name}\non:\n{on}\njobs:\n  {name}:\n    runs-on: ubuntu-latest\n    steps:\n"
        f"{_CHECKOUT}{steps}"
    )


def on_push(*branches):
    return f"  push:\n    branches: [{', '.join(branches)}]"


def deployment(name, image="", namespace=""):
    space = f"\n  namespace: {namespace}" if namespace else ""
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}{space}\nspec:\n"
        f"  selector:\n    matchLabels:\n      app: {name}\n  template:\n    spec:\n"
        "      containers:\n"
        f"        - name: {name}\n          image: {image or f'ghcr.io/acme/shop/{name}:1'}\n"
        "          readinessProbe:\n            httpGet: {path: /healthz, port: 8080}\n"
    )


class Repository(NamedTuple):
    """One of them, and what is true of it."""

    files: dict[str, str]
    wanted: dict[str, object]  #: keys of the file, with their values; None for one left out
    suites: dict[str, tuple[str, str]]  #: by name: the command, and its folder
    branches: tuple[str, ...] = ()  #: of the remote, besides the default one
    default: str = "main"
    programs: tuple[str, ...] = ()  #: files that git has as executable


REPOSITORIES = {
    "compose": Repository(
        {
            "infrastructure/docker/docker-compose.yml": (
                "services:\n"
                "  backend-dev:\n    build:\n      context: ../../backend\n      target: dev\n"
                "  db:\n    image: postgres:16\n"
            ),
            "backend/Cargo.toml": '[package]\nname = "backend"\nversion = "1.0.0"\n',
            "backend/src/main.rs": "fn main() {}\n",
            "frontend/package.json": '{"scripts": {"test": "vitest"}}',
            "frontend/package-lock.json": "{}",
            ".github/workflows/deploy.yml": workflow(
                "deploy", on_push("hotfix/production"), "kubectl -n webrana rollout restart deploy"
            ),
            ".github/CODEOWNERS": "* @rena\n/frontend/ @noor\n",
            "deploy/backend.yaml": deployment("backend"),
            "deploy/frontend.yaml": deployment("frontend"),
        },
        {
            "github.merge_into": "hotfix/production",
            "github.reviewer": "rena",
            "review.second": "noor",
            "kubernetes.namespace": "webrana",
            "kubernetes.deployments": ("backend", "frontend"),
        },
        {
            "backend-dev": (
                "docker compose run --rm backend-dev cargo test",
                "infrastructure/docker",
            ),
            "frontend": ("npm test", "frontend"),
        },
    ),
    "monorepo": Repository(
        {
            "package.json": '{"workspaces": ["apps/*"], "scripts": {"build": "x"}}',
            "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
            "pnpm-workspace.yaml": "packages: [apps/*]\n",
            "apps/web/package.json": '{"scripts": {"test": "jest"}}',
            "apps/admin/package.json": '{"scripts": {"test": "jest"}}',
            "services/pay/pyproject.toml": '[dependency-groups]\ndev = ["pytest>=8"]\n',
            "services/pay/uv.lock": "version = 1\n",
            "services/mail/go.mod": "module acme/mail\n",
            "services/mail/mail_test.go": "package mail\n",
            "k8s/base/kustomization.yaml": "resources: [web.yaml, pay.yaml]\n",
            "k8s/base/web.yaml": deployment("web"),
            "k8s/base/pay.yaml": deployment("pay"),
            "k8s/overlays/staging/kustomization.yaml": (
                "namespace: shop-staging\nresources: [../../base]\n"
            ),
            "k8s/overlays/production/kustomization.yaml": (
                "namespace: shop\nnamePrefix: shop-\nresources: [../../base]\n"
            ),
            ".github/workflows/release.yml": workflow(
                "release", on_push("main"), "kubectl apply -k k8s/overlays/production"
            ),
            "CODEOWNERS": "* @acme/platform\n",
        },
        {
            "github.merge_into": "main",
            "github.workflow": "release.yml",
            "github.reviewer": "acme/platform",
            "kubernetes.namespace": "shop",
            "kubernetes.deployments": ("shop-web", "shop-pay"),
        },
        {
            "node": ("pnpm -r --if-present test", "."),
            "pay": ("uv run pytest", "services/pay"),
            "mail": ("go test ./...", "services/mail"),
        },
    ),
    "gitflow": Repository(
        {
            "pom.xml": "<project/>",
            ".github/workflows/cd.yml": workflow(
                "cd", on_push("master", "develop"), "helm upgrade --install shop chart -n shop"
            ),
        },
        {
            "git.base": "develop",
            "github.merge_into": "master",
            "github.workflow": "cd.yml",
            "kubernetes": None,
        },
        {"maven": ("mvn -B test", ".")},
        branches=("master", "release/1.9", "release/1.10", "feature/x"),
        default="develop",
    ),
    "trunk": Repository(
        {
            "Makefile": "test: lint\n\tgo vet ./... && go test ./...\n",
            "go.mod": "module acme/shop\n",
            "main_test.go": "package main\n",
            ".github/workflows/ci.yml": workflow("ci", "  pull_request:", "make test"),
            ".github/workflows/deploy.yml": workflow(
                "deploy", on_push("main", "hotfix/**"), "kubectl -n shop apply -f deploy/"
            ),
            "deploy/shop.yml": deployment("shop"),
            "docs/runbook.md": "Incidents are in Slack: #shop-incidents, see #12 and (#links).\n",
        },
        {
            "git.branch_prefix": "fix/",
            "github.merge_into": "main",
            "kubernetes.namespace": "shop",
            "slack.channel": "#shop-incidents",
        },
        {"make": ("make test", ".")},
    ),
    "python": Repository(
        {
            "pyproject.toml": "[tool.poetry]\nname = 'shop'\n[tool.pytest.ini_options]\n",
            "poetry.lock": "# lock\n",
            "tests/test_shop.py": "def test_shop(): pass\n",
            ".github/workflows/production.yaml": workflow(
                "production", on_push("prod"), "kubectl apply -f k8s/ --namespace=live"
            ),
            "k8s/app.yaml": deployment("api") + "---\n" + deployment("worker"),
            "k8s/argo.yaml": (
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\n"
                "spec:\n  destination: {namespace: live}\n"
                "  syncPolicy: {automated: {selfHeal: true}}\n"
            ),
        },
        {
            "git.base": "main",
            "github.merge_into": "prod",
            "github.workflow": "production.yaml",
            "kubernetes.namespace": "live",
            "kubernetes.deployments": ("api", "worker"),
        },
        {"python": ("poetry run pytest", ".")},
        branches=("prod",),
    ),
    "rust with npm": Repository(
        {
            "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
            "crates/core/Cargo.toml": '[package]\nname = "core"\nversion = "0.1.0"\n',
            "web/package.json": (
                '{"scripts": {"test": "vitest run && tsc"}, "packageManager": "yarn@4.1"}'
            ),
            ".github/workflows/test.yml": workflow("test", "  push:", "cargo test"),
        },
        {"github.merge_into": "main", "github.workflow": "", "kubernetes": None, "slack": None},
        {"cargo": ("cargo test", "."), "web": ("yarn test", "web")},
        default="main",
    ),
    "go": Repository(
        {
            "go.mod": "module github.com/acme/shop\n",
            "shop_test.go": "package shop\n",
            ".github/workflows/deploy.yml": workflow(
                "deploy", "  release:\n    types: [published]", "flux reconcile kustomization shop"
            ),
            "flux/shop.yaml": (
                "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
                "metadata: {name: shop, namespace: flux-system}\nspec: {targetNamespace: shop}\n"
            ),
            "manifests/shop.yaml": deployment("shop", namespace="shop"),
        },
        {
            "git.base": "trunk",
            "github.merge_into": "trunk",
            "kubernetes.namespace": "shop",
            "kubernetes.log_selector": "app=shop",
        },
        {"go": ("go test ./...", ".")},
        default="trunk",
    ),
    "java": Repository(
        {
            "settings.gradle.kts": 'include("app")\n',
            "app/build.gradle.kts": "plugins { java }\n",
            "gradlew": "#!/bin/sh\n",
            "legacy/pom.xml": "<project/>",
            "legacy/mvnw": "#!/bin/sh\n",
            ".github/workflows/deploy.yml": workflow(
                "deploy", on_push("release/**"), "kubectl -n shop set image deploy/shop shop=x"
            ),
            ".github/labels.yml": "- name: hotfix\n- name: 'priority: critical'\n- name: bug\n",
        },
        {
            "github.merge_into": "release/2.10",
            "github.labels": ("hotfix", "priority: critical"),
            "kubernetes": None,
        },
        {"gradle": ("./gradlew test", "."), "legacy": ("sh mvnw -B test", "legacy")},
        branches=("release/2.9", "release/2.10"),
        programs=("gradlew",),
    ),
    "helm": Repository(
        {
            "requirements-dev.txt": "pytest==8.0\n",
            "shop/test_cart.py": "def test_cart(): pass\n",
            "charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\n",
            "charts/shop/templates/deployment.yaml": "kind: Deployment\nmetadata: {{ .Name }}\n",
            ".github/workflows/deploy.yml": workflow(
                "deploy", on_push("main"), "helm upgrade --install shop charts/shop -n shop-live"
            ),
        },
        {"github.merge_into": "main", "kubernetes": None},
        {"python": ("pytest", ".")},
    ),
    "no cluster": Repository(
        {
            "README.md": "# A page\n",
            "index.html": "<h1>Shop</h1>\n",
            "package.json": (
                '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}'
            ),
        },
        {
            "git.base": "main",
            "github.merge_into": "main",
            "github.workflow": "",
            "kubernetes": None,
            "slack": None,
            "review.second": "",
        },
        {},
    ),
}


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def make(folder: Path, repository: Repository) -> Path:
    """Make the remote, and return a fresh clone of it, whose address is one of github.com."""
    source, remote, clone = folder / "source", folder / "origin.git", folder / "clone"
    source.mkdir(parents=True)
    git(source, "init", "--quiet", f"--initial-branch={repository.default}")
    for path, text in repository.files.items():
        place = source / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        if path in repository.programs:
            place.chmod(0o755)
    git(source, "add", "--all")
    git(source, "commit", "--quiet", "--message", "All of it")
    for branch in repository.branches:
        git(source, "branch", branch)
    git(folder, "clone", "--quiet", "--bare", str(source), str(remote))
    git(folder, "clone", "--quiet", str(remote), str(clone))
    git(clone, "config", f"url.{remote}.insteadOf", ADDRESS)
    git(clone, "remote", "set-url", "origin", ADDRESS)
    return clone
