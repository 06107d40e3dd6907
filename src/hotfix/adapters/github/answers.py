"""What is in an answer of GitHub, and whether it is one at all."""

import json
from typing import Any

from hotfix.adapters.github.troubles import ForeignAnswerError, moved
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError

_NO_CONTENT, _REDIRECTS = 204, 300


def decoded(doing: str, status: int, headers: dict[str, Any], text: str) -> Any:
    """Return the JSON of an answer; raises TemporaryTroubleError where it is none."""
    if status == _NO_CONTENT or not text:
        return None
    if "json" not in str(headers.get("content-type", "")).lower():
        raise ForeignAnswerError(doing, status)
    try:
        return json.loads(text)
    except ValueError as error:
        raise TemporaryTroubleError(f"GitHub's answer to {doing} is cut off") from error


def lenient(text: str) -> Any:
    """Return the JSON of a refusal, or None: proxies refuse in HTML."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def refuse_redirect(doing: str, status: int) -> None:
    """Raise ProblemError for a redirect that PyGithub has not followed."""
    if status < _REDIRECTS:
        return
    raise ProblemError(moved(doing))


def no_token(mend: str) -> Problem:
    """Return the problem of a token that cannot be one; ``mend`` gets another."""
    return Problem(
        ProblemCode.RIGHTS,
        what="The GitHub token is empty or holds characters that no token has.",
        why="It was probably copied with something around it.",
        next_command=mend,
    )


def too_long(path: str, entries: int) -> Problem:
    """Return the problem of a list that has not ended after so many ``entries``."""
    return Problem(
        ProblemCode.FAILED,
        what=f"GitHub's list at {path} has more than {entries} entries.",
        why="A part of it is no answer, and all of it would take too long.",
        next_command="Look on GitHub what fills it, then: hotfix resume",
    )
