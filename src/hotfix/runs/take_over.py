"""Goes on here with a run that another machine walks.

What can fail here fails first: nothing is taken from the other machine before the branch is
checked out on this one. Then the lock changes hands, which stops the other machine, and only what
the record says after that is gone on from.
"""

from collections.abc import Sequence

from hotfix.domain.clocks import apart
from hotfix.domain.fact import Reported
from hotfix.domain.fact_names import (
    BASE_SHA,
    BESIDE,
    BRANCH,
    FOLDER,
    LOCK,
    LOCK_TOKEN,
    MERGE_SHA,
    REPOSITORY,
)
from hotfix.domain.fix_stand import stand_in_words
from hotfix.domain.fold import after, fold
from hotfix.domain.newer_version import newer, refuse_newer
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.still_to_do import how_it_ended
from hotfix.engine import record
from hotfix.plan import configured
from hotfix.ports.cluster import Cluster
from hotfix.ports.lock import LockHolder, lost
from hotfix.ports.shared_records import SharedRun
from hotfix.runs.belonging import is_of_this_origin, refuse_another_repository
from hotfix.runs.itinerary import Manner
from hotfix.runs.resume import itinerary_of
from hotfix.runs.screen import Screen
from hotfix.runs.session import Session
from hotfix.runs.stale_facts import look_anew
from hotfix.runs.taken_up import TakingUp
from hotfix.runs.walk_to_its_stop import walk_to_its_stop


def wanted_instead(progress: Progress) -> str:
    """Return the run that the operator chose to take over instead of this one, or nothing."""
    if not progress.decisions:
        return ""
    word, _, theirs = progress.decisions[-1].answer.choice.partition(":")
    return theirs if word == "takeover" else ""


def take_over(
    session: Session,
    named: str,
    manner: Manner,
    screen: Screen,
    *,
    beside: bool,
    taking: TakingUp | None = None,
) -> Progress:
    """Continue a colleague's run (or a unique part of its id) here; returns where it stands then.

    ``session`` knows the cluster; the run goes on with the configuration that it brings along, as
    ``taking`` says. ``beside`` is in a fresh work tree beside the repository.

    Raises:
        ProblemError: there is no such run, it is over, a newer version wrote it, another hotfix
            holds the lock, or this clone cannot take its branch.
    """
    cluster = session.tools.needed_cluster()
    records = cluster.shared_records
    shared = _chosen(records.all(), named)
    run = shared.run
    if shared.is_newer:
        raise newer(f"The shared record of run {run}", "Its format is another.")
    seen = fold(session.runs.checked(run, records.read(run)))
    if not is_of_this_origin(session, seen):
        refuse_another_repository(session, seen, "takeover")
    refuse_newer(seen)
    if seen.state.is_over:
        raise ProblemError(_over(seen))
    holder = cluster.lock_holder()
    if holder is not None and holder.run != run:
        raise ProblemError(lost(run, holder))
    tell_of_a_wrong_clock(session, cluster, screen)
    _confirm(holder, manner, screen)
    session = (taking or TakingUp("takeover", screen.aside)).travelled(session, seen)
    session.tools.prepare_hotfix()
    ports = session.tools.ports(session.state / "runs" / run)
    facts = _here(session, seen, beside=beside)
    mine = _claimed(cluster, holder, seen, session.operator)
    progress = fold(session.runs.adopt(run, records.fence(run, mine.token)))
    for each in ports.receivers:
        # Of what this machine may have sent of the run before, not all is on the record.
        each.begin_anew()
    known = (LOCK(run), LOCK_TOKEN(mine.token), *facts)
    with session.runs.open(run, session.clock, session.operator, session.secrets) as journal:
        itinerary = itinerary_of(session, progress)
        going = itinerary.plan(progress.next_plan or progress.plan, manner)
        # Whoever held it until now kept others away; while it was free nobody did.
        is_kept = holder is not None and holder.token == progress.facts.get(LOCK_TOKEN)
        watched = configured.deployments(session.config)
        anew = look_anew(journal, progress, going, () if is_kept else known, watched)
        if anew is not None:
            progress = after(progress, anew)
            screen.show(anew, progress)
        first = record.resume(
            journal,
            known,
            taken_over_from=progress.operator or "somebody",
            config=session.kept_config(),
        )
        itinerary = itinerary_of(session, after(progress, first))
        return walk_to_its_stop(itinerary, journal, ports, manner, screen, first)


