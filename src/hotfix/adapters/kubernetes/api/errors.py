"""What the API server's refusals and a broken connection mean for a person."""

import re
from http import HTTPStatus
from typing import Any

from hotfix.domain.no_answer import IN_BETWEEN, no_answer
from hotfix.domain.problem import (
    MissingRightError,
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
)

_LONGEST = 300
# How the API server words what its authorizer says; whatever else is forbidden is by admission.
_NO_RIGHT = re.compile(
    r"\bcannot \S+ (resource|path)\b|attempting to grant RBAC permissions", re.IGNORECASE
)
# After that come the words of whoever wrote the rule: of webhooks and of policies.
_DENIED = re.compile(r"denied (?:the )?request(?: without explanation)?:?\s*", re.IGNORECASE)
_FORBIDDEN = re.compile(r"\bis forbidden:\s*", re.IGNORECASE)


def is_by_admission(status: int, body: dict[str, Any]) -> bool:
    """Tell whether a write was refused on its way in, by a policy, a webhook, a quota.

    Such a refusal bears any status, that of a missing right too.
    """
    message = str(body.get("message") or "")
    if status < HTTPStatus.BAD_REQUEST:
        return False
    if _DENIED.search(message):
        return True
    is_by_the_server = status == HTTPStatus.FORBIDDEN and body.get("kind") == "Status"
    return is_by_the_server and bool(_FORBIDDEN.search(message)) and not _NO_RIGHT.search(message)


def not_let_in(body: dict[str, Any], doing: str) -> ProblemError:
    """Return what to raise for such a refusal: the rule's own words first."""
    message = " ".join(str(body.get("message") or "").split())
    mark = _DENIED.search(message) or _FORBIDDEN.search(message)
    words = message[mark.end() :] if mark else message
    return ProblemError(
        Problem(
            ProblemCode.FAILED,
            what=f"{(words or message)[:_LONGEST].rstrip('.')}: by a rule of the cluster, which "
            f"refused to {doing}.",
            why=f"{message[:_LONGEST]} (admission, not a missing right)",
            next_command="kubectl get validatingadmissionpolicies,"
            "validatingwebhookconfigurations,mutatingwebhookconfigurations",
        )
    )


def refusal(status: int, body: dict[str, Any], doing: str) -> Exception:
    """Return what to raise for an HTTP status that nobody expected; ``body`` is a ``Status``."""
    said = _said(status, body)
    if is_by_admission(status, body):
        return not_let_in(body, doing)
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
        f"The answer to: {doing} (HTTP {status}) is not the cluster's: something is in between.",
        mend=IN_BETWEEN,
    )


def unknown_user(body: dict[str, Any], doing: str, login: str, expired: str = "") -> ProblemError:
    """Return what to raise for HTTP 401: credentials are wrong or expired; ``login`` mends it.

    ``expired`` is a sentence about their end, where that is known.
    """
    return ProblemError(
        Problem(
            ProblemCode.RIGHTS,
            what="The cluster does not accept your credentials.",
            why=f"{expired}{_said(HTTPStatus.UNAUTHORIZED, body)} (on: {doing}).",
            next_command=f"{login}; then: hotfix resume",
        )
    )


def _said(status: int, body: dict[str, Any]) -> str:
    return str(body.get("message") or body.get("reason") or f"HTTP {status}")[:_LONGEST]


def unreachable(error: Exception, host: str, doing: str) -> TemporaryTroubleError:
    """Return what to raise where no answer came, or only a part of it."""
    # A kubeconfig names it by its address.
    host = host.partition("://")[2] or host
    return no_answer("The cluster", host, error, doing=doing, named_in="the kubeconfig")


def not_trusted(error: Exception, host: str, expired: str = "") -> ProblemError:
    """Return what to raise where TLS fails, or a file of the kubeconfig cannot be read.

    ``expired`` is a sentence about the end of our own certificate, where that is known.
    """
    text = " ".join(str(error).split()) or type(error).__name__
    return ProblemError(
        Problem(
            ProblemCode.CONFIGURATION,
            what=f"No trusted connection to the cluster at {host}.",
            why=f"{expired}{text[:_LONGEST]}",
            next_command="kubectl config view --minify",
        )
    )
