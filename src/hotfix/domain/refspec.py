"""What a push names, for a person to type: a branch, and what it is called on the remote."""

from shlex import quote


def by_its_name(branch: str) -> str:
    """Return ``branch:branch`` for a shell; empty without a branch.

    Its name alone would go to its upstream, which may be the base, where ``push.default`` is
    ``upstream`` (git-push, "Configured push refspec").
    """
    return quote(f"{branch}:{branch}") if branch else ""
