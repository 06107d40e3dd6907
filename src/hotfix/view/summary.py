"""What a run achieved, in a few lines."""

from collections.abc import Iterator

from hotfix.domain.ending import to_do
from hotfix.domain.fact import Fact
from hotfix.domain.fact_names import (
    APPROVER,
    BREAK_GLASS,
    BRING_BACK_URL,
    BROUGHT_TO,
    COMPARED,
    LOG_ENTRY,
    MERGE_SHA,
    PROBES_AFTER,
    PROBES_BEFORE,
    PROBES_RESTORED,
    PULL_REQUEST_URL,
    RESTORED,
    REVERT_URL,
    ROLLBACK_TARGETS,
    ROLLOUT,
    UNPROVEN,
    WORKFLOW_RUN_URL,
)
from hotfix.domain.facts import Facts
from hotfix.domain.fix_stand import fix_stand, left_in_production, was_called_off
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import Via
from hotfix.domain.still_to_do import still_to_do

_LABEL_WIDTH = 14
_TEXTS = (
    ("Pull request", PULL_REQUEST_URL),
    ("Approved by", APPROVER),
    ("Review owed", BREAK_GLASS),
    ("Merge commit", MERGE_SHA),
    ("Workflow run", WORKFLOW_RUN_URL),
    ("Bring-back", BRING_BACK_URL),
    ("Revert", REVERT_URL),
)


def summary_lines(progress: Progress) -> list[str]:
    """Return pull request, merge, rollout, proof from red to green, and log entry."""
    facts = progress.facts
    texts = [(label, _text(facts, fact)) for label, fact in _TEXTS]
    lines = [_labelled(label, text) for label, text in texts if text is not None]
    lines += [
        _labelled("Also into", f"{each.branch}: {each.url or each.by_hand}")
        for each in facts.get(BROUGHT_TO, ())
        if not each.is_settled
    ]
    is_back = fix_stand(facts).is_back
    if rolled_out := [f"{it.name} at revision {it.revision}" for it in facts.get(ROLLOUT, ())]:
        since = " (rolled back since)" if is_back else ""
        lines.append(_labelled("Rollout", ", ".join(rolled_out) + since))
    lines += [_labelled("Restored", text) for text in _restored(progress)]
    if left := left_in_production(facts):
        lines.append(_labelled("Not back", f"{', '.join(left)}: no part of the rollback"))
    lines += _proof(facts, is_back=is_back)
    if progress.red_with_fix and PROBES_AFTER not in facts:
        # Whoever goes back, or stops, accepts no probe: what they saw is known all the same.
        since = ", rolled back since" if is_back else ""
        lines.append(_labelled("Seen", f"with the fix{since}: {progress.red_with_fix}"))
    lines += [
        _labelled("Not proven", f"{each.name}: {each.because}") for each in facts.get(UNPROVEN, ())
    ]
    entry = facts.get(LOG_ENTRY)
    if entry is not None:
        commit = entry.commit[:8] or "no commit"
        text = f"{commit} {entry.outcome} by {entry.deployer}: {entry.reason}"
        lines.append(_labelled("Log entry", text))
    return lines


def left_lines(progress: Progress) -> list[str]:
    """Return what is left to people, the most urgent first.

    Messages that did not arrive are shown whole, elsewhere.
    """
    return [
        _labelled("Left to do", to_do(it.what, it.next_command))
        for it in still_to_do(progress)
        if it.kind not in {"next", "message"}
    ]


def _text(facts: Facts, fact: Fact[str]) -> str | None:
    """Return what there is to say of a fact; None for nothing."""
    if fact is not APPROVER:
        return facts.get(fact)
    if fact in facts:
        return facts[fact] or "nobody, as configured"
    is_merged = MERGE_SHA in facts and PULL_REQUEST_URL in facts
    is_said = BREAK_GLASS in facts or not is_merged
    return None if is_said else "nobody: no approval of what was merged is on record"


def _restored(progress: Progress) -> Iterator[str]:
    """Yield to which recorded revision each deployment is back, and what it is counted as now.

    Going back makes a new revision of the old template: ``kubectl rollout history`` shows that.
    """
    facts, is_deployed = progress.facts, progress.settings.via is Via.ACTIONS
    back = "ran" if was_called_off(facts) else "is back at"
    already = " already" if was_called_off(facts) else ""
    recorded = {each.name: each.revision for each in facts.get(ROLLBACK_TARGETS, ())}
    for now in facts.get(RESTORED, ()):
        was, begins = recorded.get(now.name, 0), f"{now.name}: "
        compared = [each for each in facts.get(COMPARED, ()) if each.startswith(begins)]
        if is_deployed and compared:
            verdict = compared[0].removeprefix(begins)
            yield f"{now.name} is deployed again, at revision {now.revision}: {verdict}"
        elif was in {0, now.revision}:
            state = f"its recorded revision {was}" if was else "the recorded state"
            yield f"{now.name} {back} {state}{already}"
        else:
            yield (
                f"{now.name} is back at its recorded revision {was}, "
                f"which the rollout history counts as {now.revision} now"
            )


def _proof(facts: Facts, *, is_back: bool) -> list[str]:
    """Return what the probes saw before, with the fix, and after a rollback.

    What was seen with a fix that is rolled back proves nothing of what runs now.
    """
    before = {probe.name: probe for probe in facts.get(PROBES_BEFORE, ())}
    with_fix = "with the fix, rolled back since" if is_back else "after"
    return [
        _labelled(
            "Proof" if probe.is_green and was.is_red and not is_back else "Probe",
            f"{probe.name}: {was.colour} before ({was.saw}), {probe.colour} {when} ({probe.saw})",
        )
        for fact, when in ((PROBES_AFTER, with_fix), (PROBES_RESTORED, "after the rollback"))
        for probe in facts.get(fact, ())
        if (was := before.get(probe.name)) is not None
    ]


def _labelled(label: str, text: str) -> str:
    return f"{label + ':':<{_LABEL_WIDTH}}{text}"
