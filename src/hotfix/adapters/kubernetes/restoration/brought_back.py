"""Which revisions of a deployment a rollback of hotfix brought back, by what it left on them."""

from datetime import datetime, timedelta

from hotfix.adapters.kubernetes.api.object_owners import (
    ROLLED_BACK_AT,
    ROLLED_BACK_IN,
    ByOwner,
    Json,
    annotations,
    present_replica_set,
    revision_of,
)

# Earlier versions left the time of the operator's clock; that of a ReplicaSet is the server's.
_CLOCKS_APART = timedelta(seconds=60)


def brought_back(deployment: Json, replica_sets: ByOwner) -> list[Json]:
    """Return the ReplicaSets of the deployment that a rollback brought back.

    What it leaves on the deployment stays there, and goes onto whatever is rolled out later, too:
    only the first one that carries it is the rollback's, and only if it is as old as the rollback.
    """
    first: dict[str, Json] = {}
    for each in sorted(replica_sets.of(deployment), key=revision_of):
        run = annotations(each).get(ROLLED_BACK_IN, "")
        if run:
            first.setdefault(run, each)
    return [each for each in first.values() if _was_there(each)]


def is_brought_back(deployment: Json, replica_sets: ByOwner) -> bool:
    """Tell whether what runs was brought back, be it that the controller has not seen it yet."""
    run = annotations(deployment).get(ROLLED_BACK_IN, "")
    seen = {annotations(each).get(ROLLED_BACK_IN, "") for each in replica_sets.of(deployment)}
    present = present_replica_set(deployment, replica_sets)
    is_new = bool(run) and run not in seen
    return is_new or present in brought_back(deployment, replica_sets)


def _was_there(replica_set: Json) -> bool:
    """Tell whether the ReplicaSet was there when what it carries was left, or was made by that."""
    created = datetime.fromisoformat(str(replica_set["metadata"]["creationTimestamp"]))
    try:
        at = datetime.fromisoformat(annotations(replica_set).get(ROLLED_BACK_AT, ""))
        return created <= at + _CLOCKS_APART
    except (TypeError, ValueError):
        return False  # written by hand
