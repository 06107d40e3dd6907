"""What a branch demands before a merge, and which ways of merging it allows, as far as readable."""

from dataclasses import dataclass
from urllib.parse import quote

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.troubles import RefusedError, tolerating, understood
from hotfix.ports.pull_requests import MergeRules

METHODS = {
    "squash": "allow_squash_merge",
    "merge": "allow_merge_commit",
    "rebase": "allow_rebase_merge",
}
_UNREADABLE = frozenset({403, 404})


@dataclass(frozen=True)
class Demands:
    """What a merge into a branch needs."""

    checks: frozenset[str] | None  #: names of the required checks; None where that cannot be read
    approvals: int | None  #: how many; None where that cannot be read
    needs_queue: bool = False  #: whether merges go through the merge queue


def required_checks(client: GithubClient, path: str, branch: str) -> frozenset[str] | None:
    """Return the checks that ``branch`` requires, or None where that cannot be read."""
    found = _readable(client, path, branch)
    return None if found is None else _all_checks(*found)


def demands_of(client: GithubClient, path: str, branch: str) -> Demands:
    """Return all that ``branch`` demands, from its protection and from the rules together."""
    found = _readable(client, path, branch)
    if found is None:
        return Demands(checks=None, approvals=None)
    with understood(f"the rules of {branch}"):
        approvals = [_approvals_of_rule(rule) for rule in found[1]]
        needs_queue = any(rule["type"] == "merge_queue" for rule in found[1])
    classic = _classic_approvals(client, path, branch)
    total = None if classic is None else max([classic, *approvals])
    return Demands(_all_checks(*found), total, needs_queue)


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
    with tolerating(*_UNREADABLE):
        return client.read_list(f"{path}/rules/branches/{quote(branch)}")
    return []


def _all_checks(classic: frozenset[str] | None, rules: list[Json]) -> frozenset[str] | None:
    with understood("the rules of a branch"):
        ruled = {check for rule in rules for check in _checks_of_rule(rule)}
    return None if classic is None else classic | ruled


def _readable(
    client: GithubClient, path: str, branch: str
) -> tuple[frozenset[str] | None, list[Json]] | None:
    """Return the checks of the protection, and the rules; None where they may not be read."""
    with tolerating(*_UNREADABLE):
        classic = _classic_checks(client.read(f"{path}/branches/{quote(branch)}"))
        return classic, client.read_list(f"{path}/rules/branches/{quote(branch)}")
    return None


def _classic_checks(branch: Json) -> frozenset[str] | None:
    with understood("a branch"):
        if not branch["protected"]:
            return frozenset()
        if "protection" not in branch:
            return None
        required = branch["protection"].get("required_status_checks") or {}
        if required.get("enforcement_level") == "off":
            return frozenset()
        contexts = {str(name) for name in required.get("contexts") or []}
        return frozenset(contexts | {str(it["context"]) for it in required.get("checks") or []})


def _classic_approvals(client: GithubClient, path: str, branch: str) -> int | None:
    asked = f"{path}/branches/{quote(branch)}/protection"
    try:
        found = client.read(asked).get("required_pull_request_reviews") or {}
    except RefusedError as error:
        if error.status not in _UNREADABLE:
            raise
        # "Branch not protected" is an answer; "Not Found" and 403 are none.
        return 0 if "not protected" in error.message.lower() else None
    return int(found.get("required_approving_review_count") or 0)


def _checks_of_rule(rule: Json) -> list[str]:
    if rule["type"] != "required_status_checks":
        return []
    return [str(check["context"]) for check in rule["parameters"]["required_status_checks"]]


def _approvals_of_rule(rule: Json) -> int:
    if rule["type"] != "pull_request":
        return 0
    return int(rule["parameters"].get("required_approving_review_count") or 0)
