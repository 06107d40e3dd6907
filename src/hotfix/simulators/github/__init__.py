"""GitHub's REST API over one repository: stateful, and joined to a real git origin."""

from hotfix.simulators.github.records import ChecksFailedError, DeployFailedError
from hotfix.simulators.github.service import GithubService

__all__ = ["ChecksFailedError", "DeployFailedError", "GithubService"]
