"""The shop of the drill: its repository with the first commit, and its deployments."""

import shutil
from pathlib import Path

from hotfix.simulators.git_origin import GitOrigin, git_in

DEPLOY_BRANCH = "hotfix/production"
# Parts of the shop, and how many replicas of each run in production.
PARTS = {"backend": 2, "frontend": 1}
_STOREFRONT = Path(__file__).with_name("storefront")


def first_commit(
    origin: GitOrigin, clone: Path, base: str = "main", deploy_branch: str = DEPLOY_BRANCH
) -> str:
    """Fill the origin's ``base`` with the storefront, and the clone with it; return the commit.

    Its deploy workflow deploys what is pushed to ``deploy_branch``.
    """
    shutil.copytree(_STOREFRONT, clone, ignore=shutil.ignore_patterns("__pycache__"))
    git_in(clone, "init", "--quiet", f"--initial-branch={base}")
    workflow = clone / ".github/workflows/deploy.yml"
    text = workflow.read_text(encoding="utf-8")
    workflow.write_text(text.replace(DEPLOY_BRANCH, deploy_branch), encoding="utf-8")
    set_up_clone(clone, "dana")
    git_in(clone, "add", "--all")
    git_in(clone, "commit", "--quiet", "--message=Sell cups and lamps")
    git_in(clone, "remote", "add", "origin", str(origin.path))
    git_in(clone, "push", "--quiet", "--set-upstream", "origin", base)
    return git_in(clone, "rev-parse", "HEAD")


def set_up_clone(clone: Path, login: str) -> None:
    """Let ``login`` commit in ``clone``, whatever the user's own settings of git are."""
    for key, value in {
        "user.name": login.capitalize(),
        "user.email": f"{login}@webrana.example",
        # The user's own habits may need a key or a hook that the drill does not have.
        "commit.gpgSign": "false",
        "core.hooksPath": ".git/hooks",
    }.items():
        git_in(clone, "config", key, value)


def image(part: str, sha: str) -> str:
    """Return the name of the image of one part, as of a commit."""
    return f"registry.example/webrana/{part}:{sha}"


def manifest(part: str, replicas: int, sha: str) -> dict[str, object]:
    """Return the deployment of one part, as of a commit."""
    name = f"webrana-{part}"
    probe = {"httpGet": {"path": "/healthz", "port": 8080}}
    container = {
        "name": part,
        "image": image(part, sha),
        "ports": [{"containerPort": 8080}],
        "readinessProbe": probe,
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name, "app.kubernetes.io/version": sha}},
                "spec": {"containers": [container]},
            },
        },
    }
