"""The last word on a run: whether production works by now, as far as was seen, and what is next."""

import shlex
from collections.abc import Sequence

from hotfix.domain.bad_commit import bad_commit
from hotfix.domain.fact_names import PROBES_AFTER, PROBES_BEFORE, PROBES_RESTORED
from hotfix.domain.fix_stand import RAN_ALREADY, stand_in_words, was_called_off
from hotfix.domain.foreign_text import one_line
from hotfix.domain.incident import Incident
from hotfix.domain.plan_name import PlanName
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.progress import Progress, RunState


def last_word(progress: Progress) -> list[str]:
    """Return what holds after a rollback, and what to do next; nothing after anything else."""
    if progress.state is not RunState.ROLLED_BACK:
        return []
    probes = progress.facts.get(PROBES_RESTORED, ())
    unknown = "Whether production works is not known: no probe is configured."
    seen = _seen(progress, probes) or unknown
    following = "; ".join(filter(None, (_revert(progress), next_after(progress))))
    found = f" {RAN_ALREADY}" if was_called_off(progress.facts) else ""
    lines = [f"Rolled back.{found} {seen}"]
    lines += [f"Next: {following}"] if following else []
    return [one_line(line) for line in lines]


def good_word(progress: Progress) -> list[str]:
    """Return how far the fix is, and what was seen of production with it; of a run that is done."""
    if progress.state is not RunState.DONE:
        return []
    facts = progress.facts
    told = (stand_in_words(facts), _seen(progress, facts.get(PROBES_AFTER, ())))
    return [one_line(" ".join(filter(None, told)))]


def _seen(progress: Progress, probes: Sequence[ProbeResult]) -> str:
    """Return what probes say of production, as a sentence; empty where there are none."""
    were_red = {each.name for each in progress.facts.get(PROBES_BEFORE, ()) if each.is_red}
    red = [each for each in probes if each.is_red]
    still = [f"{each.name} ({each.cause})" for each in red if each.name in were_red]
    newly = [f"{each.name} ({each.cause})" for each in red if each.name not in were_red]
    unknown = [f"{each.name} ({each.cause})" for each in probes if not each.is_reached]
    green = [each.name for each in probes if each.is_green]
    stands = [
        f"{words}: {', '.join(names)}"
        for words, names in (
            ("still fails", still),
            ("fails", newly),
            ("not known, as not reached", unknown),
            ("works", green),
        )
        if names
    ]
    seen = "; ".join(stands)
    return f"{seen[0].upper()}{seen[1:]}." if seen else ""


def next_after(progress: Progress) -> str:
    """Return what to do after a rollback, by what was seen of production; empty for nothing.

    What is left to do by the record comes before that, and is not repeated here.
    """
    if progress.state is not RunState.ROLLED_BACK:
        return ""
    probes = progress.facts.get(PROBES_RESTORED, ())
    if any(each.is_red for each in probes):
        # A rollback without a hotfix says what is to be done, not what is broken.
        is_alone = {phase.plan for phase in progress.phases} == {PlanName.ROLLBACK}
        again = "hotfix start DESCRIPTION" if is_alone else _again(progress.incident)
        return f"find the cause (hotfix logs); then another fix: {again}"
    is_known = bool(probes) and all(each.is_reached for each in probes)
    return "" if is_known else "look at production yourself"


def _revert(progress: Progress) -> str:
    """Return what comes before another fix: it would be in its way, and ship with it."""
    bad = bad_commit(progress) if next_after(progress) else None
    return f"merge the revert (pull request {bad.revert_number})" if bad and bad.revert_url else ""


def _again(incident: Incident) -> str:
    """Return the command that opens another run about the same."""
    words = [shlex.quote(one_line(incident.description))]
    words += [f"--category {incident.category.value}"] if incident.category else []
    words += [f"--issue {shlex.quote(one_line(incident.issue))}"] if incident.issue else []
    return f"hotfix start {' '.join(words)}"
