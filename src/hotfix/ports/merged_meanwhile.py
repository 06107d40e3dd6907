"""Was the fix merged while nobody walked its run? Then what runs by now may be the fix itself."""

from hotfix.ports.pull_requests import PullRequests


def is_merged_meanwhile(number: int, pull_requests: PullRequests) -> bool:
    """Ask GitHub whether the pull request of that number is merged; 0 where there is none yet."""
    return bool(number) and pull_requests.get(number).is_merged
