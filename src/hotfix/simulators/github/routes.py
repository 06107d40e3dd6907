"""What the parts of the simulated GitHub that answer requests have in common."""

from dataclasses import dataclass

from hotfix.simulators.github.answers import Answers
from hotfix.simulators.github.hosted_repository import HostedRepository
from hotfix.simulators.github.pushes import Pushes


@dataclass(frozen=True)
class Routes:
    """Answers about one subject; ``routes`` of each returns where, below the path ``repo``.

    Attributes:
        answers: words the records.
        pushes: hears of changed branches, and starts runs.
    """

    answers: Answers
    pushes: Pushes

    @property
    def hosted(self) -> HostedRepository:
        """The repository."""
        return self.answers.hosted
