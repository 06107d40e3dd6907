"""The revisions that can be gone back to, for people."""

from collections.abc import Sequence

from hotfix.domain.frozen import frozen
from hotfix.domain.restoration import Revision
from hotfix.domain.rollout.running_pod import images_in_words
from hotfix.view.foreign_text import one_line

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60))


@frozen
class Candidate:
    """A revision, how old it is (seconds), and the run that knew it as healthy, or empty."""

    revision: Revision
    age_seconds: float
    known_healthy: str = ""

    @property
    def command(self) -> str:
        """Return the command that goes back to it."""
        revision = self.revision
        return f"hotfix rollback --to-revision {revision.number} --deployment {revision.deployment}"


def as_lines(candidates: Sequence[Candidate]) -> list[str]:
    """Return a heading a deployment, and under it two lines a revision, the newest first."""
    lines: list[str] = []
    heading = ""
    for candidate in candidates:
        revision = candidate.revision
        if revision.deployment != heading:
            heading = revision.deployment
            lines.append(one_line(heading))
        words = [
            f"  revision {revision.number}",
            one_line(images_in_words(revision.images)),
            f"{age(candidate.age_seconds)} old",
            *(["runs now"] if revision.is_present else []),
            *([f"known healthy: {candidate.known_healthy}"] if candidate.known_healthy else []),
            *([one_line(revision.change_cause)] if revision.change_cause else []),
        ]
        lines.append(" · ".join(words))
        if not revision.is_present:
            lines.append(f"    {candidate.command}")
    return lines


def age(seconds: float) -> str:
    """Return an age as ``kubectl`` says it: ``3d``, ``2h``, ``5m``, ``12s``."""
    for unit, length in _UNITS:
        if seconds >= length:
            return f"{int(seconds // length)}{unit}"
    return f"{max(0, int(seconds))}s"
