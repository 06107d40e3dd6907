"""The last word on a run: whether production works by now, as far as was seen, and what is next."""

import shlex

from hotfix.domain.fact_names import PROBES_BEFORE, PROBES_RESTORED
from hotfix.domain.progress import Progress, RunState
from hotfix.view.foreign_text import one_line


def last_word(progress: Progress) -> list[str]:
    """Return what holds after a rollback, and what to do next; nothing after anything else."""
    if progress.state is not RunState.ROLLED_BACK:
        return []
    probes = progress.facts.get(PROBES_RESTORED, ())
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
    seen = "; ".join(stands) or "whether production works is not known: no probe is configured"
    following = _next(progress, is_failing=bool(red), is_known=bool(probes) and not unknown)
    lines = [f"Rolled back. {seen[0].upper()}{seen[1:]}.", *([following] if following else [])]
    return [one_line(line) for line in lines]


def _next(progress: Progress, *, is_failing: bool, is_known: bool) -> str:
    if is_failing:
        start = f"hotfix start {shlex.quote(one_line(progress.incident.description))}"
        return f"Next: find the cause (hotfix logs); then another fix: {start}"
    return "" if is_known else "Next: look at production yourself"
