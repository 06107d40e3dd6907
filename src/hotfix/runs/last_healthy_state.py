"""The last state known healthy: as journals on this machine tell it, else those in the cluster."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from typing import Any

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact_names import HEALTHY, MERGE_SHA, ROLLBACK_TARGETS, VERIFIED
from hotfix.domain.fold import fold
from hotfix.domain.frozen import frozen
from hotfix.domain.known_states import recorded
from hotfix.domain.merge_state import merge_state
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import (
    MissingRightError,
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
)
from hotfix.domain.progress import Progress, RunState
from hotfix.ports.cluster import Cluster
from hotfix.runs.belonging import belongs_here, is_of_here, is_of_this_origin
from hotfix.runs.chosen import progress_of
from hotfix.runs.known_runs import NEWEST, noteworthy
from hotfix.runs.learned import STATES, Learned, State, known_already, learned
from hotfix.runs.readable import Say, in_silence, passed_over
from hotfix.runs.regained_lock import went_on
from hotfix.runs.session import Session


@frozen
class WayBack:
    """Where ``hotfix rollback`` goes without being told."""

    run: str  #: the run whose record says so
    #: what it verified, or recorded; empty to roll that run back to what it recorded
    targets: tuple[DeploymentRecord, ...] = ()
    how: str = "verified"  #: by what the run knows the targets: ``verified`` or ``recorded``


def last_known(
    session: Session, cluster: Cluster, say: Say = in_silence, *, past_open: bool = False
) -> WayBack:
    """Return the way back that the newest run with something to say about it names.

    A run that is open, was rolled back, or was stopped after its merge: what it recorded. A run
    that ended well: what it verified, and what it recorded before where that runs already. No run
    before it is asked: two rollbacks in a row must not go further and further back.

    Where no run was walked here, colleagues' runs are asked, whose journals the cluster mirrors.
    Such a run cannot be walked here; what it recorded becomes the target of a run of its own.
    ``say`` is told of runs that cannot be read and may know a later state, and of what such a run
    of its own leaves to do. ``past_open`` passes over a run that is open and has merged nothing:
    what it recorded is what is broken; one that another machine took over is then asked as it went
    on there.

    Raises:
        ProblemError: no run knows a state of the configured deployments.
    """
    for progress, is_here in _known(session, say, past_open=past_open):
        if past_open and _is_before_its_merge(progress):
            continue
        verified = _verified(progress, cluster)
        if is_here:
            return verified or WayBack(progress.run)
        facts = progress.facts
        recorded = facts.get(HEALTHY, ()) or facts.get(ROLLBACK_TARGETS, ())
        if verified is None and MERGE_SHA in facts:
            sha = facts[MERGE_SHA][:12]
            say(f"{progress.run} cannot be gone on with here: its commit stays; git revert {sha}")
        return verified or WayBack(progress.run, recorded, "recorded")
    raise ProblemError(_NOTHING_KNOWN)


def _known(session: Session, say: Say, *, past_open: bool) -> Iterator[tuple[Progress, bool]]:
    """Yield what runs know, newest first, and whether they are to be walked here."""
    for mine in _runs(session, say):
        # Without being told otherwise it is meant to be walked, which is refused.
        theirs = _as_it_went_on(session, mine) if past_open else None
        yield (mine, True) if theirs is None else (theirs, False)
    for theirs in _shared_runs(session):
        yield theirs, False


def _as_it_went_on(session: Session, mine: Progress) -> Progress | None:
    """Return what the cluster has of a run that another machine took over; None for one of ours."""
    is_ended_here = mine.state.is_over and mine.state is not RunState.TAKEN_OVER
    cluster = session.tools.cluster
    if is_ended_here or cluster is None:
        return None
    records = cluster.shared_records
    if went_on(records, mine) is None:
        return None
    try:
        return fold(session.runs.checked(mine.run, records.read(mine.run)))
    except (ProblemError, TemporaryTroubleError):
        return None  # whoever walks it on here is refused


def _is_before_its_merge(progress: Progress) -> bool:
    is_open = progress.plan != PlanName.ROLLBACK and not progress.state.is_over
    return is_open and merge_state(progress) == "not merged"


def _verified(progress: Progress, cluster: Cluster) -> WayBack | None:
    """Return the way to what a run that ended well verified; None where that runs already."""
    verified = progress.facts.get(VERIFIED, ())
    if progress.state is not RunState.DONE or not verified or _run_now(cluster, verified):
        return None
    return WayBack(progress.run, verified)


def _run_now(cluster: Cluster, targets: tuple[DeploymentRecord, ...]) -> bool:
    present = cluster.record([each.name for each in targets])
    return all(now.runs(target) for now, target in zip(present, targets, strict=True))


def known_healthy(
    session: Session, templates: Collection[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Return which run, the newest of them, knew which of the ``templates`` as healthy.

    A template is the name of its deployment and its hash.
    """
    found: dict[tuple[str, str], str] = {}

    asked = frozenset(templates)

    def is_of_one(said: Sequence[Any]) -> bool:
        # Of ten thousand, before any is made a ``State``.
        _, _, _, healthy, _ = said
        return not asked.isdisjoint(map(tuple, healthy))

    known = learned(session.state, STATES, matters=is_of_one)
    tells = _telling(session, known)
    for run, said in known.said.items():
        if not isinstance(said, Problem) and is_of_one(said) and tells(State(*said)):
            for name, template_hash in State(*said).healthy:
                found.setdefault((name, template_hash), run)
    return found


