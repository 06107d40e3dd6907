"""What a hotfix and a rollback leave to the days after (procedure: "After Hotfix")."""

from typing import TYPE_CHECKING

from hotfix.domain.incident import Incident, Severity
from hotfix.domain.step import Step
from hotfix.plan.fencing import fenced
from hotfix.ports.bundle import Ports
from hotfix.steps.open_post_mortem import OpenPostMortem
from hotfix.steps.remind_of_post_mortem import RemindOfPostMortem

if TYPE_CHECKING:
    from hotfix.config.model import Config


def post_mortem(incident: Incident, config: "Config") -> tuple[Step[Ports], ...]:
    """Return how a post-mortem is reminded of, by an issue where the team wants one."""
    wanted = config.post_mortem
    if not wanted.issue:
        return (RemindOfPostMortem(incident),)
    within = {
        Severity.CRITICAL: wanted.critical_days,
        Severity.MAJOR: wanted.major_days,
        Severity.MINOR: wanted.minor_days,
    }[incident.severity]
    return (
        RemindOfPostMortem(incident, has_an_issue=True),
        fenced(OpenPostMortem(incident, within)),
    )
