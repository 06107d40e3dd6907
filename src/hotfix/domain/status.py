"""What ``state.json`` holds: everything that ``hotfix status`` needs but the time of day."""

from dataclasses import replace

from hotfix.domain import budget
from hotfix.domain.bad_commit import bad_commit
from hotfix.domain.fact_names import (
    BRANCH,
    FOLDER,
    ISSUE_URL,
    MERGE_SHA,
    PULL_REQUEST_URL,
    WORKFLOW_RUN_URL,
)
from hotfix.domain.facts import Facts
from hotfix.domain.fix_stand import counted_until, fix_stand
from hotfix.domain.json_record import utc_text, written
from hotfix.domain.json_value import JsonObject
from hotfix.domain.last_word import last_word, next_after
from hotfix.domain.leaving import unwatched
from hotfix.domain.merge_state import merge_state
from hotfix.domain.newer_version import warning
from hotfix.domain.not_everywhere import not_everywhere
from hotfix.domain.open_tickets import open_tickets
from hotfix.domain.problem import Problem
from hotfix.domain.progress import PhaseProgress, Progress, RunState
from hotfix.domain.snapshot import VERSION
from hotfix.domain.still_to_do import how_it_goes_on, still_to_do
from hotfix.domain.trouble import no_forecast, trouble
from hotfix.domain.way_back import way_back

_LINKS = (ISSUE_URL, BRANCH, FOLDER, PULL_REQUEST_URL, MERGE_SHA, WORKFLOW_RUN_URL)


def status(progress: Progress) -> JsonObject:
    """Return the run as plain data; ``snapshot.stand_at`` makes it what it is at a moment."""
    merge_by = budget.merge_by(progress)
    expected = {phase.name: seconds for phase, seconds in budget.expectations(progress)}
    finished = progress.finished_at if progress.state.is_over else None
    return {
        "v": VERSION,
        "run": progress.run,
        "description": progress.incident.description,
        "category": written(progress.incident.category),
        "severity": written(progress.incident.severity),
        "severity_is_default": progress.incident.severity_is_default,
        "operator": progress.operator,
        "state": progress.state.value,
        "plan": progress.plan,
        "phase": progress.phase,
        "step": progress.step,
        "saying": progress.saying,
        "started_at": utc_text(progress.started_at) if progress.started_at else None,
        "ended_at": utc_text(progress.ended_at) if progress.ended_at else None,
        "finished_at": utc_text(finished) if finished else None,
        "counted_until": counted_until(progress),
        "last_at": utc_text(progress.last_at) if progress.last_at else None,
        "total_seconds": progress.total_seconds,
        "needed_seconds": budget.needed_seconds(progress),
        "merge_by": utc_text(merge_by) if merge_by else None,
        "next_action": next_action(progress),
        "question": progress.pending.text if progress.pending else None,
        "problem": progress.problem.to_json() if progress.problem else None,
        "phases": [
            # One name may be in two plans.
            _phase(phase, expected.get(phase.name) if phase.plan == progress.plan else None)
            for phase in progress.phases
        ],
        "links": {each.key: progress.facts[each] for each in _LINKS if each in progress.facts},
        "commit": commit(progress.facts),
        "merge": merge_state(progress),
        "fix": fix_stand(progress.facts).value,
        "last_word": last_word(progress),
        "in_trouble": bool(trouble(progress)),
        "trouble": trouble(progress) or None,
        "no_forecast": no_forecast(progress) or None,
        "way_back": way_back(progress) or None,
        "unwatched": unwatched(progress) or None,
        "untold": len(progress.untold),
        "held": held(progress),
        "newer": warning(progress) or None,
        **_left_to_do(progress),
    }


def held(progress: Progress) -> str | None:
    """Return the warnings that the run holds, as one text; None where it holds none."""
    found = (bad_commit(progress), not_everywhere(progress))
    warnings = [each.warning for each in found if each is not None]
    warnings += [each.what for each in open_tickets(progress.facts)]
    return "; ".join(warnings) or None


def commit(facts: Facts) -> JsonObject | None:
    """Return ``sha`` and ``url`` of the commit that was merged; None before there is one.

    The link comes from that of the pull request; it is null where that tells none.
    """
    if MERGE_SHA not in facts:
        return None
    repository, is_link, _ = facts.get(PULL_REQUEST_URL, "").rpartition("/pull/")
    sha = facts[MERGE_SHA]
    return {"sha": sha, "url": f"{repository}/commit/{sha}" if is_link else None}


def next_action(progress: Progress) -> str:
    """Return what the operator does next, with the command where there is one."""
    is_stopped = progress.state is RunState.STOPPED
    if not progress.state.is_over or (progress.problem is not None and not is_stopped):
        return how_it_goes_on(progress)
    left = still_to_do(progress)
    # The checklist is a list of its own.
    commands = [each.next_command for each in left if each.kind != "checklist"]
    if after := next_after(progress):
        commands.append(after)
    if commands:
        return "; ".join(commands)
    if progress.problem is not None:
        return progress.problem.next_command
    return "hotfix checklist" if left else "nothing: the run is over"


def stopped_for(progress: Progress) -> Problem | None:
    """Return what stopped the run, with what is next by all that is known of it; None for nothing.

    What is on record with somebody's stop knows nothing of what is left in production.
    """
    if progress.problem is None or progress.state is not RunState.STOPPED:
        return progress.problem
    left = [each for each in still_to_do(progress) if each.kind != "checklist"]
    command = left[0].next_command or left[0].what if left else progress.problem.next_command
    return replace(progress.problem, next_command=command)


def _left_to_do(progress: Progress) -> JsonObject:
    by_steps = [{"step": each.step, **each.problem.to_json()} for each in progress.left_to_do]
    left = still_to_do(progress) if progress.state.is_over else ()
    found: JsonObject = {
        "left_to_do": by_steps,
        "still_to_do": [each.to_json() for each in left],
    }
    return {key: each for key, each in found.items() if each}


def _phase(phase: PhaseProgress, expected: float | None) -> JsonObject:
    """Return a phase; ``expected`` is None where the total does not cover it."""
    since, waiting = phase.running_since, phase.waiting_since
    return {
        "name": phase.name,
        "plan": phase.plan,
        "target_seconds": phase.target_seconds,
        "expected_seconds": expected,
        "median_seconds": phase.median_seconds,
        "spent_seconds": phase.spent_seconds,
        "running_since": utc_text(since) if since else None,
        "waited_seconds": phase.waited_seconds,
        "waiting_since": utc_text(waiting) if waiting else None,
        "state": phase.state.value,
        "is_counted": expected is not None,
    }
