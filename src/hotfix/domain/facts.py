"""What a run knows so far: the facts its steps reported and the answers people gave."""

from collections.abc import Collection, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, TypeVar, overload

from hotfix.domain.fact import Fact
from hotfix.domain.frozen import frozen
from hotfix.domain.json_value import JsonValue
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.question import Answer

T = TypeVar("T")


@frozen
class Facts:
    """A read-only view with typed access."""

    #: as the journal holds them, by key; ``docs/facts.md`` lists them
    known: Mapping[str, JsonValue] = field(default_factory=dict)
    #: answers to the present step's questions, by the question's key
    answers: Mapping[str, Answer] = field(default_factory=dict)
    run: str = ""  #: the id of the run
    operator: str = ""  #: who runs it now
    #: the moment of this look, handed by the engine (UTC, aware); None for readers
    now: datetime | None = None
    #: when the present step was begun, over all restarts; None for readers
    begun_at: datetime | None = None
    #: since when it has been looked at without a break; None for readers
    looking_since: datetime | None = None
    #: keys of what is on record as told to others
    told: Collection[str] = frozenset()

    @property
    def watched_seconds(self) -> float:
        """Return the wall seconds since this process began to look; 0 where nobody told."""
        if self.now is None or self.looking_since is None:
            return 0.0
        return max(0.0, (self.now - self.looking_since).total_seconds())

    @property
    def elapsed_seconds(self) -> float:
        """Return the wall seconds since the present step was begun; 0 where nobody told."""
        if self.now is None or self.begun_at is None:
            return 0.0
        return max(0.0, (self.now - self.begun_at).total_seconds())

    def __contains__(self, fact: Fact[Any]) -> bool:
        return self.known.get(fact.key) is not None

    def __getitem__(self, fact: Fact[T]) -> T:
        """Return the fact; raises ProblemError where nobody reported it, or it is not readable."""
        value = self.known.get(fact.key)
        if value is None:
            raise ProblemError(self._problem(fact, "No step of it has reported that."))
        try:
            return fact.read(value)
        except ValueError as error:
            raise ProblemError(self._problem(fact, f"What its record holds: {error}.")) from error

    @overload
    def get(self, fact: Fact[T]) -> T | None: ...

    @overload
    def get(self, fact: Fact[T], otherwise: T) -> T: ...

    def get(self, fact: Fact[T], otherwise: T | None = None) -> T | None:
        """Return the fact, or ``otherwise`` where nobody reported it."""
        if fact not in self:
            return otherwise
        return self[fact]

    def answer(self, key: str, about: str | None = None) -> Answer | None:
        """Return the answer to this step's question ``key``, or None while there is none.

        With ``about``, one that was given about anything else counts for nothing: nobody has seen
        what there is now.
        """
        answer = self.answers.get(key)
        is_other = answer is not None and about is not None and answer.about != about
        return None if is_other else answer

    def _problem(self, fact: Fact[Any], why: str) -> Problem:
        return Problem(
            ProblemCode.FAILED,
            what=f"The run does not know {fact.key.replace('_', ' ')}: {fact.meaning}.",
            why=why,
            next_command=f"hotfix status {self.run}; to end the run: hotfix abort {self.run}",
        )
