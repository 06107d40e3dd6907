"""Which command logs the operator in again, told from where the kubeconfig gets credentials."""

from pathlib import Path

from hotfix.adapters.kubernetes.api.kubeconfig import UnusableKubeconfigError, read_entry

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

    ``files`` is the kubeconfig's path, or several as in ``KUBECONFIG``.
    """
    otherwise = f"kubectl --context {context} auth whoami" if context else "kubectl auth whoami"
    try:
        plugin = read_entry(files, context).user.get("exec") or {}
    except UnusableKubeconfigError:
        return otherwise  # which is told elsewhere
    login = _LOGINS.get(Path(str(plugin.get("command", ""))).name, otherwise)
    environment = {each.get("name"): each.get("value") for each in plugin.get("env") or []}
    profile = environment.get("AWS_PROFILE")
    return f"{login} --profile {profile}" if profile and login.startswith("aws ") else login
