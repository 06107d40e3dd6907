"""What a command leaves behind that ends before its run: which run it is, and what goes on."""

from hotfix.domain.fact_names import LOCK_TOKEN, MERGE_SHA, PULL_REQUEST_URL
from hotfix.domain.fix_stand import stand_in_words
from hotfix.domain.merge_state import merge_state
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress

_CHANGING = "Production may still be changing"
#: by plan, what is sent in one step and watched to its end in another; and what is sent
_SENT_AND_WATCHED = (
    ("restore_the_recorded_set", "watch_the_restoration", "rollback"),
    ("deploy_the_good_run_again", "compare_with_the_record", "deployment of the good commit"),
)


def open_run_lines(progress: Progress, next_command: str = "") -> list[str]:
    """Return which run is open, with the command to go on, and what goes on without the command.

    Args:
        progress: of a run that is not over; all is said as far as it is on record.
        next_command: what stands below as the next command, and so is not said twice.
    """
    run, go_on = progress.run, f"hotfix resume {progress.run}"
    is_back = progress.plan == PlanName.ROLLBACK
    how = "." if next_command.startswith(go_on) else f": {go_on}"
    lines = [f"Run {run} is open{how}"]
    if is_back:
        lines += _of_the_way_back(progress)
    lines += _of_the_merge(progress, is_back=is_back)
    if LOCK_TOKEN in progress.facts and not progress.has_passed("release_the_lock"):
        lines.append(f"It holds the hotfix lock. To give it back: hotfix abort {run}")
    return lines


def _of_the_way_back(progress: Progress) -> list[str]:
    for sent, watched, what in _SENT_AND_WATCHED:
        if progress.is_done(watched):
            return []
        if progress.is_done(sent):
            return [f"{_CHANGING}: the {what} is sent, and goes on without this command."]
        if (progress.plan, sent) in progress.begun:
            return [f"Whether the {what} was sent is not known; hotfix resume looks first."]
    return ["Nothing is rolled back yet."]


def _of_the_merge(progress: Progress, *, is_back: bool) -> list[str]:
    state = merge_state(progress)
    if state == "not known":
        return ["Whether it is merged is not known: GitHub may merge and deploy it all the same."]
    if state == "not merged":
        url = progress.facts.get(PULL_REQUEST_URL)
        # No stop behind the address: who copies it would take that along.
        rest = f"; its pull request stays open: {url}" if url else "."
        return [] if is_back else [f"Nothing of it is merged{rest}"]
    sha = progress.facts[MERGE_SHA][:8] if MERGE_SHA in progress.facts else "the fix"
    if is_back:
        return []
    back = f"To go back: hotfix rollback {progress.run}"
    if not progress.has_passed("watch_rollout"):
        deployed = (
            f"{_CHANGING}: {sha} is merged, and what deploys it goes on without this command."
        )
        return [deployed, back]
    if not progress.has_passed("confirm_by_a_person"):
        return [stand_in_words(progress.facts), back]
    return [stand_in_words(progress.facts)]
