"""What is told in channels that take plain text and nothing more: not each step."""

import re
from collections.abc import Iterator

from hotfix.domain.fact_names import PULL_REQUEST_URL, WORKFLOW_RUN_URL
from hotfix.domain.progress import PhaseState, Progress, RunState
from hotfix.ports.notifier import Notice
from hotfix.view.announcement import end_of, headline_of
from hotfix.view.foreign_text import clean, one_line

_BEGUN = {"rollback": "A rollback has begun", "hotfix": "A hotfix has begun"}
# What is said of a phase that is done.
_DONE = {
    ("hotfix", "deploy"): ("deployed", "Deployed; it is not proven in production yet"),
    ("rollback", "rollback"): (
        "gone-back",
        "What ran before runs again, by the record of this run",
    ),
}


# What some service takes for everybody in a channel, or for somebody, wherever it stands in a text.
_A_PING = re.compile(
    r"@(?=(?:everyone|here|channel|all|room|group|team)\b)|<(?=[@!#]|users/)", re.IGNORECASE
)


def notices(progress: Progress) -> dict[str, Notice]:
    """Return what is to be told by now, by key: the key of one thing never changes.

    Nobody is notified by what somebody wrote: Discord and Mattermost take "@here" in any text for
    that.
    """
    return {
        key: Notice(_without_pings(each.title), _without_pings(each.text))
        for key, each in _found(progress)
    }


def _without_pings(text: str) -> str:
    return _A_PING.sub(r"\g<0> ", text)


def _found(progress: Progress) -> Iterator[tuple[str, Notice]]:
    about = one_line(progress.incident.description)
    if progress.phases:
        begun = _BEGUN.get(progress.phases[0].plan, "A run has begun")
        yield "begun", Notice(f"[HOTFIX] {about}", f"{begun}, by {one_line(progress.operator)}.")
    for phase in progress.phases:
        if phase.state is PhaseState.DONE and (phase.plan, phase.name) in _DONE:
            key, words = _DONE[phase.plan, phase.name]
            links = [progress.facts.get(each, "") for each in (PULL_REQUEST_URL, WORKFLOW_RUN_URL)]
            text = "\n".join([f"{words}.", *filter(None, links)])
            yield key, Notice(f"[HOTFIX] {about}: {key.replace('-', ' ')}", clean(text))
    asked = progress.pending
    if asked is not None and not progress.state.is_over:
        key = f"question:{progress.plan}:{progress.pending_step}:{len(progress.decisions)}"
        text = f"{asked.text}\nhotfix resume {progress.run}"
        yield key, Notice(f"[HOTFIX] {about}: a person is asked", clean(text))
    if progress.state.is_over and progress.state is not RunState.TAKEN_OVER:
        yield (
            f"ended:{progress.state.value}",
            Notice(headline_of(progress), clean(end_of(progress))),
        )
