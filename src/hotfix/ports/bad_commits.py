"""Is a commit that was rolled back still aboard? Asked of the clone and of the revert's state."""

from hotfix.domain.bad_commit import BadCommit
from hotfix.ports.bundle import Ports


def is_aboard(bad: BadCommit, tip: str, ports: Ports) -> bool:
    """Tell whether commit ``tip`` carries what was rolled back, under any of its names."""
    repository = ports.repository
    if not repository.carries(tip, bad.sha, bad.others):
        return False
    if not bad.revert_number:
        return True
    # A squashed revert may have lost the words by which git tells a revert.
    revert = ports.pull_requests.get(bad.revert_number)
    return not (revert.is_merged and repository.contains(tip, revert.merge_sha))
