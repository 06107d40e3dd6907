"""A port that answers as it is told, and remembers which calls it received."""

from typing import Any


class Port:
    """A port of which only the named methods are there.

    Args:
        answers: by method, what is returned; an exception is raised, a function is called.
    """

    def __init__(self, **answers: Any) -> None:
        self._answers = answers
        self.received: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        if name not in self._answers:
            raise AttributeError(name)

        def call(*words: Any, **named: Any) -> Any:
            self.received.append((name, *words, *named.values()))
            answer = self._answers[name]
            if isinstance(answer, Exception):
                raise answer
            return answer(*words, **named) if callable(answer) else answer

        return call

    def calls(self, name: str) -> Any:
        """Return the arguments of the calls of one method."""
        return [words for called, *words in self.received if called == name]
