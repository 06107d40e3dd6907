"""Record what runs now, so that a rollback knows what to go back to."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import HEALTHY, PULL_REQUEST_NUMBER
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.rollout.idle import scaled_to_zero
from hotfix.ports.bundle import Ports
from hotfix.ports.merged_meanwhile import is_merged_meanwhile


@frozen
class RecordTheHealthyState:
    """Reports ``healthy``: the deployment records that ``hotfix rollback`` restores.

    A run that goes on may come here again; what runs once its fix is merged is not recorded.

    Effect: none.
    """

    deployments: tuple[str, ...]
    name: str = "record_the_healthy_state"
    reads: ClassVar[Declared] = maybe(PULL_REQUEST_NUMBER)
    reports: ClassVar[Declared] = maybe(HEALTHY)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Record all deployments as one set; ask where one of them is not healthy."""
        if ports.cluster is None or not self.deployments:
            return Done(
                "No cluster configured: there will be no recorded state to go back to.",
                is_needless=True,
            )
        if is_merged_meanwhile(facts.get(PULL_REQUEST_NUMBER), ports):
            return Done("It is merged by now: what was recorded before stays what is gone back to.")
        records = ports.cluster.record(self.deployments)
        ill = [record.name for record in records if not record.is_healthy]
        if ill and facts.answer("unhealthy") is None:
            return Ask(
                Question(
                    key="unhealthy",
                    text="Not every deployment is healthy now. Go on?",
                    shown=(
                        f"Not healthy: {', '.join(ill)}.",
                        *(scaled_to_zero(each.name) for each in records if not each.replicas),
                        "A rollback of this hotfix would restore exactly this state.",
                    ),
                    options=(
                        Option(
                            "go-on",
                            "Go on: this is what a rollback goes back to",
                            does="The state as it is now is recorded with what is not healthy, and "
                            "a rollback restores exactly that.",
                        ),
                        Option("stop", "Stop; nothing ships", then=Then.STOP),
                    ),
                    by_yes="go-on",
                )
            )
        revisions = ", ".join(f"{record.name} at revision {record.revision}" for record in records)
        return Done(f"Recorded {revisions}.", (HEALTHY(records),))
