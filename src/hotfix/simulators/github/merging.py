"""Merging a pull request: what GitHub asks before, in its order and with its words."""

from hotfix.simulators.git_origin import MergeConflictError
from hotfix.simulators.github.call import refused
from hotfix.simulators.github.hosted_repository import HostedRepository
from hotfix.simulators.github.records import Protection, Pull

_PASSING = frozenset({"success", "neutral", "skipped"})
_METHOD_NAMES = {"merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"}


def merge(
    hosted: HostedRepository,
    pull: Pull,
    *,
    method: str,
    title: str,
    login: str,
    sha: str = "",
    is_queued: bool = False,
) -> str:
    """Merge ``pull`` and return the commit that its base points to afterwards.

    ``sha`` is what the head must be, ``title`` the commit's; raises the answer 405 or 409.
    """
    if not pull.issue.is_open:
        raise refused(405, "Pull Request is not mergeable")
    if sha and sha != pull.head_sha:
        raise refused(409, "Head branch was modified. Review and try the merge again.")
    if method not in hosted.merge_methods:
        name = _METHOD_NAMES.get(method, method)
        raise refused(405, f"{name} are not allowed on this repository.")
    protection = hosted.protections.get(pull.base)
    if protection is not None and protection.merge_queue and not is_queued:
        raise refused(405, "Changes must be made through the merge queue")
    missing = "" if _may_bypass(hosted, protection, login) else unmet(hosted, pull)
    if missing:
        raise refused(405, missing)
    title = title or f"Merge pull request #{pull.number} from {hosted.owner}/{pull.head}"
    try:
        merged = hosted.origin.merge(pull.base, pull.head_sha, method, title, login)
    except MergeConflictError as error:
        raise refused(405, "Pull Request is not mergeable") from error
    pull.merge_sha, pull.merged_by, pull.merged_at = merged, login, hosted.now()
    hosted.set_open(pull.issue, is_open=False)
    return merged


def _may_bypass(hosted: HostedRepository, protection: Protection | None, login: str) -> bool:
    return protection is not None and not protection.enforce_admins and hosted.is_admin(login)


def review_decision(hosted: HostedRepository, pull: Pull) -> str | None:
    """Return GraphQL's ``reviewDecision``; None where no review is required."""
    protection = hosted.protections.get(pull.base, Protection((), 0))
    if not protection.required_approvals and not protection.code_owners:
        return None
    missing = _unmet_reviews(hosted, pull, protection)
    if not missing:
        return "APPROVED"
    return "CHANGES_REQUESTED" if missing.startswith("Changes") else "REVIEW_REQUIRED"


def unmet(hosted: HostedRepository, pull: Pull) -> str:
    """Return what the protection of the base still misses, or an empty text."""
    protection = hosted.protections.get(pull.base, Protection((), 0))
    missing = _unmet_reviews(hosted, pull, protection)
    if missing:
        return missing
    results = hosted.check_results(pull.head_sha)
    for name in protection.required_checks:
        result = results.get(name)
        if result is None:
            return f'Required status check "{name}" is expected.'
        if result not in _PASSING:
            return f'Required status check "{name}" is failing.'
    return ""


def _unmet_reviews(hosted: HostedRepository, pull: Pull, protection: Protection) -> str:
    verdicts = hosted.verdicts(pull)
    if protection.required_approvals:
        if any(review.state == "CHANGES_REQUESTED" for review in verdicts.values()):
            return "Changes have been requested by a reviewer with write access."
        approvals = [
            review
            for review in verdicts.values()
            if review.state == "APPROVED" and hosted.may_write(review.login)
        ]
        if len(approvals) < protection.required_approvals:
            reviews = "review is" if protection.required_approvals == 1 else "reviews are"
            return (
                f"At least {protection.required_approvals} approving {reviews} required "
                "by reviewers with write access."
            )
    owners = protection.code_owners
    if owners and not any(
        owner in verdicts and verdicts[owner].state == "APPROVED" for owner in owners
    ):
        return f"Waiting on code owner review from {', '.join(owners)}."
    return ""


def mergeable_state(hosted: HostedRepository, pull: Pull) -> tuple[bool | None, str]:
    """Return ``mergeable`` and ``mergeable_state`` as GitHub computes them."""
    if not pull.issue.is_open:
        return None, "unknown"
    if not hosted.origin.can_merge(pull.base, pull.head_sha):
        return False, "dirty"
    return True, "blocked" if unmet(hosted, pull) else "clean"
