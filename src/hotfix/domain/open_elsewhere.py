"""What a run opened in PagerDuty and on the status page, and did not close: by its record alone."""

from collections.abc import Mapping

from hotfix.domain.fact import Fact
from hotfix.domain.fact_names import ALERT_CLOSED, PAGE_CLOSED
from hotfix.domain.frozen import frozen
from hotfix.domain.page_stage import leaves_open_incident, stage
from hotfix.domain.page_texts import PAGE, Stage
from hotfix.domain.paging import RESOLVE, leaves_open_alert
from hotfix.domain.progress import Progress, RunState

#: how it is known that it is over there, by the key of the message by which a run says so
CLOSED: Mapping[str, Fact[str]] = {RESOLVE: ALERT_CLOSED, PAGE: PAGE_CLOSED}


@frozen
class OpenElsewhere:
    """One of both."""

    kind: str  #: ``alert`` or ``status-page``
    key: str  #: of the message by which the run says there that it is over
    step: str  #: the name of the step that decided on it
    what: str  #: one sentence, true by the record alone
    mend: str  #: what a person does


def open_alert(progress: Progress) -> OpenElsewhere | None:
    """Return the alert that nobody is known to have resolved; None where there is none."""
    if not leaves_open_alert(progress):
        return None
    return OpenElsewhere(
        "alert",
        RESOLVE,
        "page_the_on_call",
        "This run opened an alert in PagerDuty, and has not resolved it.",
        f"resolve the alert in PagerDuty once production works (its key is {progress.run})",
    )


def open_incident(progress: Progress) -> OpenElsewhere | None:
    """Return the incident on the status page that nobody is known to have resolved; else None."""
    if not leaves_open_incident(progress):
        return None
    what = "This run wrote an incident on the status page, and has not resolved it."
    mend = "resolve the incident on the status page once production works"
    if PAGE not in progress.told:
        what = "Whether this run wrote an incident on the status page is not known: no answer came."
        mend = f"look at the status page; where there is one, {mend}"
    return OpenElsewhere("status-page", PAGE, "tell_customers", what, mend)


def is_resolved(progress: Progress) -> bool:
    """Tell whether the run itself says there, or is to say, that it is over."""
    return progress.state is RunState.DONE or stage(progress) is Stage.RESOLVED


def open_elsewhere(progress: Progress) -> tuple[OpenElsewhere, ...]:
    """Return both."""
    found = (open_alert(progress), open_incident(progress))
    return tuple(each for each in found if each is not None)
