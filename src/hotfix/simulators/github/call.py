"""One request to the simulated GitHub, and the answers that all its parts share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from hotfix.simulators.server import Answer

_DOCUMENTATION = "https://docs.github.com/rest"


@dataclass(frozen=True)
class Call:
    """A request of somebody who is signed in."""

    login: str
    url: str  # without the query
    path: dict[str, str]  # the parts of the path that vary
    query: dict[str, str]
    body: dict[str, Any]  # the decoded JSON object; empty where there is none

    def number(self) -> int:
        """Return the ``number`` of the path."""
        return whole_number(self.path["number"])


@dataclass(frozen=True)
class Reply:
    """An answer: its body, status and headers."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """Where a handler listens."""

    methods: str
    path: str  # in starlette's form
    handler: Callable[[Call], Reply]
    area: str = "metadata"  # the permission it needs, as ``GithubService.forbidden_areas`` names it


def whole_number(text: str) -> int:
    """Return the number in a path; what is none is not found."""
    if not text.isdecimal():
        raise not_found()
    return int(text)


def not_found(message: str = "Not Found") -> Answer:
    """Return GitHub's 404."""
    return refused(404, message)


def refused(status: int, message: str) -> Answer:
    """Return a refusal with GitHub's words."""
    body = {"message": message, "documentation_url": _DOCUMENTATION, "status": str(status)}
    return Answer(status, body)


def sign_on_first(page: str) -> Answer:
    """Return the 403 of an organization that wants single sign-on; ``page`` authorises a token."""
    message = (
        "Resource protected by organization SAML enforcement. You must grant your OAuth token "
        "access to this organization."
    )
    body = {"message": message, "documentation_url": _DOCUMENTATION}
    return Answer(403, body, {"X-GitHub-SSO": f"required; url={page}"})


def invalid(
    resource: str, *, field_name: str = "", code: str = "custom", message: str = ""
) -> Answer:
    """Return GitHub's 422 "Validation Failed" with one error."""
    error = {"resource": resource, "code": code, "field": field_name, "message": message}
    body = {
        "message": "Validation Failed",
        "errors": [{name: text for name, text in error.items() if text}],
        "documentation_url": _DOCUMENTATION,
        "status": "422",
    }
    return Answer(422, body)


def text_of(call: Call, name: str, resource: str) -> str:
    """Return a text that the body must have."""
    value = call.body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise invalid(resource, field_name=name, code="missing_field")
    return value


def texts_of(call: Call, name: str) -> list[str]:
    """Return a list of texts in the body; labels may come as objects with a name."""
    value = call.body.get(name) or []
    if not isinstance(value, list):
        raise refused(422, f"Invalid request.\n\nFor '{name}', {value!r} is not an array.")
    return [str(item["name"] if isinstance(item, dict) else item) for item in value]


def page_of(call: Call, items: Sequence[Any], key: str = "") -> Reply:
    """Return one page of a list, with a link to the next one."""
    size = min(max(int(call.query.get("per_page", "30")), 1), 100)
    page = max(int(call.query.get("page", "1")), 1)
    shown = list(items[(page - 1) * size : page * size])
    headers = {}
    if page * size < len(items):
        query = urlencode({**call.query, "page": str(page + 1)})
        headers["Link"] = f'<{call.url}?{query}>; rel="next"'
    body = {"total_count": len(items), key: shown} if key else shown
    return Reply(body, headers=headers)
