"""Was the fix merged while nobody walked its run? Then what runs by now may be the fix itself."""

from hotfix.ports.bundle import Ports


def is_merged_meanwhile(number: int | None, ports: Ports) -> bool:
    """Ask GitHub whether the pull request of that number is merged; None where there is none."""
    return number is not None and ports.pull_requests.get(number).is_merged
