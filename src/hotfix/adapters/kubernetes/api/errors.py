"""What the API server's refusals and a broken connection mean for a person."""

from http import HTTPStatus
from typing import Any

from hotfix.domain.problem import (
    MissingRightError,
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
)

_LONGEST = 300


def refusal(status: int, body: dict[str, Any], doing: str) -> Exception:
    """Return what to raise for an HTTP status that nobody expected; ``body`` is a ``Status``."""
    said = _said(status, body)
    if status == HTTPStatus.FORBIDDEN:
        return MissingRightError(
            Problem(
                ProblemCode.RIGHTS,
                what=f"You have no right to {doing}.",
                why=said,
                next_command="hotfix doctor",
            )
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TemporaryTroubleError(f"The cluster could not {doing}: {said}")
    return ProblemError(
        Problem(
            ProblemCode.FAILED,
            what=f"The cluster refused to {doing}.",
            why=said,
            next_command="hotfix doctor",
        )
    )


def refused_for_now(body: dict[str, Any], doing: str) -> TemporaryTroubleError:
    """Return what to raise for a 403 that may be that of a server which has just been started."""
    said = _said(HTTPStatus.FORBIDDEN, body)
    return TemporaryTroubleError(f"The cluster refuses all of a sudden to {doing}: {said}")


def foreign(status: int, doing: str) -> TemporaryTroubleError:
    """Return what to raise for an answer that is not the API server's."""
    return TemporaryTroubleError(
        f"The answer to: {doing} (HTTP {status}) is not the cluster's: something is in between."
    )


def unknown_user(body: dict[str, Any], doing: str, login: str) -> ProblemError:
    """Return what to raise for HTTP 401: credentials are wrong or expired; ``login`` mends it."""
    return ProblemError(
        Problem(
            ProblemCode.RIGHTS,
            what="The cluster does not accept your credentials.",
            why=f"{_said(HTTPStatus.UNAUTHORIZED, body)} (on: {doing}).",
            next_command=f"{login}; then: hotfix resume",
        )
    )


def _said(status: int, body: dict[str, Any]) -> str:
    return str(body.get("message") or body.get("reason") or f"HTTP {status}")[:_LONGEST]


def unreachable(error: Exception, host: str, doing: str) -> TemporaryTroubleError:
    """Return what to raise where no answer came, or only a part of it."""
    lines = str(error).splitlines() or [type(error).__name__]
    return TemporaryTroubleError(
        f"The cluster at {host} gave no answer to: {doing}. {lines[0][:_LONGEST]}"
    )


def not_trusted(error: Exception, host: str) -> ProblemError:
    """Return what to raise where TLS fails, or a file of the kubeconfig cannot be read."""
    text = " ".join(str(error).split()) or type(error).__name__
    return ProblemError(
        Problem(
            ProblemCode.CONFIGURATION,
            what=f"No trusted connection to the cluster at {host}.",
            why=text[:_LONGEST],
            next_command="kubectl config view --minify",
        )
    )
