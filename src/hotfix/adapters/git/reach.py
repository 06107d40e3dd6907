"""A git remote that is not reached, in the words that all services have for that."""

import re

from hotfix.adapters.git.refusals import GitResult, last_words
from hotfix.domain.no_answer import no_answer
from hotfix.domain.problem import TemporaryTroubleError

_SERVICE = "The git remote"
# As ssh and curl name whom they asked.
_HOST = re.compile(
    r"(?:resolve host(?:name)?:? |connect to (?:host )?|https?://(?:[^@/'\s]*@)?)([\w.-]+)"
)
_ANSWERED = re.compile(r"returned error: \d|http [45]\d\d", re.IGNORECASE)


def out_of_reach(result: GitResult) -> TemporaryTroubleError:
    """Return the trouble of a command whose remote gave no answer, or none for now."""
    if _ANSWERED.search(result.errors):
        return TemporaryTroubleError(f"{_SERVICE} answers, but not now: {last_words(result)}")
    found = _HOST.search(result.errors)
    return no_answer(_SERVICE, found[1] if found else "it", ConnectionError(result.errors))
