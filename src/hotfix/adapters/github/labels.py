"""Labels of a GitHub repository."""

from collections.abc import Sequence

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.troubles import RefusedError, understood

_UNPROCESSABLE = 422
_RED, _ORANGE = "b60205", "d93f0b"


def missing_labels(client: GithubClient, path: str, labels: Sequence[str]) -> tuple[str, ...]:
    """Return those of ``labels`` that the repository lacks, in upper or lower case."""
    with understood("the labels"):
        known = {str(data["name"]).lower() for data in client.read_list(f"{path}/labels")}
    return tuple(label for label in labels if label.lower() not in known)


def create_missing_labels(client: GithubClient, path: str, labels: Sequence[str]) -> None:
    """Create those that the repository lacks, so that they do not come in grey."""
    for label in missing_labels(client, path, labels):
        asked = {
            "name": label,
            "color": _RED if label.lower() == "hotfix" else _ORANGE,
            "description": "A fix that goes straight to production",
        }
        try:
            client.write("POST", f"{path}/labels", asked)
        except RefusedError as error:
            # Somebody was quicker.
            if error.status != _UNPROCESSABLE or "already_exists" not in error.message:
                raise
