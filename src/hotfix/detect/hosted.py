"""What GitHub itself says of the repository, where it could be asked."""

import re
from collections.abc import Sequence

from hotfix.detect.files import Files
from hotfix.detect.plain_yaml import UnreadableYamlError, one_document
from hotfix.detect.setting import Remark, Setting
from hotfix.domain.frozen import frozen

_LABEL_FILES = (".github/labels.yml", ".github/labels.yaml", ".github/labels.json")
_WANTED = (
    re.compile(r"(?:.*[:/ -])?hot-?fix(?:es)?", re.IGNORECASE),
    re.compile(
        r"(?:.*[:/ -])?(?:urgent|critical|emergency|p0|sev-?1|priority[:/ -]+(?:highest|p0|0))"
        r"(?:[-/ ]urgent)?",
        re.IGNORECASE,
    ),
)
_METHODS = ("squash", "merge", "rebase")


@frozen
class HostedView:
    """One repository, as GitHub has it."""

    default: str = ""  #: its default branch; empty where that is not known
    methods: tuple[str, ...] = ()  #: how pull requests may be merged; empty where not known
    labels: tuple[str, ...] | None = None  #: None where they could not be asked for
    parent: str = ""  #: what it is a fork of, as owner/name; empty where it is none
    trouble: str = ""  #: why it could not be asked, or only in part


def hosted_settings(files: Files, view: HostedView) -> tuple[Setting, ...]:
    """Return how pull requests are merged, and which labels they get."""
    allowed = [each for each in _METHODS if each in view.methods]
    method = allowed[0] if allowed else None
    seen = f"GitHub allows {', '.join(allowed)}" if allowed else view.trouble
    return (Setting("github", "merge_method", method, seen, "squash"), _labels(files, view))


def fork_remarks(view: HostedView) -> tuple[Remark, ...]:
    """Return what to know of a fork."""
    if not view.parent:
        return ()
    text = (
        f"This repository is a fork of {view.parent}: a hotfix would be reviewed and deployed "
        f"here. If the team's one is {view.parent}, name it, and the remote that leads there."
    )
    return (Remark("github", text, "GitHub"),)


def _labels(files: Files, view: HostedView) -> Setting:
    path = files.first(*_LABEL_FILES)
    known, where = (view.labels, "labels on GitHub") if view.labels is not None else (None, "")
    if known is None and path:
        known, where = _written(files.read(path) or ""), path
    default = ("hotfix", "urgent")
    if known is None:
        return Setting("github", "labels", None, view.trouble or f"there is no {path}", default)
    found = tuple(filter(None, (_first(pattern, known) for pattern in _WANTED)))
    if not found:
        why = f"none of {where} is about a hotfix or urgent; those below will be created"
        return Setting("github", "labels", None, why, default)
    return Setting("github", "labels", found, where)


def _first(pattern: "re.Pattern[str]", labels: Sequence[str]) -> str:
    return next((each for each in labels if pattern.fullmatch(each)), "")


def _written(text: str) -> tuple[str, ...] | None:
    """Return the names of the labels in a file that keeps them; JSON is YAML, too."""
    try:
        found = one_document(text)
    except UnreadableYamlError:
        return None
    listed = found.get("labels") if isinstance(found, dict) else found
    if not isinstance(listed, list):
        return None
    names = (each.get("name") if isinstance(each, dict) else each for each in listed)
    return tuple(each for each in names if isinstance(each, str))
