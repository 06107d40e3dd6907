"""Which command logs the operator in again, told from where the kubeconfig gets credentials."""

from pathlib import Path
from typing import Any

from kubernetes.config.kube_config import KubeConfigMerger

# By the credential plugin's program, as ``users[].user.exec.command`` names it.
_LOGINS = {
    "aws": "aws sso login",
    "aws-iam-authenticator": "aws sso login",
    "az": "az login",
    "doctl": "doctl auth init",
    "gcloud": "gcloud auth login",
    "gke-gcloud-auth-plugin": "gcloud auth login",
    "kubelogin": "az login",
    "oc": "oc login",
    "tsh": "tsh login",
}


def login_command(files: str, context: str | None) -> str:
    """Return what to type; where no login is known, what tells whose credentials they are.

    Args:
        files: the kubeconfig's path, or several as in ``KUBECONFIG``.
        context: its name; None for the current one.
    """
    otherwise = f"kubectl --context {context} auth whoami" if context else "kubectl auth whoami"
    try:
        # The library has no types here.
        whole = KubeConfigMerger(files).config.value  # type: ignore[no-untyped-call]
        plugin = _plugin(whole, context or str(whole.get("current-context")))
    except Exception:  # noqa: BLE001 - a kubeconfig that cannot be read is told elsewhere
        return otherwise
    login = _LOGINS.get(Path(str(plugin.get("command", ""))).name, otherwise)
    environment = {each.get("name"): each.get("value") for each in plugin.get("env") or []}
    profile = environment.get("AWS_PROFILE")
    return f"{login} --profile {profile}" if profile and login.startswith("aws ") else login


def _plugin(whole: dict[str, Any], context: str) -> dict[str, Any]:
    contexts, users = _by_name(whole["contexts"]), _by_name(whole["users"])
    found = users[contexts[context]["context"]["user"]]["user"].get("exec")
    return dict(found or {})


def _by_name(nodes: list[Any]) -> dict[str, dict[str, Any]]:
    """Return what stands behind the library's nodes, which remember the file they are from."""
    return {node.value["name"]: node.value for node in nodes}
