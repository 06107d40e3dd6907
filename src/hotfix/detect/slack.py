"""The channel that the team is told in, by its workflows, else by its documents."""

import re
from collections.abc import Iterator

from hotfix.detect.files import Files
from hotfix.detect.setting import Setting
from hotfix.detect.workflows import Workflows

_CHANNEL = re.compile(r"(?<![\w&/(\[])#(?=[a-z0-9_-]*[a-z])[a-z0-9][a-z0-9_-]{1,79}(?![\w-])")
_KEY = re.compile(r"channel", re.IGNORECASE)
_SLACK = re.compile(r"slack", re.IGNORECASE)
_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})")
# What a hotfix is talked about in, most likely first.
_ABOUT = (
    re.compile(r"incident|outage|emergenc|hotfix"),
    re.compile(r"on-?call|prod|ops|sre|deploy|release"),
    re.compile(r"eng|dev|backend|platform|team"),
)
_DOCUMENTS = re.compile(
    r"(?:[^/]*readme|contributing|security|support|(?:.*/)?(?:[\w-]*(?:runbook|incident|on-?call"
    r"|hotfix|deploy|release|ops)[\w-]*))(?:\.(?:md|rst|txt|adoc))?|docs/.*\.(?:md|rst|txt|adoc)",
    re.IGNORECASE,
)
_MOST_DOCUMENTS = 200


def channel_of(files: Files, workflows: Workflows) -> Setting:
    """Return the channel, or that none is named."""
    found = [*_in_workflows(workflows), *_in_documents(files)]
    if not found:
        looked = "no channel in the workflows, nor beside the word Slack in the documents"
        return Setting("slack", "channel", None, looked, "#engineering")
    best, where = min(found, key=lambda each: _rank(each[0]))
    others = list(dict.fromkeys(name for name, _ in found if name != best))[:4]
    advice = (f"Also named: {', '.join(others)}",) if others else ()
    return Setting("slack", "channel", best, where, advice=advice)


def _rank(channel: str) -> int:
    ranks = (number for number, about in enumerate(_ABOUT) if about.search(channel))
    return next(ranks, len(_ABOUT))


def _in_workflows(workflows: Workflows) -> Iterator[tuple[str, str]]:
    for path, key, text in workflows.texts():
        if _KEY.search(key) and re.fullmatch(r"#?[a-z][a-z0-9_-]{1,79}", text.strip()):
            yield f"#{text.strip().lstrip('#')}", path
        elif _SLACK.search(text) and key == "run":
            yield from ((name, path) for name in _channels(text))


def _in_documents(files: Files) -> Iterator[tuple[str, str]]:
    documents = (path for path in files.own if _DOCUMENTS.fullmatch(path))
    for _, path in zip(range(_MOST_DOCUMENTS), documents, strict=False):
        for line in (files.read(path) or "").splitlines():
            if _SLACK.search(line):
                yield from ((name, path) for name in _channels(line))


def _channels(text: str) -> Iterator[str]:
    for found in _CHANNEL.finditer(text):
        if not _COLOUR.fullmatch(found[0]):
            yield found[0]
