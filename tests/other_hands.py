"""What tests do to the simulated services that no drill does, and what they look at there."""

import json

from hotfix.simulators.kubernetes import pod_status
from hotfix.simulators.server import Fault


def limit_rate(slack, on="", seconds=1):
    """Answer the next request with 429, ``seconds`` in ``Retry-After``."""
    body = json.dumps({"ok": False, "error": "ratelimited"})
    headers = {"Retry-After": str(seconds), "Content-Type": "application/json"}
    slack.faults.append(Fault(on, 429, body=body, headers=headers))


def ready_versions(cluster, name):
    """Return the version label of each ready pod of the deployment."""
    return [
        pod["metadata"]["labels"].get("app.kubernetes.io/version", "")
        for pod in cluster.pods(name)
        if pod_status.is_ready(pod)
    ]


def free_lock(cluster):
    """Let whoever holds the hotfix lock give it back."""
    cluster.change("leases", "hotfix-lock", lambda lease: lease["spec"].pop("holderIdentity"))


def run_of(github, sha):
    """Return the newest deploy run of a commit, or None."""
    with github.timeline.lock:
        found = [run for run in github.hosted.runs if run.sha == sha and run.event == "push"]
        return found[-1] if found else None
