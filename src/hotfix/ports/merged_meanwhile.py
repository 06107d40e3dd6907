"""Was the fix merged while nobody walked its run? Then what runs by now may be the fix itself."""

from hotfix.domain.fact_names import PULL_REQUEST_NUMBER
from hotfix.domain.facts import Facts
from hotfix.ports.bundle import Ports


def is_merged_meanwhile(facts: Facts, ports: Ports) -> bool:
    """Ask GitHub whether the run's pull request is merged; nobody is asked where it has none."""
    number = facts.get(PULL_REQUEST_NUMBER)
    return number is not None and ports.pull_requests.get(number).is_merged
