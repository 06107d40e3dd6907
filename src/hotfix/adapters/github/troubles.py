"""What GitHub refuses, and what only seems lost, in the words of the product."""

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from github.Requester import Requester

from hotfix.domain import foreign_answer
from hotfix.domain.figures import in_seconds
from hotfix.domain.frozen import frozen
from hotfix.domain.no_answer import IN_BETWEEN, cause, mend
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.retry_after import retry_after

#: after which a limit is asked again that does not say when it is free
LIMIT_SECONDS = 60.0
_FOREIGN_SECONDS = 5.0
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 401, 403, 404
# GitHub names the scopes of classic tokens alone: these may be none.
_FINE_GRAINED = "?"
_TOO_MANY, _REQUEST_TIMEOUT, _SERVER_ERRORS = 429, 408, 500


class RefusedError(ProblemError):
    """GitHub answered no: with which HTTP status, and in what words of its own."""

    def __init__(self, problem: Problem, status: int, message: str) -> None:
        super().__init__(problem)
        self.status = status
        self.message = message


class ForeignAnswerError(TemporaryTroubleError):
    """An answer that is not GitHub's: a proxy or a login page is in between."""

    def __init__(self, doing: str, status: int) -> None:
        saying = f"the answer to {doing} ({status}) is not GitHub's: something is in between"
        super().__init__(saying, _FOREIGN_SECONDS, mend=IN_BETWEEN)
        self.status = status


@frozen
class Token:
    """Where the token is from: what mends it is done there."""

    web_host: str  #: that ``gh`` logs in to
    variable: str  #: of the environment; empty for ``gh``

    @property
    def renewed(self) -> str:
        """Return how another one is given."""
        login = f"gh auth login --hostname {self.web_host}"
        if not self.variable:
            return login
        # As long as it is set, gh uses it, too, and keeps no other.
        return f"export {self.variable}=... with a valid one, or: unset {self.variable}; {login}"

    @property
    def widened(self) -> str:
        """Return how it gets the scopes that it lacks."""
        if not self.variable:
            return f"gh auth refresh --hostname {self.web_host} --scopes repo,workflow"
        where = f"https://{self.web_host}/settings/tokens"
        return f"Give the token in {self.variable} the scopes repo and workflow: {where}"

    def allowed(self, permission: str) -> str:
        """Return how a fine-grained one gets a permission that it lacks."""
        of = f" in {self.variable}" if self.variable else ""
        where = f"https://{self.web_host}/settings/personal-access-tokens"
        return f"Give the token{of} the permission {permission} ({where}), then: hotfix resume"


def refused(
    doing: str,
    status: int,
    headers: Mapping[str, Any],
    data: Any,
    web_host: str,
    variable: str = "",
) -> ProblemError | TemporaryTroubleError:
    """Return the error that an answer of 400 or more to ``doing`` (such as ``GET /user``) means.

    The headers have lower-case names; ``web_host`` is the host that ``gh`` logs in to, and
    ``variable`` the one of the environment that holds the token; empty for one that ``gh`` keeps.
    """
    message = _message(data)
    if status >= _SERVER_ERRORS or status == _REQUEST_TIMEOUT:
        return TemporaryTroubleError(f"GitHub answers {status} to {doing}")
    if status in {_FORBIDDEN, _TOO_MANY} and _is_rate_limit(status, headers, message):
        seconds = _seconds_until_reset(headers, message)
        return TemporaryTroubleError(
            f"GitHub's rate limit is used up; it is free again in {seconds:.0f} s",
            seconds,
            is_refusal=True,
        )
    if not isinstance(data, dict):
        return ForeignAnswerError(doing, status)
    problem = _problem(doing, status, headers, message, Token(web_host, variable))
    return RefusedError(problem, status, message)


def unreachable(doing: str, error: Exception, timeout_seconds: float, host: str) -> Exception:
    """Return the error that a failed exchange with ``host`` means; never with the library's words.

    After a write, nobody knows whether it happened: that is what makes it a temporary trouble.
    """
    if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE" in str(error).upper():
        return ProblemError(
            Problem(
                ProblemCode.CONFIGURATION,
                what="GitHub's certificate is not trusted.",
                why=_first_line(error),
                next_command="Set REQUESTS_CA_BUNDLE to your company's certificates, "
                "then: hotfix doctor",
            )
        )
    if isinstance(error, requests.exceptions.RetryError):
        return TemporaryTroubleError(f"GitHub has no answer to {doing} yet")
    if isinstance(error, requests.exceptions.Timeout):
        saying = f"no answer from GitHub within {in_seconds(timeout_seconds)} to {doing}"
        return TemporaryTroubleError(saying, mend=mend(error, host))
    if isinstance(error, (requests.exceptions.RequestException, OSError)):
        saying = f"the connection to GitHub failed at {doing} ({cause(error, host)})"
        return TemporaryTroubleError(saying, mend=mend(error, host))
    if isinstance(error, RuntimeError):
        # PyGithub's way of saying that it was sent to another host.
        return ProblemError(moved(doing))
    return TemporaryTroubleError(f"GitHub's answer to {doing} makes no sense")


