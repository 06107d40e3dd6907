"""Which branches a workflow runs for when they are pushed: ``on: push`` or ``create``.

As GitHub reads it: "Workflow syntax for GitHub Actions", filter patterns.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemCode

# What stands for itself in a pattern, unlike the characters before it.
_SPECIAL = re.compile(
    r"\\(?P<escaped>.)|(?P<all>\*\*)|(?P<some>\*)|(?P<set>\[[^\]]+\])|[?+]", re.DOTALL
)
# A condition that may keep a job, or what a script does, from some of the branches.
_ABOUT_THE_PUSH = re.compile(
    r"\b(?:github\.|GITHUB_)(?:ref|ref_name|ref_type|event|event_name)\b", re.IGNORECASE
)
_BY_HAND = "workflow_dispatch"
_DECIDES = re.compile(r"\b(?:if|case|test)\b|\[")


@frozen
class PushTriggers:
    """What of a workflow's file says which pushes run it."""

    #: patterns in their order, those with ``!`` taking away; None for no word about branches
    branches: tuple[str, ...] | None = ()
    ignored: tuple[str, ...] = ()  #: patterns of branches whose push does not run it
    paths: tuple[str, ...] = ()  #: patterns of files; a push that changes none runs it not
    ignored_paths: tuple[str, ...] = ()  #: patterns of files that alone do not run it
    #: whether jobs or steps have conditions of their own that look at the push
    has_conditions: bool = False
    is_unreadable: bool = False  #: whether the file is none that says anything
    #: the inputs with which it is started by hand; None where it cannot be
    by_hand: tuple[str, ...] | None = None

    def run_for(self, branch: str) -> bool:
        """Tell whether a push of ``branch`` runs the workflow."""
        if self.branches is None:
            return not any(matches(pattern, branch) for pattern in self.ignored)
        runs = False
        for pattern in self.branches:
            takes_away = pattern.startswith("!")
            if matches(pattern.removeprefix("!"), branch):
                runs = not takes_away
        return runs

    def deploy(self, branch: str) -> bool | None:
        """Tell whether a push of ``branch`` deploys it; None where that cannot be told."""
        if self.is_unreadable:
            return None
        return (None if self.has_conditions else True) if self.run_for(branch) else False

    @property
    def names_any(self) -> bool:
        """Tell whether pushes of any branches run it."""
        return self.branches is None or bool(self.branches)

    @property
    def in_words(self) -> str:
        """Return the branches whose push runs it, and what must be changed for that."""
        return f"{self._branches_in_words}{self.by_files}"

    @property
    def by_files(self) -> str:
        """Return which files must be changed for it to run; empty where any do."""
        if self.paths:
            return f", where it changes a file of {', '.join(self.paths)}"
        if self.ignored_paths:
            return f", where it changes more than files of {', '.join(self.ignored_paths)}"
        return ""

    @property
    def _branches_in_words(self) -> str:
        if self.branches is None:
            return f"any branch but {', '.join(self.ignored)}" if self.ignored else "any branch"
        return ", ".join(self.branches) or "no branch"


def would_deploy(workflow: str, triggers: PushTriggers, branch: str) -> Problem:
    """Return why ``branch`` is not pushed: whatever is on it would be deployed, reviewed or not."""
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"Pushing {branch} would deploy it before anybody has reviewed it, so it is not "
        "pushed.",
        why=f"{workflow} deploys what is pushed to {triggers.in_words}.",
        next_command=f"Name in {workflow} the one branch that deploys, then: hotfix resume"
        f"{_by_another_name(triggers)}",
    )


def _by_another_name(triggers: PushTriggers) -> str:
    for prefix in ("fix/", "proposed/", "review/"):
        if not triggers.run_for(f"{prefix}a-fix"):
            start = f"HOTFIX_GIT__BRANCH_PREFIX={prefix} hotfix start ..."
            return f"; or: hotfix abort, then: {start}"
    return ""


def push_triggers(workflow: object) -> PushTriggers:
    """Return the triggers of a workflow's file, whose values are texts, lists and mappings."""
    if not isinstance(workflow, Mapping) or "on" not in workflow:
        return PushTriggers(is_unreadable=True)
    return replace(_of_pushes(workflow), by_hand=_inputs_by_hand(workflow["on"]))


def _inputs_by_hand(events: object) -> tuple[str, ...] | None:
    if _BY_HAND not in (events if isinstance(events, Mapping) else _texts(events)):
        return None
    said = events[_BY_HAND] if isinstance(events, Mapping) else None
    inputs = said.get("inputs") if isinstance(said, Mapping) else None
    return tuple(map(str, inputs)) if isinstance(inputs, Mapping) else ()


def _of_pushes(workflow: Mapping[str, Any]) -> PushTriggers:
    events = workflow["on"]
    has_conditions = any(map(_ABOUT_THE_PUSH.search, _conditions(workflow.get("jobs"))))
    if "create" in (events if isinstance(events, Mapping) else _texts(events)):
        # The first push of a branch is its creation, too, and that knows no filter.
        return PushTriggers(None, has_conditions=has_conditions)
    if isinstance(events, Mapping):
        if "push" not in events:
            return PushTriggers()
        push = events["push"]
        named: Mapping[str, Any] = push if isinstance(push, Mapping) else {}
        if not {"branches", "branches-ignore"} & set(named) and {"tags", "tags-ignore"} & set(
            named
        ):
            return PushTriggers()
        branches = _texts(named["branches"]) if "branches" in named else None
        ignored = _texts(named.get("branches-ignore", ()))
        return PushTriggers(
            branches,
            ignored,
            paths=_texts(named.get("paths", ())),
            ignored_paths=_texts(named.get("paths-ignore", ())),
            has_conditions=has_conditions,
        )
    if "push" in _texts(events):
        return PushTriggers(None, has_conditions=has_conditions)
    return PushTriggers()


def matches(pattern: str, branch: str) -> bool:
    """Tell whether a filter pattern of GitHub is about all of the name of ``branch``."""
    made, last = "", 0
    for found in _SPECIAL.finditer(pattern):
        made += re.escape(pattern[last : found.start()])
        last = found.end()
        made += _as_expression(found)
    try:
        return re.fullmatch(made + re.escape(pattern[last:]), branch, re.DOTALL) is not None
    except re.error:
        # It is none of GitHub's either, or of a kind that is not known here: better too careful.
        return True


def _as_expression(found: "re.Match[str]") -> str:
    if found["escaped"]:
        return re.escape(found["escaped"])
    if found["all"]:
        return ".*"
    # ``?`` and ``+`` are about the character before, and a set is one, as in an expression.
    return "[^/]*" if found["some"] else found[0]


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, Sequence) else ()


def _conditions(node: object) -> Iterator[str]:
    """Yield the conditions of jobs and of their steps, and the scripts that have some."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if isinstance(value, str):
                if key == "if" or (key == "run" and _DECIDES.search(value)):
                    yield value
            else:
                yield from _conditions(value)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for each in node:
            yield from _conditions(each)
