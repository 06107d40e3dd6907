"""What a hotfix would do, for ``--dry-run``."""

from collections.abc import Sequence

from hotfix.domain.prospect import Prospect
from hotfix.view.durations import clock
from hotfix.view.foreign_text import one_line

_WIDTH = 13


def plan_lines(ahead: Prospect) -> list[str]:
    """Return what would be done to what, and by when; a line where something is not configured."""
    also = f"; then, once proven, {_some(ahead.also_into)}" if ahead.also_into else ""
    picks = f", with {_some([sha[:8] for sha in ahead.picks])} picked" if ahead.picks else ""
    in_cluster = f" in {ahead.namespace}" if ahead.namespace else ""
    context = f" (context {ahead.context})" if ahead.context else ""
    second = f", then {ahead.second_reviewer}" if ahead.second_reviewer else ""
    rows = (
        ("Incident", ahead.description),
        ("Branch", f"{ahead.branch}, cut from {ahead.cut_from}{picks}"),
        ("Tests", _some(ahead.tests) or "none: no [[tests]] in hotfix.toml"),
        ("Pull request", f"{ahead.repository}, into {ahead.merge_into}{also}"),
        ("Labels", _some(ahead.labels) or "none"),
        ("Reviewer", (ahead.reviewer or "whom CODEOWNERS or git blame suggest") + second),
        ("Deployed by", ahead.workflow or "whatever follows the merge: no [github] workflow"),
        (
            "Deployments",
            f"{_some(ahead.deployments)}{in_cluster}{context}"
            if ahead.deployments
            else "not watched: no [kubernetes] in hotfix.toml",
        ),
        ("Probes", _some(ahead.probes) or "none: no [[probes]] in hotfix.toml"),
        ("Told", ahead.tells or "nobody: no [slack] in hotfix.toml"),
        ("Time", _time(ahead)),
    )
    lines = [f"{f'{label}:':<{_WIDTH}} {one_line(text)}" for label, text in rows]
    return [*lines, "Merge, deploy and rollback are asked about first. Nothing was changed."]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names)


def _time(ahead: Prospect) -> str:
    targets = [
        f"{phase.name} {clock(phase.target_seconds)}"
        for phase in ahead.phases
        if phase.target_seconds
    ]
    total = f"{clock(ahead.total_seconds)} in all; " if ahead.total_seconds is not None else ""
    return f"{total}at most {', '.join(targets)}"
