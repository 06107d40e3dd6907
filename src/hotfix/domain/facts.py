"""What a run knows so far: the facts its steps reported and the answers people gave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hotfix.domain.json_value import JsonObject, JsonValue, items, objects
from hotfix.domain.question import Answer


class MissingFactError(LookupError):
    """A step asked for a fact that no earlier step reported: an error in the plan."""


@dataclass(frozen=True)
class Facts:
    """A read-only view with typed access.

    Attributes:
        known: fact by name; ``docs/facts.md`` lists the names, who reports and who reads them.
        answers: answers to the present step's questions, by the question's key.
        run: the id of the run.
        operator: who runs it now.
        now: the moment of this look, handed by the engine (UTC, aware); None for readers.
        begun_at: when the present step was begun, over all restarts; None for readers.
    """

    known: Mapping[str, JsonValue] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    run: str = ""
    operator: str = ""
    now: datetime | None = None
    begun_at: datetime | None = None

    @property
    def elapsed_seconds(self) -> float:
        """Return the wall seconds since the present step was begun; 0 where nobody told."""
        if self.now is None or self.begun_at is None:
            return 0.0
        return (self.now - self.begun_at).total_seconds()

    def __contains__(self, name: str) -> bool:
        return self.known.get(name) is not None

    def text(self, name: str) -> str:
        """Return the fact as text; raises MissingFactError where nobody reported it."""
        return str(self._get(name))

    def text_or(self, name: str, otherwise: str = "") -> str:
        """Return the fact as text, or ``otherwise``."""
        return str(self.known[name]) if name in self else otherwise

    def number(self, name: str) -> int:
        """Return the fact as a whole number; raises MissingFactError."""
        value = self._get(name)
        if isinstance(value, int | float | str):
            return int(value)
        raise MissingFactError(f"{name} is no number: {value!r}")

    def items(self, name: str) -> Sequence[JsonValue]:
        """Return the fact as a list, empty where nobody reported it."""
        return items(self.known.get(name))

    def objects(self, name: str) -> Sequence[JsonObject]:
        """Return the fact as a list of objects, empty where nobody reported it."""
        return objects(self.known.get(name))

    def answer(self, key: str) -> Answer | None:
        """Return the answer to this step's question ``key``, or None while there is none."""
        return self.answers.get(key)

    def _get(self, name: str) -> JsonValue:
        if name not in self:
            raise MissingFactError(name)
        return self.known[name]
