"""What a rollback meets, what it leaves, and the report on each deployment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import Problem


@dataclass(frozen=True)
class Caveat:
    """What a rollback leaves as it is, or who would undo it.

    Attributes:
        saying: one sentence, without a full stop.
        next_command: what to type about it; empty where nothing needs doing.
    """

    saying: str
    next_command: str = ""

    def __str__(self) -> str:
        return f"{self.saying}: {self.next_command}" if self.next_command else self.saying

    def to_json(self) -> JsonObject:
        """Return the caveat as it stands in the journal."""
        return {"saying": self.saying, "next_command": self.next_command}

    @classmethod
    def from_json(cls, data: JsonObject) -> "Caveat":
        """Read back what ``to_json`` wrote."""
        return cls(str(data["saying"]), str(data["next_command"]))


@dataclass(frozen=True)
class NamedObject:
    """A ConfigMap or Secret that a pod template names; never its content.

    Attributes:
        kind: ``ConfigMap`` or ``Secret``.
        name: as in its metadata.
        version: its UID and resourceVersion; empty where it is not there.
    """

    kind: str
    name: str
    version: str

    def to_json(self) -> JsonObject:
        """Return it as it stands in the journal."""
        return {"kind": self.kind, "name": self.name, "version": self.version}

    @classmethod
    def from_json(cls, data: JsonObject) -> "NamedObject":
        """Read back what ``to_json`` wrote."""
        return cls(str(data["kind"]), str(data["name"]), str(data["version"]))


@dataclass(frozen=True)
class Reason:
    """Who goes back and why; left on what is patched.

    Attributes:
        operator: who decided.
        run: the id of the run.
        why: what it is about, one line.
    """

    operator: str
    run: str
    why: str

    def __str__(self) -> str:
        return f"hotfix rollback by {self.operator}: {self.why} ({self.run})"


class RestoreState(StrEnum):
    """What became of one deployment of the set."""

    PATCHED = "patched"
    RAN_ALREADY = "ran already"
    CHANGED = "changed by somebody else"
    REFUSED = "refused"
    TROUBLED = "no answer"


@dataclass(frozen=True)
class Restored:
    """The report on one deployment.

    Attributes:
        name: the deployment's.
        state: what became of it.
        problem: what a person must do; None where it went well or another try may help.
        saying: with ``TROUBLED``, what happened.
    """

    name: str
    state: RestoreState
    problem: Problem | None = None
    saying: str = ""

    def to_json(self) -> JsonObject:
        """Return the report as it stands in the journal."""
        return {"name": self.name, "state": self.state.value}

    def __str__(self) -> str:
        because = f"{self.problem.what} {self.problem.why}" if self.problem else self.saying
        return f"{self.name}: {self.state.value}" + (f" ({because})" if because else "")


@dataclass(frozen=True)
class Revision:
    """One revision that the cluster keeps of a deployment: a candidate to go back to.

    Attributes:
        deployment: its name.
        number: as in ``kubectl rollout history``.
        template_hash: ``pod-template-hash`` of its ReplicaSet.
        images: ``container=image`` of its containers.
        created_at: when it was first rolled out: UTC, aware.
        is_present: whether it is what the deployment has now.
        change_cause: what was left on it, or empty.
        marks: values of the labels and annotations of its template, which may name a commit.
    """

    deployment: str
    number: int
    template_hash: str
    images: tuple[str, ...]
    created_at: datetime
    is_present: bool
    change_cause: str = ""
    marks: tuple[str, ...] = ()


def report(results: Sequence[Restored]) -> str:
    """Return one line about the whole set: nothing that failed is left out."""
    return "; ".join(str(result) for result in results)
