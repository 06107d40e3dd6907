"""What else is on the base and not in what runs now: it would ship with the hotfix."""

import re
from collections.abc import Sequence

from hotfix.domain.fact_records import OtherCommit

_SQUASHED = re.compile(r"\(#(\d+)\)\s*$")
_MERGED = re.compile(r"^Merge pull request #(\d+)\b")
_MOST_SHOWN = 10


def pull_request_of(subject: str) -> int | None:
    """Return the number of the pull request that a commit's first line names, as GitHub words it.

    Args:
        subject: such as ``Sell lamps (#12)`` or ``Merge pull request #12 from ...``.
    """
    found = _SQUASHED.search(subject) or _MERGED.match(subject)
    return int(found[1]) if found else None


def in_words(commits: Sequence[OtherCommit]) -> tuple[str, ...]:
    """Return a line a commit, and one for those that are too many."""
    lines = [f"{each.sha[:8]} {each.subject}, by {each.author}" for each in commits[:_MOST_SHOWN]]
    if len(commits) > _MOST_SHOWN:
        lines.append(f"and {len(commits) - _MOST_SHOWN} more")
    return tuple(lines)


def markdown(commits: Sequence[OtherCommit]) -> str:
    """Return the list for a pull request; foreign subjects mention nobody and close nothing."""
    return "\n".join(f"- {each.sha[:8]} {_quoted(each)}" for each in commits)


def _quoted(commit: OtherCommit) -> str:
    subject = commit.subject.replace("`", "'")
    return f"`{subject}`" + (f" (#{commit.pull_request})" if commit.pull_request else "")
