"""A pull request that was merged at another commit than the one that was approved here."""

from hotfix.domain.question import Option, Question, Then

KEY = "merged-unapproved"


def in_words(merged_head: str, approved: str) -> str:
    """Return who merged it, in one sentence; full SHAs, ``approved`` empty where none was."""
    which = f", and {approved[:8]} was approved here" if approved else ""
    return f"Somebody else merged it, at {merged_head[:8]}{which}."


def unapproved_merge(url: str, merged_head: str, approved: str) -> Question:
    """Return what is asked about it: it is no merge of ours, and it is going to be deployed.

    Args:
        url: link of the pull request.
        merged_head: full SHA that it was merged at.
        approved: full SHA that was approved; empty where none was.
    """
    was_approved = f"{approved[:8]} was approved" if approved else "nobody has approved that"
    return Question(
        key=KEY,
        text=f"It was merged at {merged_head[:8]}, and {was_approved}. What now?",
        shown=(url, "Somebody else merged it, with what nobody has approved here."),
        options=(
            Option("stop", "Stop here; what was merged stays merged", then=Then.STOP),
            Option(
                "watch",
                "Go on with what was merged, as it is",
                does="The record says that nobody approved it here; its deployment is watched "
                "next.",
            ),
        ),
        flag="hotfix resume, in a terminal",
    )
