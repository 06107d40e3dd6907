"""Takes a run up again: for ``resume``, ``rollback`` and ``abort``."""

from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

from hotfix.domain.event import Event
from hotfix.domain.event_data import PlanChosen, StepSettled
from hotfix.domain.fact import Reported
from hotfix.domain.fact_names import HEALTHY, LOCK, MERGE_SHA, PULL_REQUEST_NUMBER
from hotfix.domain.fix_stand import stand_in_words
from hotfix.domain.fold import after
from hotfix.domain.merge_how import MERGE_STEP
from hotfix.domain.merge_state import may_have_merged
from hotfix.domain.page_texts import PERHAPS
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.run_settings import RecordedConfig, Via
from hotfix.domain.settlement import Settlement
from hotfix.domain.step import Plan
from hotfix.domain.still_to_do import how_it_ended
from hotfix.domain.way_back import way_back
from hotfix.engine import record, settle
from hotfix.plan import configured
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal
from hotfix.runs.belonging import refuse_another_repository
from hotfix.runs.chosen import chosen_run
from hotfix.runs.gone_back import has_gone_back
from hotfix.runs.gone_world import refuse_a_gone_world
from hotfix.runs.itinerary import Itinerary, Manner
from hotfix.runs.lent_lock import lend_the_lock
from hotfix.runs.moved_clone import places_anew
from hotfix.runs.regained_lock import may_claim, refuse_went_on, regained_lock
from hotfix.runs.screen import Screen
from hotfix.runs.session import Session
from hotfix.runs.stale_facts import look_anew
from hotfix.runs.telling_late import can_be_told, is_left_to_tell
from hotfix.runs.unreverted_commits import bad_commits
from hotfix.runs.walk_to_its_stop import walk_to_its_stop

_ASKED = {PlanName.ROLLBACK: "A rollback", PlanName.ABORT: "An abort"}


def resume(
    session: Session,
    named: str | None,
    manner: Manner,
    screen: Screen,
    plan: PlanName | None = None,
    only: tuple[str, ...] = (),
    via: Via = Via.KUBERNETES,
) -> Progress:
    """Go on with a run, by default the newest; returns where it stands then.

    ``plan`` is what to go over to, back or out; None to go on with the present one. With
    ``rollback``, ``only`` names the deployments to go back with, empty for all, and ``via`` how.

    Raises:
        ProblemError: there is no such run, it is over, or another process walks it.
    """
    run = chosen_run(session.state, named, session.place, plan or "resume", screen.aside)
    with _opened(session, run, plan or "resume") as journal:
        progress = journal.progress()
        refuse_another_repository(session, progress, plan or "resume")
        telling = _telling(session, progress) if plan is None else None
        if telling is not None:
            newest = journal.events()[-1]
            itinerary = itinerary_of(session, progress)
            return walk_to_its_stop(itinerary, journal, telling, manner, screen, newest)
        refuse_what_is_over(progress, plan)
        if plan is None:
            _prepare(session, progress)
        ports = session.tools.ports(session.state / "runs" / run)
        if plan is PlanName.ROLLBACK and not progress.state.is_over:
            # Before anything is said of what is merged: another machine may have merged it.
            refuse_went_on(ports, journal, progress)
        is_back = plan is PlanName.ROLLBACK and has_gone_back(ports.cluster, progress, only, via)
        goes_back = plan is PlanName.ROLLBACK and not is_back
        recorded = itinerary_of(session, progress)
        itinerary = replace(recorded, only=only, via=via) if goes_back else recorded
        found = begun_elsewhere(itinerary, progress, plan, ports)
        if goes_back:
            refuse_nothing_merged(progress, found)
        is_same_way = (recorded.via, recorded.only) == (itinerary.via, itinerary.only) and (
            manner.close_pull_request in {None, recorded.close_pull_request}
        )
        looks_again = plan == progress.plan and (
            not is_same_way or (goes_back and _begins_anew(progress, via))
        )
        # Walked to its end once more, a plan has nothing left to do and needs no lock.
        has_ended = progress.state.is_over or progress.is_done("release_the_lock")
        is_through = has_ended and plan in {None, progress.plan} and not looks_again
        if is_back and is_through:
            screen.aside(
                "It was rolled back, and what it went back to runs still: nothing is done again."
            )
        going = itinerary.plan(plan or progress.next_plan or progress.plan, manner)
        only_ends = _only_ends(going, progress)
        regained = (
            () if is_through else _held(session, screen, ports, journal, plan, only_ends=only_ends)
        )
        progress = journal.progress()
        config = config_news(session, progress)
        watched = configured.deployments(session.config)
        anew = look_anew(journal, progress, going, regained, watched)
        if anew is not None:
            progress = after(progress, anew)
            screen.show(anew, progress)
        if plan is None or (progress.plan == plan and not looks_again):
            news = (*regained, *(places_anew(session, progress) if plan is None else ()))
            resumed = record.resume(journal, news, config=config)
        else:
            if regained or config:
                progress = after(progress, record.resume(journal, regained, config=config))
            for settled in settle.write_down(journal, found):
                progress = after(progress, settled)
                screen.show(settled, progress)
            order = PlanChosen(record.layout(going), only, itinerary.via, manner.close_pull_request)
            resumed = _go_over(journal, progress, going, order)
        return walk_to_its_stop(itinerary, journal, ports, manner, screen, resumed)


