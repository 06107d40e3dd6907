"""Secrets never get into a file of a run, nor onto a screen, nor to the team's record."""

TYPE_CHECKING = False  # as in ``fast_status``: collections is not imported
if TYPE_CHECKING:
    from collections.abc import Collection

#: what stands in the place of a secret
MARK = "[redacted]"
_SHORTEST_SECRET = 8


def redacted(text: str, secrets: "Collection[str]") -> str:
    """Return ``text`` with ``[redacted]`` in the place of each secret; too short ones are none."""
    for secret in tuple(secrets):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, MARK)
    return text