def moved(doing: str) -> Problem:
    """Return the problem of an address that is not the right one any more."""
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"GitHub has moved what {doing} asks for.",
        why="The repository was renamed or transferred, or the address is another one.",
        next_command="Correct [github] repository and api_url, then: hotfix doctor",
    )


class tolerating:  # noqa: N801 - reads as a sentence: with tolerating(404)
    """Leaves its block where GitHub refuses with one of ``statuses``; other refusals are raised."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = statuses

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        return isinstance(error, RefusedError) and error.status in self._statuses


def understood(what: str) -> AbstractContextManager[None]:
    """Turn a missing or mistyped field of the answer about ``what`` into a temporary trouble."""
    return foreign_answer.understood(f"GitHub's answer about {what}")


def _problem(
    doing: str, status: int, headers: Mapping[str, Any], message: str, token: Token
) -> Problem:
    if status == _UNAUTHORIZED:
        return Problem(
            ProblemCode.RIGHTS,
            what="GitHub does not accept the token.",
            why=message or "It is wrong, revoked or expired.",
            next_command=token.renewed,
        )
    if status == _FORBIDDEN and "was archived" in message:
        return Problem(
            ProblemCode.FAILED,
            what="The repository is archived: nothing can be changed in it.",
            why=message,
            next_command="gh repo unarchive, or correct [github] repository; then: hotfix doctor",
        )
    if status == _FORBIDDEN:
        return _no_rights(doing, headers, message, token)
    if status == _NOT_FOUND:
        return Problem(
            ProblemCode.CONFIGURATION,
            what=f"GitHub does not find {doing}.",
            why=f"It is not there, or the token may not see it{_too_few_scopes(headers)}.",
            next_command=token.widened if _too_few_scopes(headers) else "hotfix doctor",
        )
    return Problem(
        ProblemCode.FAILED,
        what=f"GitHub refused {doing} ({status}).",
        why=message or "It gave no reason.",
        next_command="Mend what GitHub names, then: hotfix resume",
    )


def _no_rights(doing: str, headers: Mapping[str, Any], message: str, token: Token) -> Problem:
    way = token.widened
    single_sign_on = str(headers.get("x-github-sso", ""))
    wanted = str(headers.get("x-accepted-github-permissions", ""))
    if "url=" in single_sign_on:
        way = f"Authorise the token at {single_sign_on.split('url=')[1]} and then: hotfix resume"
    elif wanted:
        way = token.allowed(wanted)
    return Problem(
        ProblemCode.RIGHTS,
        what=f"The token may not do this: {doing}.",
        why=message or "GitHub answers 403.",
        next_command=way,
    )


def _too_few_scopes(headers: Mapping[str, Any]) -> str:
    """Return which scopes a classic token has, where one for private repositories is not theirs."""
    has = str(headers.get("x-oauth-scopes", _FINE_GRAINED))
    if has == _FINE_GRAINED or "repo" in {scope.strip() for scope in has.split(",")}:
        return ""
    return f": its scopes are {has or 'none'}, and a private repository needs repo"


def _message(data: Any) -> str:
    if not isinstance(data, dict):
        return ""
    parts = [str(data.get("message") or "")]
    errors = data.get("errors")
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict):
            code = f"{error.get('field', '')} {error.get('code', '')}".strip()
            parts.append(str(error.get("message") or code))
        else:
            parts.append(str(error))
    return ": ".join(part for part in parts if part)[:500]


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0][:200] if lines else type(error).__name__


def _is_rate_limit(status: int, headers: Mapping[str, Any], message: str) -> bool:
    """Tell whether a 403 or 429 is about the pace and not about rights."""
    return (
        status == _TOO_MANY
        or "retry-after" in headers
        or headers.get("x-ratelimit-remaining") == "0"
        or Requester.isRateLimitError(message)
    )


def _seconds_until_reset(headers: Mapping[str, Any], message: str) -> float:
    """Return the seconds until GitHub wants to be asked again, at least 1."""
    after = retry_after(headers)
    if after is not None:
        return after
    reset = str(headers.get("x-ratelimit-reset", ""))
    is_primary = not Requester.isSecondaryRateLimitError(message)
    if is_primary and reset.isdecimal():
        return max(1.0, float(reset) - _server_time(headers) + 1.0)
    return LIMIT_SECONDS


def _server_time(headers: Mapping[str, Any]) -> float:
    """Return GitHub's own time where it tells it: a laptop's clock may be wrong."""
    try:
        return parsedate_to_datetime(str(headers["date"])).timestamp()
    except (KeyError, ValueError, TypeError):
        return time.time()
