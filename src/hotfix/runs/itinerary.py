"""The plans of one run, and how the command that walks them was asked to behave."""

from dataclasses import field

from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.page_texts import TOLD_TO_CUSTOMERS
from hotfix.domain.paging import QUESTION as PAGED
from hotfix.domain.plan_name import PlanName
from hotfix.domain.run_settings import Via
from hotfix.domain.step import Plan
from hotfix.ports.bundle import Ports
from hotfix.runs.asker import Flags
from hotfix.runs.session import Session


@frozen
class Manner:
    """How a command was asked to behave."""

    flags: Flags = field(default_factory=Flags)  #: what is answered in advance
    can_ask: bool = False  #: whether a person is there to answer
    close_pull_request: bool | None = None  #: for ``abort``; None to ask
    #: whether ``--break-glass`` leaves the reviewers no more time
    break_glass_at_once: bool = False


@frozen
class Itinerary:
    """The plans of one run."""

    session: Session  #: with the configuration
    incident: Incident  #: what the run is about
    branch: str = ""  #: the hotfix branch
    beside: bool = False  #: whether it is worked on in a work tree beside the repository
    #: what a rollback goes back to; empty for what the run recorded
    targets: tuple[DeploymentRecord, ...] = ()
    only: tuple[str, ...] = ()  #: names of the deployments that a rollback is about; empty for all
    via: Via = Via.KUBERNETES  #: how a rollback goes
    #: what an abort was told to do with the pull request; None for nothing
    close_pull_request: bool | None = None
    #: what earlier runs rolled back and nothing has undone in the code
    bad: tuple[BadCommit, ...] = ()

    def plan(self, name: str, manner: Manner) -> Plan[Ports]:
        """Return the plan of that name."""
        config = self.session.config
        if name == PlanName.ROLLBACK:
            from hotfix.plan.rollback import plan_rollback

            return plan_rollback(self.incident, config, self.targets, self.only, self.via)
        if name == PlanName.ABORT:
            from hotfix.plan.abort import plan_abort

            # Nobody there to ask: the pull request stays, which loses nothing.
            told = manner.close_pull_request
            close = self.close_pull_request if told is None else told
            return plan_abort(False if close is None and not manner.can_ask else close)
        from hotfix.plan.hotfix import plan_hotfix

        return plan_hotfix(
            self.incident,
            config,
            branch=self.branch,
            beside=self.beside,
            can_ask=manner.can_ask or TOLD_TO_CUSTOMERS in manner.flags.answers,
            bad=self.bad,
            break_glass_after=_break_glass_after(manner, config.review.break_glass_after),
            says_page=PAGED in manner.flags.answers,
        )


def _break_glass_after(manner: Manner, patience: float) -> float | None:
    if not manner.flags.break_glass:
        return None
    return 0.0 if manner.break_glass_at_once else patience
