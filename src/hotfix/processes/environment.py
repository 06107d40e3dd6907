"""What a program that we start gets to see of our environment: decided here, for all of them."""

import os

TYPE_CHECKING = False  # as in ``fast_status``: collections is not imported
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

#: what opens GitHub: git's credential helpers, such as gh, need it
GITHUB = frozenset({"GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"})
#: where each service's secret is looked up; nothing else in the environment is secret to us
SECRETS = GITHUB | {
    "SLACK_BOT_TOKEN",
    "STATUSPAGE_API_KEY",
    "PAGERDUTY_API_KEY",
    "PAGERDUTY_ROUTING_KEY",
}
#: which repository, index and objects a git is about: git exports them to aliases and hooks, and
#: which repository is ours the folder says (``git rev-parse --local-env-vars``, of all versions)
LOCAL_TO_GIT = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_PARAMETERS",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)


# Beside those of the environment: what gh gave us.
_found: set[str] = set()
# Beside those that are always secret: what the configuration names.
_variables: set[str] = set()


def note_secret(value: str) -> None:
    """Let it be known that ``value`` opens something: it is shown and written nowhere."""
    _found.add(value)


def note_secret_variable(name: str) -> None:
    """Let it be known that a variable holds a secret: programs that we start do not get it."""
    _variables.add(name)


def known_secrets() -> set[str]:
    """Return the values that this process must never show nor write anywhere."""
    # Without the line's end that may have come along: it is not sent, and so not echoed.
    return _found | {
        value for name in SECRETS | _variables if (value := os.environ.get(name, "").strip())
    }


def of_child(
    needs: "Collection[str]" = (),
    adds: "Mapping[str, str] | None" = None,
    environ: "Mapping[str, str] | None" = None,
) -> dict[str, str]:
    """Return the environment of a child.

    Args:
        needs: which of our secrets it cannot do without.
        adds: what it gets besides, whatever the names.
        environ: what it gets in the place of our environment.
    """
    kept_back = ((SECRETS | _variables) - set(needs)) | LOCAL_TO_GIT
    ours = os.environ if environ is None else environ
    seen = {name: value for name, value in ours.items() if name not in kept_back}
    return {**seen, **(adds or {})}


def forget_local_to_git() -> None:
    """Take out of our own environment what is about another git's repository."""
    for name in LOCAL_TO_GIT & os.environ.keys():
        del os.environ[name]
