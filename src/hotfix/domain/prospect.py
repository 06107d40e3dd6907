"""What a hotfix would do, in the words of the incident: for ``--dry-run``."""

from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord


@frozen
class PhaseAhead(JsonRecord):
    """One phase of the plan."""

    name: str  #: as in the procedure's timeline table
    target_seconds: float | None  #: None where it has no target


@frozen
class Prospect(JsonRecord):
    """What would be cut, proposed, asked, merged, deployed and looked at."""

    description: str  #: what is broken
    branch: str  #: that would be cut
    cut_from: str  #: a branch, ``live``, or what ``--from`` names
    picks: tuple[str, ...]  #: full SHAs that would be picked onto it
    tests: tuple[str, ...]  #: names of the suites that would run here
    repository: str  #: owner/name of the pull request
    merge_into: str  #: the branch that it goes into
    also_into: tuple[str, ...]  #: further branches that get the fix once it is proven
    labels: tuple[str, ...]  #: of the pull request
    reviewer: str  #: who would be asked first; empty where somebody is suggested then
    second_reviewer: str  #: who would be asked next; empty for nobody
    workflow: str  #: that deploys; empty for none
    namespace: str  #: of the deployments; empty without a cluster
    context: str  #: of the kubeconfig; empty for its current one
    deployments: tuple[str, ...]  #: that would be watched, and could be rolled back
    probes: tuple[str, ...]  #: names of the probes of production
    tells: str  #: the Slack channel that would be told; empty for none
    total_seconds: float | None  #: the budget
    phases: tuple[PhaseAhead, ...]  #: in order