def tell_of_a_wrong_clock(session: Session, cluster: Cluster, screen: Screen) -> None:
    """Say that the clock here is wrong by the cluster's: the record goes on by it from now on."""
    if far := apart(session.clock.now(), cluster.server_now()):
        screen.aside(
            f"This machine's clock is {far} the cluster's: the run's times, and what is left of "
            "its budget, jump by that. Right it first; what it says: date -u"
        )


def _chosen(shared: Sequence[SharedRun], named: str) -> SharedRun:
    fitting = [each for each in shared if each.run == named] or [
        each for each in shared if named in each.run
    ]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(each.run for each in (fitting or shared)[:5]) or "none"
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what=f"{'Several runs are' if fitting else 'No run in the cluster is'} called {named}.",
            why=f"Known: {known}.",
            next_command="hotfix status --team",
        )
    )


def _confirm(holder: LockHolder | None, manner: Manner, screen: Screen) -> None:
    """Ask before a hotfix that shows signs of life is taken from somebody.

    Raises:
        ProblemError: nobody can be asked, and ``--yes`` is missing; or the answer is no.
    """
    if holder is None or holder.is_stale or manner.flags.yes:
        return
    if not manner.can_ask:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"{holder.operator} may still be working on it.",
                why=" ".join(holder.lines()),
                next_command=f"Talk to {holder.operator}, then: hotfix takeover {holder.run} --yes",
            )
        )
    screen.lines(holder.lines(), "warning")
    options = [("yes", "Take it over; theirs stops"), ("no", "Leave it with them")]
    text = f"{holder.operator} may still be working on it. Take it over?"
    if screen.choose(text, options) == "no":
        raise ProblemError(
            Problem(
                ProblemCode.LOCKED,
                what=f"The hotfix stays with {holder.operator}.",
                why="You chose to leave it with them.",
                next_command="hotfix status --team",
            )
        )


def _here(session: Session, seen: Progress, *, beside: bool) -> tuple[Reported, ...]:
    """Check the fix's branch out here; returns where. After the merge nobody needs it any more."""
    repository = session.tools.repository
    tree = repository.work_tree()
    facts = (REPOSITORY(str(tree.folder)), BESIDE(beside))
    if MERGE_SHA in seen.facts:
        return facts
    if BRANCH not in seen.facts:
        # It is going to be cut here: what would stop that stops the takeover first.
        if tree.uncommitted and not beside:
            raise ProblemError(_uncommitted(seen.run, tree.uncommitted))
        if BASE_SHA in seen.facts:
            # From a commit that this clone must have.
            repository.update_base(session.config.git.base)
        repository.commit_named(seen.incident.start_sha)
        return facts
    branch, start = seen.facts[BRANCH], seen.facts[BASE_SHA]
    if repository.remote_commit(branch) is None:
        # It was never pushed, so it is cut here again, from a commit that must be here.
        repository.update_base(session.config.git.base)
        repository.commit_named(start)
    folder = repository.check_out_from_remote(branch, start, beside=beside)
    return (*facts, FOLDER(str(folder)))


def _claimed(
    cluster: Cluster, holder: LockHolder | None, seen: Progress, operator: str
) -> LockHolder:
    if holder is not None:
        return cluster.take_lock_over(holder, seen.run, operator)
    before = seen.facts.get(LOCK_TOKEN)
    mine = cluster.claim_lock(seen.run, operator, before)
    if not mine.is_ours:
        raise ProblemError(lost(seen.run, mine))
    return mine


def _uncommitted(run: str, paths: Sequence[str]) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what="There is uncommitted work here, and it stays untouched.",
        why=f"Not committed: {', '.join(paths[:3])}.",
        next_command=f"hotfix takeover {run} --worktree",
    )


def _over(seen: Progress) -> Problem:
    return Problem(
        ProblemCode.USAGE,
        what=f"Run {seen.run} is {how_it_ended(seen)}.",
        why=stand_in_words(seen.facts),
        next_command="hotfix status --team",
    )
