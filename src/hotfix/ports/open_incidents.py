"""What others have open on the status page, for whoever is asked what to publish there."""

from collections.abc import Sequence

from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.status_page import PageIncident, StatusPage

_MOST_SHOWN = 5


def open_by_others(page: StatusPage, run: str = "") -> tuple[Sequence[PageIncident], str]:
    """Return what others have open on the page, newest first, and why that is not known.

    Nothing where ``run`` is given and has an incident of its own there.
    """
    try:
        # Asked first: nobody waits long for it.
        others = page.unresolved()[:_MOST_SHOWN]
        is_ours = bool(run) and page.find(run) is not None
    except (ProblemError, TemporaryTroubleError) as trouble:
        return (), f"What is open on the page is not known: {trouble}"
    return (() if is_ours else others), ""
