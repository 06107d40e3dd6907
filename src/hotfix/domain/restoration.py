"""What a rollback meets, what it leaves, and the report on each deployment."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.problem import Problem, ProblemCode


@frozen
class Caveat(JsonRecord):
    """What a rollback leaves as it is, or who would undo it."""

    saying: str  #: one sentence, without a full stop
    next_command: str = ""  #: what to type about it; empty where nothing needs doing

    def __str__(self) -> str:
        return f"{self.saying}: {self.next_command}" if self.next_command else self.saying


@frozen
class NamedObject(JsonRecord):
    """A ConfigMap or Secret that a pod template names; never its content."""

    kind: str  #: ``ConfigMap`` or ``Secret``
    name: str  #: as in its metadata
    version: str  #: its UID and resourceVersion; empty where it is not there


@frozen
class Reason:
    """Who goes back and why; left on what is patched."""

    operator: str  #: who decided
    run: str  #: the id of the run
    why: str  #: what it is about, one line

    def __str__(self) -> str:
        return f"hotfix rollback by {self.operator}: {self.why} ({self.run})"


class RestoreState(StrEnum):
    """What became of one deployment of the set."""

    PATCHED = "patched"
    RAN_ALREADY = "ran already"
    CHANGED = "changed by somebody else"
    REFUSED = "refused"
    TROUBLED = "no answer"


@frozen
class RestoredState(JsonRecord):
    """A deployment of the set, and what became of it."""

    name: str
    state: RestoreState


@frozen
class Restored:
    """The report on one deployment."""

    name: str  #: the deployment's
    state: RestoreState  #: what became of it
    #: what a person must do; None where it went well or another try may help
    problem: Problem | None = None
    saying: str = ""  #: with ``TROUBLED``, what happened
    #: what stands for the template that the API server answered: it may have changed it on its
    #: way in; empty where it took none
    answered: str = ""

    def __str__(self) -> str:
        because = f"{self.problem.what} {self.problem.why}" if self.problem else self.saying
        return f"{self.name}: {self.state.value}" + (f" ({because})" if because else "")


@frozen
class Revision:
    """One revision that the cluster keeps of a deployment: a candidate to go back to."""

    deployment: str  #: its name
    number: int  #: as in ``kubectl rollout history``
    template_hash: str  #: ``pod-template-hash`` of its ReplicaSet
    images: tuple[str, ...]  #: ``container=image`` of its containers
    created_at: datetime  #: when it was first rolled out: UTC, aware
    is_present: bool  #: whether it is what the deployment has now
    change_cause: str = ""  #: what was left on it, or empty
    #: values of the labels and annotations of its template, which may name a commit
    marks: tuple[str, ...] = ()
    is_by_rollback: bool = False  #: whether a rollback of hotfix brought it back
    #: since ``created_at``, by the cluster's clock; None where it was not asked for
    age_seconds: float | None = field(default=None, compare=False)


def report(results: Sequence[Restored]) -> str:
    """Return one line about the whole set: nothing that failed is left out."""
    return "; ".join(str(result) for result in results)


def without_a_cluster(what: str) -> Problem:
    """Return the problem of a restoration whose run was taken up without its cluster.

    Args:
        what: what cannot be done or known, the beginning of a sentence.
    """
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"{what}: no cluster is configured any more.",
        why="The deployments were recorded in one; the configuration that the run goes on with has "
        "no [kubernetes] section.",
        next_command="Add [kubernetes] with namespace and deployments to hotfix.toml, then: "
        "hotfix resume --use-todays-config",
    )
