"""The team's test suites as local processes."""

from hotfix.adapters.local_suites.runner import LocalSuites

__all__ = ["LocalSuites"]
