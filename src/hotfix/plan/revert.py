"""The bad commit undone in the code, after a rollback."""

from typing import TYPE_CHECKING

from hotfix.domain import pull_request_text
from hotfix.domain.incident import Incident
from hotfix.domain.proposal import THE_REVERT
from hotfix.domain.step import Step
from hotfix.plan.fencing import fenced
from hotfix.ports.bundle import Ports
from hotfix.steps.label_pull_request import LabelPullRequest
from hotfix.steps.open_pull_request import OpenPullRequest
from hotfix.steps.publish_branch import PublishBranch
from hotfix.steps.request_the_reverts_review import RequestTheRevertsReview
from hotfix.steps.revert_the_merge import RevertTheMerge

if TYPE_CHECKING:
    from hotfix.config.model import Config


def revert(incident: Incident, config: "Config") -> tuple[Step[Ports], ...]:
    """Return how the bad commit is proposed to be undone in the code."""
    github = config.github
    text = pull_request_text.of_the_revert(incident, github.merge_into)
    return (
        RevertTheMerge(github.merge_into, config.git.branch_prefix),
        fenced(PublishBranch("publish_the_revert", proposal=THE_REVERT, workflow=github.workflow)),
        fenced(OpenPullRequest(text, github.merge_into, THE_REVERT, "open_the_revert")),
        fenced(LabelPullRequest(tuple(github.labels), THE_REVERT, "label_the_revert")),
        fenced(RequestTheRevertsReview(incident.reviewer or github.reviewer)),
    )