def _runs(session: Session, say: Say) -> Iterator[Progress]:
    """Yield this repository's runs that know a state of the deployments, newest first."""
    for run in _worth_opening(session):
        try:
            progress = progress_of(session.state, run)
        except ProblemError as error:
            say(passed_over(error.problem))
            continue
        if _knows_a_state(session, progress) and belongs_here(session, progress):
            yield progress


def _worth_opening(session: Session) -> Iterator[str]:
    """Yield the runs, newest first, but for those of which the index tells that they say nothing.

    Mostly one of the newest says all that is asked: the index of all is not looked into for it.
    """
    newest = [each.run for each in noteworthy(str(session.state), most=NEWEST)]
    yield from newest
    known = known_already(session.state, STATES)
    tells = _telling(session, known)
    for run, said in known.said.items():
        is_known = said is not None and not isinstance(said, Problem)
        # One that cannot be read is opened once more, to be told of.
        if run not in newest and (not is_known or tells(State(*said))):
            yield run


def _telling(session: Session, known: Learned) -> Callable[[State], bool]:
    """Return what tells, of this repository's runs alone, whether they know such a state."""
    configured = _configured(session)
    is_ours = cache(lambda whose: is_of_here(session, known.shared[whose]))
    return lambda said: (
        bool(said.names) and configured.issuperset(said.names) and is_ours(said.whose)
    )


def _shared_runs(session: Session) -> Iterator[Progress]:
    """Yield such runs of colleagues, newest first; none without the rights to read them."""
    cluster = session.tools.cluster
    if cluster is None:
        return
    try:
        shared = cluster.shared_records.all()
    except MissingRightError:
        return
    for each in shared:
        try:
            lines = cluster.shared_records.read(each.run)
            events = session.runs.checked(each.run, lines)
        except ProblemError:
            continue  # trimmed, or changed by hand
        progress = fold(events)
        if _knows_a_state(session, progress) and is_of_this_origin(session, progress):
            yield progress


def _knows_a_state(session: Session, progress: Progress) -> bool:
    """Tell whether the run has something to say about the configured deployments."""
    names = recorded(progress)
    return bool(names) and _configured(session).issuperset(names)


def _configured(session: Session) -> frozenset[str]:
    settings = session.config.kubernetes
    return frozenset(settings.deployments if settings else ())


_NOTHING_KNOWN = Problem(
    ProblemCode.FAILED,
    what="No run knows a healthy state.",
    why="Neither this machine nor the cluster has a record of one, or hotfix.toml names other "
    "deployments now.",
    next_command="hotfix rollback --list; then: hotfix rollback --to-revision N --deployment NAME",
)
