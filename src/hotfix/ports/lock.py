"""The hotfix lock: one hotfix at a time in a namespace, fenced, never broken silently."""

from dataclasses import field
from datetime import datetime
from typing import Protocol

from hotfix.domain.figures import span
from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import utc_text
from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.step_words import step_words

# Twelve renewals that did not come: the machine sleeps, has no network, or is gone.
STALE_SECONDS = 60.0


class NoNamespaceError(ProblemError):
    """The namespace is not there, or is being deleted: it holds no lock, and takes none."""


@frozen
class LockHolder:
    """Who holds the hotfix lock."""

    run: str  #: the id of the run; the lock is owned by it, not by a person
    operator: str  #: who walks the run
    since: datetime | None  #: when it was claimed or taken over, UTC, aware; None where nobody said
    token: int = 0  #: the fencing token; it grows with every new holder
    host: str = ""  #: the machine that walks the run
    #: the last sign of life, UTC, aware
    renewed: datetime | None = field(default=None, compare=False)
    phase: str = field(default="", compare=False)  #: where the run stood then
    step: str = field(default="", compare=False)
    age_seconds: float = field(default=0.0, compare=False)  #: since ``since``, when it was read
    silent_seconds: float = field(default=0.0, compare=False)  #: since ``renewed``
    #: whether it is what the asking run may act under; only ``claim_lock`` says so
    is_ours: bool = field(default=False, compare=False)

    @property
    def id(self) -> str:
        """Return what must be named to break the lock: this holder and no later one."""
        return lock_id(self.run, self.token)

    @property
    def is_stale(self) -> bool:
        """Tell whether there was no sign of life for a while. That is shown, never acted upon."""
        return self.silent_seconds > STALE_SECONDS

    def is_held_by(self, run: str, token: int) -> bool:
        """Tell whether ``run`` holds it under ``token``: a colleague's takeover changes that."""
        return (self.run, self.token) == (run, token)

    def lines(self) -> tuple[str, ...]:
        """Return what people are shown: holder, age, where it stands, the lock's id."""
        at = f" on {self.host}" if self.host else ""
        stands = f"in phase {self.phase}" if self.phase else "before its first phase"
        if self.step:
            stands += f", at: {step_words(self.step)}"
        life = f"last sign of life {span(self.silent_seconds)} ago"
        if self.is_stale:
            life += ": perhaps abandoned"
        return (
            f"Held by {self.operator}{at}, for {span(self.age_seconds)}; {stands}; {life}.",
            f"Run {self.run}, lock id {self.id}",
        )

    def to_json(self) -> JsonObject:
        """Return the holder as ``hotfix lock --json`` prints it."""
        return {
            "lock_id": self.id,
            "run": self.run,
            "operator": self.operator,
            "host": self.host,
            "token": self.token,
            "since": utc_text(self.since) if self.since else None,
            "renewed": utc_text(self.renewed) if self.renewed else None,
            "age_seconds": round(self.age_seconds, 1),
            "silent_seconds": round(self.silent_seconds, 1),
            "is_stale": self.is_stale,
            "phase": self.phase or None,
            "step": self.step or None,
        }


class HotfixLock(Protocol):
    """The lock of the configured namespace.

    Every method raises MissingRightError without rights for it, ProblemError where nobody is logged
    in, and TemporaryTroubleError where the answer was lost.
    """

    def claim_lock(self, run: str, operator: str, token: int | None = None) -> LockHolder:
        """Take the lock for ``run`` unless somebody holds it; returns who holds it now.

        The run may act under it where the holder ``is_ours``. ``token`` is that under which the run
        held it before, None where it never did; a new claim gets a higher one.

        Raises:
            NoNamespaceError: there is no such namespace, so nobody holds the lock.
        """
        ...

    def release_lock(self, run: str, token: int | None = None, operator: str | None = None) -> bool:
        """Give the lock back if ``run`` holds it; does nothing otherwise, and returns False.

        Without a token (None where the run does not know one) it must be this ``operator``, on this
        machine, who claimed it: after a takeover the run's id is a colleague's, too.
        """
        ...

    def lock_holder(self, *, fresh_claim_will_do: bool = False) -> LockHolder | None:
        """Return who holds the lock, or None while it is free.

        ``fresh_claim_will_do`` says that a claim of one's own may answer that was won a moment ago:
        less than it takes to see it and to take it over.
        """
        ...

    def take_lock_over(self, expected: LockHolder, run: str, operator: str) -> LockHolder:
        """Put ``run`` in the place of ``expected``, and of nobody else; returns the new holder.

        Raises:
            ProblemError: somebody else holds it by now (code ``LOCKED``).
        """
        ...

    def renew_lock(self, run: str, token: int, phase: str, step: str) -> LockHolder | None:
        """Give a sign of life; returns the holder that was found, None while the lock is free."""
        ...

    def break_lock(self, lock_id: str) -> bool:
        """Free the lock from the holder of that id; False where it is free already.

        Raises:
            ProblemError: it is held under another id (code ``LOCKED``).
        """
        ...


def lock_id(run: str, token: int) -> str:
    """Return what must be named to break the lock that ``run`` holds under ``token``."""
    return f"{run}/{token}"


def lost(run: str, holder: LockHolder | None) -> Problem:
    """Return why ``run`` must not go on: ``holder`` is who holds the lock in its place."""
    if holder is None:
        return Problem(
            ProblemCode.LOCKED,
            what="This hotfix does not hold the lock any more.",
            why="Somebody released it by its id, or deleted it with its namespace.",
            next_command=f"hotfix resume {run}, which claims it again while it is free",
        )
    at = f" at {utc_text(holder.since.replace(microsecond=0))}" if holder.since else ""
    if holder.run == run:
        return Problem(
            ProblemCode.LOCKED,
            what=f"{holder.operator} took over this hotfix{at}.",
            why="Another machine is at work on it; going on here would do things twice.",
            next_command=f"hotfix status --team; to have it back: hotfix takeover {run}",
        )
    return Problem(
        ProblemCode.LOCKED,
        what=f"{holder.operator} is working on another hotfix{at.replace(' at', ' since')}.",
        why=" ".join(holder.lines()),
        next_command=f"hotfix lock; talk to {holder.operator}, then: hotfix resume {run}",
    )
