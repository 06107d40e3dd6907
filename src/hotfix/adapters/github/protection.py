"""What a branch demands before a merge, and which ways of merging it allows, as far as readable.

It is demanded in two ways, rulesets and the classic protection of branches, which are read apart:
what one of them says holds whether or not the other can be read.
"""

from urllib.parse import quote

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.troubles import RefusedError, understood
from hotfix.domain.frozen import frozen
from hotfix.ports.pull_requests import MergeRules

METHODS = {
    "squash": "allow_squash_merge",
    "merge": "allow_merge_commit",
    "rebase": "allow_rebase_merge",
}
_FORBIDDEN, _NOT_FOUND = 403, 404
# A private repository on the free plan: "Upgrade to GitHub Pro or make this repository public".
_NOT_IN_THE_PLAN = "upgrade to github"
_NOT_PROTECTED = "not protected"


@frozen
class RequiredCheck:
    """A check that a merge needs: of this name, from this app."""

    name: str
    app: int | None = None  #: GitHub's number of the app that must report it; None for any


@frozen
class RequiredChecks:
    """The checks that a merge into a branch needs."""

    known: frozenset[RequiredCheck]  #: those that can be read
    is_all: bool  #: whether no other can be required; False where a part cannot be read

    @property
    def names(self) -> frozenset[str]:
        """Return what the known ones are called."""
        return frozenset(check.name for check in self.known)


@frozen
class Demands:
    """What a merge into a branch needs."""

    checks: RequiredChecks  #: which checks
    approvals: int | None  #: how many; None where that cannot be read
    needs_queue: bool = False  #: whether merges go through the merge queue


def required_checks(client: GithubClient, path: str, branch: str) -> RequiredChecks:
    """Return the checks that ``branch`` requires, as far as they can be read."""
    return _checks(_classic_checks(client, path, branch), _rules(client, path, branch))


def demands_of(client: GithubClient, path: str, branch: str) -> Demands:
    """Return all that ``branch`` demands, from its protection and from the rules together."""
    rules = _rules(client, path, branch)
    with understood(f"the rules of {branch}"):
        ruled = [_approvals_of_rule(rule) for rule in rules or []]
        needs_queue = any(rule["type"] == "merge_queue" for rule in rules or [])
    classic = _classic_approvals(client, path, branch)
    approvals = None if classic is None or rules is None else max([classic, *ruled])
    checks = _checks(_classic_checks(client, path, branch), rules)
    return Demands(checks, approvals, needs_queue)


def merge_rules(client: GithubClient, path: str, branch: str) -> MergeRules:
    """Return what merges into ``branch`` must obey."""
    rules = _rules(client, path, branch) or []
    settings = client.read(path)
    with understood("the rules of a branch"):
        allowed = [name for name, field in METHODS.items() if settings.get(field)]
        for rule in rules:
            if rule["type"] == "pull_request":
                parameters = rule.get("parameters") or {}
                of_rule = parameters.get("allowed_merge_methods") or list(METHODS)
                allowed = [name for name in allowed if name in of_rule]
            if rule["type"] == "required_linear_history":
                allowed = [name for name in allowed if name != "merge"]
        return MergeRules(any(rule["type"] == "merge_queue" for rule in rules), tuple(allowed))


def _checks(classic: frozenset[RequiredCheck] | None, rules: list[Json] | None) -> RequiredChecks:
    with understood("the rules of a branch"):
        ruled = {check for rule in rules or [] for check in _checks_of_rule(rule)}
    known = frozenset((classic or frozenset()) | ruled)
    return RequiredChecks(known, is_all=classic is not None and rules is not None)


def _rules(client: GithubClient, path: str, branch: str) -> list[Json] | None:
    """Return the rules that hold for the branch, or None where they may not be read."""
    try:
        return client.read_list(f"{path}/rules/branches/{quote(branch)}")
    except RefusedError as error:
        # The rules of any branch can be asked for, of one that is not there, too: a server that
        # finds nothing there is one of before there were rules.
        if error.status == _NOT_FOUND or _is_not_in_the_plan(error):
            return []
        if error.status != _FORBIDDEN:
            raise
        return None


def _classic_checks(
    client: GithubClient, path: str, branch: str
) -> frozenset[RequiredCheck] | None:
    """Return the checks of the protection, or None where it may not be read."""
    try:
        found = client.read(f"{path}/branches/{quote(branch)}")
    except RefusedError as error:
        if error.status not in {_FORBIDDEN, _NOT_FOUND}:
            raise
        return None
    with understood("a branch"):
        if found.get("protected") is False:
            return frozenset()
        if "protection" in found:
            return _contexts(found["protection"].get("required_status_checks"))
    # An old server tells of it to those alone who may change it.
    protection = _protection(client, path, branch)
    with understood("the protection of a branch"):
        return None if protection is None else _contexts(protection.get("required_status_checks"))


def _contexts(required: Json | None) -> frozenset[RequiredCheck]:
    if not required or required.get("enforcement_level") == "off":
        return frozenset()
    checks = {_required(it, "app_id") for it in required.get("checks") or []}
    # The older list has the same checks once more, without their apps.
    told = {check.name for check in checks}
    contexts = {str(name) for name in required.get("contexts") or []}
    return frozenset(checks | {RequiredCheck(name) for name in contexts - told})


def _required(check: Json, app: str) -> RequiredCheck:
    number = check.get(app)
    # -1 stands for any app.
    return RequiredCheck(str(check["context"]), int(number) if number and number > 0 else None)


def _classic_approvals(client: GithubClient, path: str, branch: str) -> int | None:
    protection = _protection(client, path, branch)
    with understood("the protection of a branch"):
        if protection is None:
            return None
        wanted = protection.get("required_pull_request_reviews") or {}
        return int(wanted.get("required_approving_review_count") or 0)


def _protection(client: GithubClient, path: str, branch: str) -> Json | None:
    """Return the whole protection, empty where there is none; None where it may not be read."""
    try:
        return client.read(f"{path}/branches/{quote(branch)}/protection")
    except RefusedError as error:
        # "Branch not protected" is an answer; "Not Found" and a missing right are none.
        if _NOT_PROTECTED in error.message.lower() or _is_not_in_the_plan(error):
            return {}
        if error.status not in {_FORBIDDEN, _NOT_FOUND}:
            raise
        return None


def _is_not_in_the_plan(error: RefusedError) -> bool:
    """Tell whether nothing can be required: the account's plan does not have it."""
    return error.status == _FORBIDDEN and _NOT_IN_THE_PLAN in error.message.lower()


def _checks_of_rule(rule: Json) -> list[RequiredCheck]:
    if rule["type"] != "required_status_checks":
        return []
    listed = (rule.get("parameters") or {}).get("required_status_checks") or []
    return [_required(check, "integration_id") for check in listed]


def _approvals_of_rule(rule: Json) -> int:
    if rule["type"] != "pull_request":
        return 0
    return int((rule.get("parameters") or {}).get("required_approving_review_count") or 0)
