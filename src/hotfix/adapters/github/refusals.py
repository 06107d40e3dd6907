"""What GitHub's words say about a merge that it refused, by REST or by GraphQL."""

import re

from hotfix.ports.pull_requests import MergeRefusal

_BY_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), refusal)
    for pattern, refusal in (
        (r"base branch was modified", MergeRefusal.BASE_MOVED),
        (r"\bhead branch was modified", MergeRefusal.HEAD_MOVED),
        (r"\bhead (sha|oid)\b|\bexpected.?head", MergeRefusal.HEAD_MOVED),
        (r"merge queue", MergeRefusal.QUEUE_REQUIRED),
        (r"up[- ]to[- ]date|out[- ]of[- ]date|\bbehind\b", MergeRefusal.BEHIND),
        (r"conversations?\b|comments? must be resolved|unresolved", MergeRefusal.CONVERSATIONS),
        (r"expected (github|integration|app)|set by .*\bapp\b", MergeRefusal.OTHER_APP),
        (r"verified signature|signed commits", MergeRefusal.SIGNATURES),
        (r"conflict", MergeRefusal.CONFLICT),
        (r"\bdraft\b", MergeRefusal.DRAFT),
        (r"approv|review", MergeRefusal.REVIEWS),
        (r"(status )?checks?\b.*(expected|failing|pending|queued|progress)", MergeRefusal.CHECKS),
        (r"required (status )?check|required workflow|deployment", MergeRefusal.CHECKS),
        (r"must not contain merge|are not allowed|linear", MergeRefusal.METHOD),
        (r"not authorized|not permitted to push|cannot update", MergeRefusal.NO_RIGHT),
        (r"required|\brules?\b|protected|not allowed", MergeRefusal.PROTECTION),
    )
)
# Checks are named between quotation marks, and may be called after anything.
_NAME = re.compile(r'"[^"]*"')
_SIGN_OFF = re.compile(r"\bdco\b|\bsign(ed)?[- ]?off", re.IGNORECASE)
_BY_STATE = {"behind": MergeRefusal.BEHIND, "draft": MergeRefusal.DRAFT}


def by_words(message: str) -> MergeRefusal | None:
    """Return what the words say beyond doubt; "not mergeable" has several meanings."""
    if _SIGN_OFF.search(message):
        return MergeRefusal.SIGN_OFF
    words = _NAME.sub("", message)
    return next((refusal for pattern, refusal in _BY_WORDS if pattern.search(words)), None)


def by_state(refusal: MergeRefusal | None, mergeable_state: str) -> MergeRefusal | None:
    """Return what the pull request's state says where the words say less, or nothing.

    Of a branch that is behind, GitHub may say no more than that its checks are expected.
    """
    is_vague = refusal in {None, MergeRefusal.CHECKS, MergeRefusal.PROTECTION}
    return _BY_STATE.get(mergeable_state, refusal) if is_vague else refusal
