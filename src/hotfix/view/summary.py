"""What a run achieved, in a few lines."""

from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.progress import Progress

_LABEL_WIDTH = 14
_TEXTS = (
    ("Pull request", "pull_request_url"),
    ("Approved by", "approver"),
    ("Review owed", "break_glass"),
    ("Merge commit", "merge_sha"),
    ("Workflow run", "workflow_run_url"),
    ("Bring-back", "bring_back_url"),
    ("Revert", "revert_url"),
)
_REVISIONS = (("Rollout", "rollout"), ("Restored", "restored"))


def summary_lines(progress: Progress) -> list[str]:
    """Return pull request, merge, rollout, proof from red to green, and log entry."""
    facts = progress.facts
    lines = [_labelled(label, facts.text(name)) for label, name in _TEXTS if name in facts]
    for label, name in _REVISIONS:
        revisions = [f"{one['name']} at revision {one['revision']}" for one in facts.objects(name)]
        if revisions:
            lines.append(_labelled(label, ", ".join(revisions)))
    lines += _proof(facts)
    lines += [
        _labelled("Not proven", f"{each['name']}: {each['because']}")
        for each in facts.objects("unproven")
    ]
    entry = facts.known.get("log_entry")
    if isinstance(entry, dict):
        commit = str(entry["commit"])[:8] or "no commit"
        text = f"{commit} {entry['outcome']} by {entry['deployer']}: {entry['reason']}"
        lines.append(_labelled("Log entry", text))
    return lines


def _proof(facts: Facts) -> list[str]:
    before = {str(probe["name"]): probe for probe in facts.objects("probes_before")}
    return [
        _labelled(
            "Proof" if probe["is_green"] and not was["is_green"] else "Probe",
            f"{probe['name']}: {_colour(was)} before ({was['saw']}), "
            f"{_colour(probe)} after ({probe['saw']})",
        )
        for name in ("probes_after", "probes_restored")
        for probe in facts.objects(name)
        if (was := before.get(str(probe["name"]))) is not None
    ]


def _colour(probe: JsonObject) -> str:
    return "green" if probe["is_green"] else "red"


def _labelled(label: str, text: str) -> str:
    return f"{label + ':':<{_LABEL_WIDTH}}{text}"
