"""How long things take in the drill's world, in seconds before ``Timeline.speed``."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WorldTimings:
    """Seconds of life that each thing takes. The defaults are an ordinary night.

    Attributes:
        ci: from a push to the result of the required checks.
        review: from the review request to the reviewer's approval.
        workflow_queue: from a push to the first job of the deploy workflow.
        merge_queue: from the front of the merge queue to the merge.
        build: the workflow's build job.
        deploy_job: the workflow's deploy job, up to the patch of the deployments.
        pod_start: from a pod's creation to its readiness.
        pod_stop: from a pod's deletion to its end.
        fix: how long the played engineer takes to write the fix.
    """

    ci: float = 90.0
    review: float = 240.0
    workflow_queue: float = 5.0
    merge_queue: float = 60.0
    build: float = 60.0
    deploy_job: float = 20.0
    pod_start: float = 15.0
    pod_stop: float = 5.0
    fix: float = 180.0
