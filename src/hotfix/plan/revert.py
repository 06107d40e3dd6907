"""The bad commit undone in the code, after a rollback."""

from hotfix.config.model import Config
from hotfix.domain.incident import Incident
from hotfix.domain.step import Step
from hotfix.plan.fencing import fenced
from hotfix.ports.bundle import Ports
from hotfix.steps.label_the_revert import LabelTheRevert
from hotfix.steps.open_the_revert import OpenTheRevert
from hotfix.steps.publish_the_revert import PublishTheRevert
from hotfix.steps.request_the_reverts_review import RequestTheRevertsReview
from hotfix.steps.revert_the_merge import RevertTheMerge


def revert(incident: Incident, config: Config) -> tuple[Step[Ports], ...]:
    """Return how the bad commit is proposed to be undone in the code."""
    github = config.github
    is_rebased = github.merge_method == "rebase"
    return (
        RevertTheMerge(github.merge_into, config.git.branch_prefix, is_rebased),
        fenced(PublishTheRevert()),
        fenced(OpenTheRevert(incident, github.merge_into)),
        fenced(LabelTheRevert(tuple(github.labels))),
        fenced(RequestTheRevertsReview(incident.reviewer or github.reviewer)),
    )
