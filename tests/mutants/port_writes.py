"""The writes that steps ask of the ports, and somebody in front of them: every read goes through.

A write that is not done is answered from its arguments and from reads, so that the step reports
what it would report.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hotfix.domain.merge_how import MergeHow
from hotfix.domain.restoration import Restored, RestoreState
from hotfix.ports.bundle import Ports
from hotfix.ports.lock import LockHolder
from hotfix.ports.pull_requests import HandedOver, Merged, PullRequest
from hotfix.ports.repository import Replayed
from hotfix.ports.status_page import PageIncident
from hotfix.ports.tickets import Ticket

_NUMBER, _TOKEN, _URL = 2, 1, "https://example.com/2"
_SHA = "e" * 40


def _nothing(_port: Any, *_words: Any) -> None:
    """Answer as a write that returns nothing."""


def _opened(_port: Any, title: str, body: str, head: str, base: str) -> PullRequest:
    del body
    return PullRequest(_NUMBER, _URL, title, _SHA, head, base, "dana", True, False, "")


def _handed_over(
    _port: Any, _number: int, _sha: str, how: MergeHow, _method: str, _title: str
) -> HandedOver:
    return HandedOver(how, 1)


def _folder(port: Any, _branch: str, _start: str, *, beside: bool) -> Path:
    del beside
    found: Path = port.work_tree().folder
    return found


# The writes of each port that steps use, with what stands for their answer.
ANSWERS: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "repository": {
        "update_base": lambda it, base: it.remote_commit(base),
        "cut_branch": _folder,
        "publish": _nothing,
        "commit": lambda it, branch, _message, _tree: it.branch_commit(branch),
        "catch_up": lambda it, branch: it.branch_commit(branch),
        "revert": lambda _it, _branch, _start, brought: Replayed(brought.commits[0]),
        "pick": lambda _it, _branch, shas: Replayed(shas[-1]),
    },
    "suites": {"start": _nothing},
    "pull_requests": {
        "open": _opened,
        "add_labels": _nothing,
        "request_review": _nothing,
        "merge": lambda _it, _number, sha, _method, _title: Merged(sha),
        "hand_over": _handed_over,
        "close": _nothing,
        "take_back": _nothing,
        "ensure_branch": lambda _it, _branch, sha: sha,
    },
    "workflow_runs": {
        "run_again": _nothing,
        "cancel": _nothing,
        "dispatch": _nothing,
        "run_failed_again": _nothing,
    },
    "tickets": {
        "open": lambda _it, title, _body, _labels: Ticket(_NUMBER, _URL, title, True),
        "comment": _nothing,
    },
    "cluster": {
        "claim_lock": lambda _it, run, operator, token=None: LockHolder(
            run, operator, None, token or _TOKEN, is_ours=True
        ),
        "release_lock": _nothing,
        "restore_all": lambda _it, targets, _seen, _reason: tuple(
            Restored(each.name, RestoreState.PATCHED) for each in targets
        ),
        "annotate": _nothing,
    },
    "status_page": {
        "open": lambda _it, _run, name, status, _body, _impact="": PageIncident(
            "1", name, status, _URL
        ),
        "update": lambda _it, page, status, _body, _impact="": PageIncident(
            page.id, page.name, status, _URL
        ),
    },
}


Answer = Callable[[], Any]
Do = Callable[[Answer, Answer], Any]


class Watched:
    """The ports of a run, with somebody in front of their writes.

    Args:
        ports: the true ones.
        do: called for each write, with what does it and with what only answers; returns the answer.
    """

    def __init__(self, ports: Ports, do: Do) -> None:
        self._ports = ports
        self._do = do

    def __getattr__(self, name: str) -> Any:
        port = getattr(self._ports, name)
        return port and _Port(port, ANSWERS.get(name, {}), self._do)


class _Port:
    """One port."""

    def __init__(self, port: Any, answers: Mapping[str, Callable[..., Any]], do: Do) -> None:
        self._port = port
        self._answers = answers
        self._do = do

    def __getattr__(self, name: str) -> Any:
        true = getattr(self._port, name)
        if name not in self._answers:
            return true

        def write(*words: Any, **named: Any) -> Any:
            return self._do(
                lambda: true(*words, **named),
                lambda: self._answers[name](self._port, *words, **named),
            )

        return write
