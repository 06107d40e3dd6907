"""Which ways of merging a branch allows: the repository's settings and the branch's rules."""

from urllib.parse import quote

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.troubles import RefusedError, understood
from hotfix.ports.pull_requests import MergeRules

METHODS = {
    "squash": "allow_squash_merge",
    "merge": "allow_merge_commit",
    "rebase": "allow_rebase_merge",
}
_UNREADABLE = frozenset({403, 404})


def merge_rules(client: GithubClient, path: str, branch: str) -> MergeRules:
    """Return what merges into ``branch`` must obey."""
    rules = _rules(client, path, branch)
    settings = client.read(path)
    with understood("the rules of a branch"):
        allowed = [name for name, field in METHODS.items() if settings.get(field)]
        for rule in rules:
            if rule["type"] == "pull_request":
                of_rule = rule["parameters"].get("allowed_merge_methods") or list(METHODS)
                allowed = [name for name in allowed if name in of_rule]
            if rule["type"] == "required_linear_history":
                allowed = [name for name in allowed if name != "merge"]
        return MergeRules(any(rule["type"] == "merge_queue" for rule in rules), tuple(allowed))


def _rules(client: GithubClient, path: str, branch: str) -> list[Json]:
    try:
        return client.read_list(f"{path}/rules/branches/{quote(branch)}")
    except RefusedError as error:
        if error.status not in _UNREADABLE:
            raise
        return []
