"""Name what is configured and was never recorded: the rollback of a run leaves it as it is."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import HEALTHY
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, LeftToDo, Outcome
from hotfix.domain.rollout.before_the_yes import left_as_it_is, unrecorded
from hotfix.ports.bundle import Ports


@frozen
class NameWhatIsNotRecorded:
    """Leaves to a person what came to the configuration after the run made its record.

    Effect: none.
    """

    deployments: tuple[str, ...]  #: names of the configured ones
    name: str = "name_what_is_not_recorded"
    reads: ClassVar[Declared] = maybe(HEALTHY)
    reports: ClassVar[Declared] = ()

    def run(self, facts: Facts, _ports: Ports) -> Outcome:
        """Compare the record with the configuration."""
        names = unrecorded(self.deployments, facts.get(HEALTHY, ()))
        if names:
            return LeftToDo(left_as_it_is(names))
        return Done("No configured deployment is missing in the record.")

    def by_hand(self, _facts: Facts) -> str:
        """Look at what runs, and at what there is to go back to."""
        return "hotfix rollback --list"
