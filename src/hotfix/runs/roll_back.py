"""Goes back: to what a run recorded, to the last state known healthy, or to an earlier revision."""

from collections.abc import Sequence
from dataclasses import replace

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Category, Incident
from hotfix.domain.outcome import Ask, Done
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.rollout.before_the_yes import not_recorded
from hotfix.domain.run_settings import RunSettings, Via
from hotfix.engine import record, settle
from hotfix.engine.look_ahead import look_ahead
from hotfix.runs.belonging import origin_of, refuse_another_repository
from hotfix.runs.chosen import chosen_run, new_run, progress_of
from hotfix.runs.free_lock import refuse_held
from hotfix.runs.itinerary import Itinerary, Manner
from hotfix.runs.lent_lock import lend_the_lock
from hotfix.runs.readable import Say, in_silence
from hotfix.runs.regained_lock import what_went_on
from hotfix.runs.screen import Screen
from hotfix.runs.session import Session
from hotfix.runs.walk_to_its_stop import walk_to_its_stop


@frozen
class Back:
    """Where a rollback goes."""

    run: str | None = None  #: the run that is rolled back to what it recorded; None for the newest
    #: what is gone back to without a run; empty where a run is rolled back
    targets: tuple[DeploymentRecord, ...] = ()
    told: str = ""  #: with targets, what the run that is opened to record it is about
    #: names of the deployments to go back with; empty for all of the set
    only: tuple[str, ...] = ()
    via: Via = Via.KUBERNETES  #: how

    @property
    def is_of_a_run(self) -> bool:
        """Whether a run is rolled back; else one is opened, be there targets left for it or not."""
        return not self.told


def import_the_way() -> None:
    """Import what goes back, which else its making does: meanwhile the cluster answers."""
    import hotfix.plan.rollback  # noqa: F401 - see above


def back_by_record(
    session: Session,
    named: str | None,
    names: Sequence[str],
    via: Via = Via.KUBERNETES,
    say: Say = in_silence,
    *,
    past_open: bool = False,
) -> Back:
    """Return the way to what a run recorded; without a name, to the last state known healthy.

    ``say`` is told of runs that cannot be read and may know a later one. ``past_open`` passes over
    an open run that has merged nothing.

    Raises:
        ProblemError: no cluster is configured, or no run knows a healthy state, or none of a name.
    """
    from hotfix.runs.last_healthy_state import last_known

    if named is None and via is Via.KUBERNETES:
        way = last_known(session, session.tools.needed_cluster(), say, past_open=past_open)
        if way.targets:
            unknown = [it for it in names if it not in {each.name for each in way.targets}]
            if unknown:
                raise ProblemError(not_recorded(unknown, way.targets))
            chosen = tuple(each for each in way.targets if not names or each.name in names)
            return Back(targets=chosen, told=f"roll back to what {way.run} {way.how}")
        named = way.run
    return Back(named, only=tuple(names), via=via)


def back_to_revision(session: Session, revision: int, names: Sequence[str]) -> Back:
    """Return the way to an earlier revision of some deployments; by default of all configured.

    Raises:
        ProblemError: no cluster is configured, or it does not keep that revision.
    """
    cluster = session.tools.needed_cluster()
    targets = cluster.at_revision(names or configured_names(session), revision)
    return Back(targets=targets, told=f"roll back to revision {revision}")


def configured_names(session: Session) -> tuple[str, ...]:
    """Return the names of the configured deployments."""
    settings = session.config.kubernetes
    return tuple(settings.deployments) if settings else ()


def roll_back(session: Session, back: Back, manner: Manner, screen: Screen) -> Progress:
    """Go back; returns where the run stands then. To targets, a run is opened to record it.

    Raises:
        ProblemError: among others, another run holds the lock: none is opened (code ``LOCKED``).
    """
    if back.is_of_a_run:
        from hotfix.runs.resume import resume

        return resume(
            session, back.run, manner, screen, PlanName.ROLLBACK, only=back.only, via=back.via
        )
    refuse_held(session)
    itinerary = _itinerary(session, back)
    run = new_run(session, "rollback")
    ports = session.tools.ports(session.state / "runs" / run)
    settings = RunSettings(
        targets=back.targets, origin=origin_of(session), config=session.kept_config()
    )
    with session.runs.create(run, session.clock, session.operator, session.secrets) as journal:
        plan = itinerary.plan(PlanName.ROLLBACK, manner)
        begun = record.begin(journal, itinerary.incident, plan, settings)
        session.keep_words()
        # On record first: a lock that is lent to what never begins is lost for nothing.
        lend_the_lock(session, screen, run)
        return walk_to_its_stop(itinerary, journal, ports, manner, screen, begun)


def look_back(session: Session, back: Back) -> Done | Ask:
    """Return what a rollback sees before it asks; raises ProblemError where it would not begin."""
    facts = Facts()
    ports = session.tools.ports(session.state / "runs" / "dry-run")
    if back.is_of_a_run:
        from hotfix.runs.resume import begun_elsewhere, itinerary_of, refuse_nothing_merged

        progress = progress_of(
            session.state, chosen_run(session.state, back.run, session.place, "rollback")
        )
        refuse_another_repository(session, progress, "rollback --dry-run")
        problem = what_went_on(ports.shared_records, progress)
        if problem is not None:
            raise ProblemError(problem)
        itinerary = replace(itinerary_of(session, progress), only=back.only, via=back.via)
        found = begun_elsewhere(itinerary, progress, PlanName.ROLLBACK, ports)
        refuse_nothing_merged(progress, found)
        facts = settle.with_found(progress, found).facts
    else:
        itinerary = _itinerary(session, back)
    return look_ahead(itinerary.plan(PlanName.ROLLBACK, Manner()), facts, ports)


def _itinerary(session: Session, back: Back) -> Itinerary:
    incident = Incident(back.told, Category.CRITICAL_BUG)
    return Itinerary(session, incident, targets=back.targets, only=back.only, via=back.via)
