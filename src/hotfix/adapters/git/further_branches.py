"""Whether the branches that are to get the fix, too, are there at all."""

from collections.abc import Iterator, Sequence

from hotfix.domain.branch_pattern import matching
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.readiness import Finding, Need, unmet
from hotfix.ports.repository import Repository

_AREA, _NAME = "git", "further branches"


def further_needs(repository: Repository, patterns: Sequence[str]) -> Iterator[Need]:
    """Tell which of ``patterns`` mean no branch of the remote, as it is now."""
    if not patterns:
        return
    try:
        branches = repository.branches()
    except (ProblemError, TemporaryTroubleError) as error:
        yield unmet(_AREA, _NAME, Finding.WARNING, error)
        return
    lacking = [each for each in patterns if not matching(each, branches)]
    if lacking:
        # A release may be branched off yet, before the fix is through.
        saw = f"no branch is called like {', '.join(lacking)}"
        mend = "Correct [git] also_into in hotfix.toml, if one is misspelt"
        yield Need(_AREA, _NAME, Finding.WARNING, saw, mend)
    else:
        yield Need(_AREA, _NAME, Finding.OK, ", ".join(patterns))
