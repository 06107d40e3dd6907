"""What every watch of rollouts asks of the cluster: a look, and lines for people."""

from collections.abc import Sequence

from hotfix.domain.outcome import Waiting
from hotfix.domain.rollout.judgement import Judgement, how_far, in_words
from hotfix.domain.rollout.seen import DeploymentView, without_earlier_deadline
from hotfix.ports.cluster import Cluster


def look(
    cluster: Cluster, names: Sequence[str], watched_seconds: float, stale_for_seconds: float
) -> list[DeploymentView]:
    """Return how the rollouts stand, in the order asked for.

    The word that an earlier rollout was given up may outlive it for ``stale_for_seconds``.
    """
    return [
        without_earlier_deadline(view, watched_seconds, stale_for_seconds)
        for view in cluster.look(names)
    ]


def explained(judged: Sequence[Judgement], cluster: Cluster) -> list[str]:
    """Return what the pods to blame said: foreign text, for people."""
    return [line for each in judged for line in cluster.explain(each.deployment, each.pods)]


def judged_in_words(judged: Sequence[Judgement], cluster: Cluster) -> list[str]:
    """Return how the rollouts are judged, and then what the pods to blame said."""
    return [*map(in_words, judged), *explained(judged, cluster)]


def waiting_for(
    views: Sequence[DeploymentView], judged: Sequence[Judgement], cluster: Cluster
) -> Waiting:
    """Wait for ``views``; what is bad among the judged is said and explained meanwhile."""
    bad = [each for each in judged if each.is_bad]
    saying = "; ".join([*map(how_far, views), *map(in_words, bad)])
    return Waiting(saying, cluster.look_again_in(), shown=tuple(explained(bad, cluster)))
