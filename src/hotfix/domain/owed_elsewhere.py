"""Whether a run left something to people of which a service can tell whether it is done."""

from hotfix.domain.bad_commit import bad_commit
from hotfix.domain.bring_back import bring_back
from hotfix.domain.not_everywhere import not_everywhere
from hotfix.domain.open_elsewhere import open_elsewhere
from hotfix.domain.open_tickets import open_tickets
from hotfix.domain.progress import Progress


def is_owed_elsewhere(progress: Progress) -> bool:
    """Tell whether it did, by its record; what was rolled back counts before the run is over."""
    if bad_commit(progress) is not None:
        return True
    if not progress.state.is_over:
        return False
    of_the_code = (not_everywhere(progress), bring_back(progress))
    is_in_code = any(each is not None for each in of_the_code)
    return is_in_code or bool(open_tickets(progress.facts) or open_elsewhere(progress))
