"""Refusals as the API server words them: ``Status`` objects."""

from hotfix.simulators.server import Answer


def refusal(code: int, reason: str, message: str, **details: str) -> Answer:
    """Return the answer to raise: an HTTP status and its ``Status`` object."""
    status = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": code,
        **({"details": details} if details else {}),
    }
    return Answer(code, status)


def not_found(resource: str, name: str) -> Answer:
    """Return 404 for a named object."""
    plural, _, group = resource.partition(".")
    about = {"name": name, "kind": plural} | ({"group": group} if group else {})
    return refusal(404, "NotFound", f'{resource} "{name}" not found', **about)


def already_exists(resource: str, name: str) -> Answer:
    """Return 409 for a creation."""
    return refusal(409, "AlreadyExists", f'{resource} "{name}" already exists')


def conflict(resource: str, name: str) -> Answer:
    """Return 409 for an update of an old version."""
    return refusal(
        409,
        "Conflict",
        f'Operation cannot be fulfilled on {resource} "{name}": the object has been modified; '
        "please apply your changes to the latest version and try again",
    )


def invalid(message: str) -> Answer:
    """Return 422."""
    return refusal(422, "Invalid", message)


def bad_request(message: str) -> Answer:
    """Return 400."""
    return refusal(400, "BadRequest", message)


def unauthorized() -> Answer:
    """Return 401."""
    return refusal(401, "Unauthorized", "Unauthorized")


def forbidden(verb: str, resource: str, group: str, namespace: str) -> Answer:
    """Return 403 as RBAC words it."""
    plural, _, _ = resource.partition("/")
    full = f"{plural}.{group}" if group else plural
    return refusal(
        403,
        "Forbidden",
        f'{full} is forbidden: User "dana" cannot {verb} resource "{resource}" '
        f'in API group "{group}" in the namespace "{namespace}"',
    )


def denied_by_policy(resource: str, name: str, policy: str, message: str) -> Answer:
    """Return 403 as a ValidatingAdmissionPolicy words it whose reason is ``Forbidden``."""
    return refusal(
        403,
        "Forbidden",
        f"{resource} \"{name}\" is forbidden: ValidatingAdmissionPolicy '{policy}' with binding "
        f"'{policy}-everywhere' denied request: {message}",
    )