def _prepare(session: Session, progress: Progress) -> None:
    """Make ready to go on with a run as it stands; raises ProblemError where it cannot."""
    refuse_a_gone_world(progress)
    if progress.plan == PlanName.HOTFIX:
        session.tools.prepare_hotfix()


def _opened(session: Session, run: str, command: str) -> AbstractContextManager[Journal]:
    """Open the journal; raises ProblemError where another process has it, with what to do first."""
    try:
        return session.runs.open(run, session.clock, session.operator, session.secrets)
    except ProblemError as error:
        if error.problem.code is not ProblemCode.LOCKED:
            raise
        then = f"Go on there, or Ctrl-C there first; then: hotfix {command} {run}"
        raise ProblemError(replace(error.problem, next_command=then)) from error


def _held(
    session: Session,
    screen: Screen,
    ports: Ports,
    journal: Journal,
    plan: PlanName | None,
    *,
    only_ends: bool,
) -> tuple[Reported, ...]:
    """Claim the lock where nobody holds it, or one of our runs lends it; returns what changed.

    Raises:
        ProblemError: as ``regained_lock`` and ``lend_the_lock``.
    """
    put_on_record = partial(_put_on_record, journal)
    if plan is PlanName.ROLLBACK:
        lend_the_lock(session, screen, journal.run, put_on_record)
    if journal.progress().state.is_over and may_claim(ports, journal.run):
        put_on_record()
    return regained_lock(ports, journal, journal.progress(), only_ends=only_ends)


def _put_on_record(journal: Journal) -> None:
    """Write down that the run goes on: one that is over must never hold the lock."""
    is_over = journal.progress().state.is_over
    record.resume(journal, (LOCK(journal.run),) if is_over else ())


def _go_over(journal: Journal, progress: Progress, plan: Plan[Ports], order: PlanChosen) -> Event:
    """Write down that another plan, or the same one once more, is walked from now on."""
    chosen = journal.append(order)
    if progress.plan != plan.name:
        return chosen
    because = f"{_ASKED[PlanName(plan.name)]} was asked for again."
    first = plan.phases[0].steps[0].name
    return record.go_back(journal, after(progress, chosen), plan, first, because)


def _only_ends(plan: Plan[Ports], progress: Progress) -> bool:
    """Tell whether nothing is left that the lock is there for: the run is ended, or was."""
    left = [
        phase
        for phase in plan.phases
        if any((plan.name, step.name) not in progress.done for step in phase.steps)
    ]
    return plan.name == PlanName.ABORT or all(phase.is_courtesy for phase in left)


def config_news(session: Session, progress: Progress) -> RecordedConfig | None:
    """Return the configuration of the session, where another one, or none, is on record.

    Who may have a token by it is kept with it.
    """
    if session.source is None or session.source == progress.settings.config:
        return None
    session.keep_words()
    return session.kept_config()


def itinerary_of(session: Session, progress: Progress) -> Itinerary:
    """Return the plans of a run, made again from what its record says."""
    settings = progress.settings
    return Itinerary(
        session,
        progress.incident,
        branch=settings.branch,
        beside=settings.beside,
        targets=settings.targets,
        only=settings.only,
        via=settings.via,
        close_pull_request=settings.close_pull_request,
        bad=bad_commits(session, progress.run),
    )


