"""Where a run began, and where its configuration leads now: that may be another cluster."""

from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.run_settings import RecordedConfig
from hotfix.runs.session import Session


@frozen
class Elsewhere:
    """Where a configuration leads now, and led to when the run began."""

    what: str  #: one sentence
    is_certain: bool  #: whether it is known to be another cluster, or namespace

    def __str__(self) -> str:
        known = "It is another one." if self.is_certain else "Whether it is the same is not known."
        return f"{self.what} {known}"


def elsewhere_of(session: Session, recorded: RecordedConfig) -> Elsewhere | None:
    """Return where the session leads; None where that is the run's own cluster, or nowhere."""
    found, settings = session.tools.whereabouts(), session.config.kubernetes
    if found is None or settings is None or not recorded.server:
        return None
    if recorded.namespace and settings.namespace != recorded.namespace:
        what = f"The namespace is {settings.namespace} now, and was {recorded.namespace} when"
        return Elsewhere(f"{what} the run began.", is_certain=True)
    if found.server in {"", recorded.server}:
        return None
    what = f"Context {found.context} leads to {found.server} now, and to {recorded.server} when"
    cluster = session.tools.cluster
    uid = cluster.uid() if cluster is not None and recorded.cluster else ""
    if uid and uid == recorded.cluster:
        return None  # by another address
    return Elsewhere(f"{what} the run began.", is_certain=bool(uid))


def not_asked(elsewhere: Elsewhere, recorded: RecordedConfig) -> Problem:
    """Return why nothing is asked of the cluster by whoever ends a run that began elsewhere."""
    is_not = "is not" if elsewhere.is_certain else "may not be"
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"The run began in namespace {recorded.namespace} at {recorded.server}, and that "
        f"{is_not} where its cluster is looked for now.",
        why=f"{elsewhere} Nothing was asked or changed there.",
        next_command="kubectl config get-contexts",
    )


def another_cluster(what: str, command: str) -> Problem:
    """Return why ``command`` does not act in another cluster than the one the run began in."""
    return Problem(
        ProblemCode.CONFIGURATION,
        what=what,
        why="It is another cluster: its kube-system has another UID. Nothing was changed.",
        next_command=f"kubectl config get-contexts; to go on there: hotfix {command} "
        "--use-todays-config",
    )