def _begins_anew(progress: Progress, via: Via) -> bool:
    """Tell whether a rollback that is asked for again the same way begins with a new look.

    A deployment that was asked for and is not compared yet is waited for, and not asked for twice.
    """
    return via is Via.KUBERNETES or progress.is_done("compare_with_the_record")


def begun_elsewhere(
    itinerary: Itinerary, progress: Progress, plan: PlanName | None, ports: Ports
) -> tuple[settle.Found, ...]:
    """Return what became of what the present plan has begun, before another ``plan`` is chosen.

    Nothing is asked where a rollback is wanted of a run that nobody can have merged anything of.
    """
    if plan in {None, progress.plan}:
        return ()
    # The record of the beginning of a merge may be lost with the machine it was begun on.
    is_proposed = PULL_REQUEST_NUMBER in progress.facts
    may_be = is_proposed or may_have_merged(progress) or progress.is_taken_over
    if plan is PlanName.ROLLBACK and not may_be:
        return ()
    return tuple(
        settle.look(progress, str(plan), lambda name: itinerary.plan(name, Manner()), ports)
    )


def refuse_nothing_merged(progress: Progress, found: tuple[settle.Found, ...]) -> None:
    """Refuse to roll back a hotfix that has changed nothing in production.

    ``found`` is what ``begun_elsewhere`` says of the run.

    Raises:
        ProblemError: nothing of it was merged, or left to GitHub to merge. Code ``WAITING`` while
            the run is open, for it can go on.
    """
    settled = {step: said.found for step, said in found}
    # Without a yes on record the step that merges did nothing, whoever does not answer.
    has_said_yes = (MERGE_STEP, "merge") in progress.answers
    may_be = {Settlement.DONE, Settlement.UNKNOWN} if has_said_yes else {Settlement.DONE}
    is_known = MERGE_SHA in progress.facts or progress.has_passed(MERGE_STEP)
    if progress.plan == PlanName.ROLLBACK or is_known or settled.get(MERGE_STEP) in may_be:
        return
    is_unknown = settled.get(MERGE_STEP) is Settlement.UNKNOWN
    another = "for another state: hotfix rollback --to-healthy, or --list"
    if progress.state.is_over:
        code, command = ProblemCode.USAGE, another
    else:
        code = ProblemCode.WAITING
        command = f"hotfix resume {progress.run}, or: hotfix abort {progress.run}; {another}"
    raise ProblemError(
        Problem(
            code,
            what=f"It is not known whether anything of run {progress.run} is merged."
            if is_unknown
            else f"Run {progress.run} has merged nothing: there is nothing to roll back.",
            why=f"{_why(progress, dict(found))} Nothing was changed.",
            next_command=command,
        )
    )


def _why(progress: Progress, found: dict[str, StepSettled]) -> str:
    merge = found.get(MERGE_STEP)
    if merge is not None and merge.found is Settlement.UNKNOWN:
        return f"This run did not send the merge. {merge.saying}"
    if PULL_REQUEST_NUMBER in progress.facts or merge is not None:
        return "GitHub says that its pull request is not merged."
    return "No merge of it is on record, nor the beginning of one."


def _telling(session: Session, progress: Progress) -> Ports | None:
    """Return what tells people of a run that is over; None where all is told, or it is too late."""
    if not can_be_told(progress, session.clock.now()):
        return None
    ports = session.tools.ports(session.state / "runs" / progress.run)
    is_untold = any(not text.startswith(PERHAPS) for text in progress.untold.values())
    # A walk that was killed at its end has told nobody, nor written down that it did not.
    return ports if is_untold or is_left_to_tell(ports, progress) else None


def refuse_what_is_over(progress: Progress, plan: PlanName | None) -> None:
    """Refuse to walk on, as ``plan``, what is over; raises ProblemError that says how it ended."""
    if progress.state is RunState.TAKEN_OVER and progress.problem is not None:
        raise ProblemError(progress.problem)
    # A finished hotfix can still be rolled back; nothing else can follow on the end.
    if not progress.state.is_over or (
        plan is PlanName.ROLLBACK
        and (HEALTHY in progress.facts or progress.plan == PlanName.ROLLBACK)
    ):
        return
    show = f'hotfix show {progress.run}, or: hotfix start "what is broken"'
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what=f"Run {progress.run} is {how_it_ended(progress)}.",
            why=stand_in_words(progress.facts),
            next_command=f"{way_back(progress)}, or: {show}" if way_back(progress) else show,
        )
    )
