"""Opens a run, and walks it to its stop."""

from collections.abc import Sequence
from dataclasses import replace

from hotfix.composition.tools import slug_of
from hotfix.config.model import Config
from hotfix.domain.description import checked
from hotfix.domain.eligibility import IN_WORDS, judge
from hotfix.domain.ending import word
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import (
    SEEN_BY_CUSTOMERS,
    Audience,
    Category,
    Incident,
    Severity,
    StartFrom,
)
from hotfix.domain.newer_version import warning
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.prospect import PhaseAhead, Prospect
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.plan import configured
from hotfix.runs.belonging import origin_of
from hotfix.runs.chosen import active_runs, new_run, settling
from hotfix.runs.earlier_runs import what_it_took
from hotfix.runs.itinerary import Itinerary, Manner
from hotfix.runs.known_runs import kept_runs
from hotfix.runs.screen import Screen
from hotfix.runs.session import Session
from hotfix.runs.take_over import take_over, wanted_instead
from hotfix.runs.unbrought_fixes import still_to_bring
from hotfix.runs.unreverted_commits import still_held
from hotfix.runs.walk_to_its_stop import walk_to_its_stop
from hotfix.runs.whose import KeptRun


@frozen
class Order:
    """What ``hotfix start`` is told about the incident, as typed."""

    description: str
    category: Category | None = None
    issue: str = ""
    severity: Severity | None = None  #: None where nobody named one
    reviewer: str = ""
    incident: str = ""
    root_cause: str = ""
    fix_summary: str = ""
    override_reason: str = ""
    start_from: StartFrom = StartFrom.BASE
    start_ref: str = ""  #: the branch, tag or commit that it is cut from; empty for no such
    picks: tuple[str, ...] = ()
    worktree: bool = False
    audience: Audience = Audience.UNSAID


def planned(session: Session, order: Order, manner: Manner, screen: Screen) -> Prospect:
    """Return what ``start`` would do; changes nothing.

    Raises:
        ProblemError: no run would be opened.
    """
    itinerary = _unasked(session, order, manner, screen)
    itinerary = replace(itinerary, incident=_eligible(itinerary.incident, manner, screen))
    plan, config = itinerary.plan(PlanName.HOTFIX, manner), session.config
    incident, github, cluster = itinerary.incident, config.github, config.kubernetes
    live = "what runs now" if incident.start_from is StartFrom.LIVE else ""
    return Prospect(
        description=incident.description,
        branch=itinerary.branch,
        cut_from=incident.start_ref or live or config.git.base,
        picks=incident.picks,
        tests=tuple(suite.name for suite in config.tests),
        repository=github.repository,
        merge_into=github.merge_into,
        also_into=tuple(config.git.also_into),
        labels=tuple(github.labels),
        reviewer=incident.reviewer or github.reviewer,
        second_reviewer=config.review.second,
        workflow=github.workflow,
        namespace=cluster.namespace if cluster else "",
        context=cluster.context if cluster else "",
        deployments=configured.deployments(config),
        probes=tuple(probe.name for probe in config.probes),
        tells=config.slack.channel if config.slack else "",
        total_seconds=plan.total_seconds,
        phases=tuple(PhaseAhead(each.name, each.target_seconds) for each in plan.phases),
    )


def start(session: Session, order: Order, manner: Manner, screen: Screen) -> Progress:
    """Open a run and walk it to its stop, or the one that is taken over in its place.

    What refuses it is said before anything is asked.

    Raises:
        ProblemError: no run is opened.
    """
    kept = kept_runs(str(session.state), settling(session.state))
    _refuse_a_second(session, kept, screen)
    itinerary = _unasked(session, order, manner, screen)
    root = session.tools.repository.work_tree().folder
    session.tools.prepare_hotfix()
    # What would stop the run at its branch stops it here, before it holds the lock.
    session.tools.repository.check_cut(itinerary.branch, beside=itinerary.beside)
    incident = _eligible(itinerary.incident, manner, screen)
    itinerary = replace(itinerary, incident=_with_audience(session.config, incident, manner))
    held = still_held(session)
    warnings = [bad.warning for bad in held]
    warnings += [fix.warning for fix in still_to_bring(session)]
    screen.lines([f"Warning: {each}." for each in warnings], "warning")
    itinerary = replace(itinerary, bad=held)
    incident = itinerary.incident
    number, cluster = session.tools.identities()
    run = new_run(session, _slug(incident.description))
    ports = session.tools.ports(session.state / "runs" / run)
    settings = RunSettings(
        branch=itinerary.branch,
        beside=itinerary.beside,
        repository=str(root),
        origin=origin_of(session, number),
        config=session.kept_config(cluster),
    )
    plan = itinerary.plan(PlanName.HOTFIX, manner)
    known = what_it_took(session, plan, kept)
    with session.runs.create(run, session.clock, session.operator, session.secrets) as journal:
        begun = record.begin(journal, incident, plan, settings, known)
        session.keep_words()
        progress = walk_to_its_stop(itinerary, journal, ports, manner, screen, begun)
    theirs = wanted_instead(progress)
    if theirs:
        return take_over(session, theirs, manner, screen, beside=order.worktree)
    return progress


def _unasked(session: Session, order: Order, manner: Manner, screen: Screen) -> Itinerary:
    """Return the way of the hotfix, as far as that is known without a question.

    Raises:
        ProblemError: no run is opened, whatever would be answered.
    """
    incident = _incident(order)
    if not manner.can_ask:
        incident = _eligible(incident, manner, screen)
    _refuse_live_on_base(session.config, incident)
    incident = _with_start(session, _with_picks(session, incident, order.picks))
    return Itinerary(session, incident, _branch(session, incident), order.worktree)


def _incident(order: Order) -> Incident:
    return Incident(
        description=checked(order.description),
        category=order.category,
        issue=order.issue.strip(),
        severity=order.severity or Severity.MAJOR,
        severity_is_default=order.severity is None,
        reviewer=order.reviewer.strip(),
        incident=order.incident.strip(),
        root_cause=order.root_cause.strip(),
        fix_summary=order.fix_summary.strip(),
        override_reason=order.override_reason.strip(),
        start_from=order.start_from,
        start_ref=order.start_ref,
        audience=order.audience,
    )


def _with_picks(session: Session, incident: Incident, names: tuple[str, ...]) -> Incident:
    """Return the incident with full SHAs to pick; raises ProblemError for what is no commit."""
    found = {name: session.tools.repository.resolve(name) for name in names}
    unknown = [name for name, sha in found.items() if sha is None]
    if unknown:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"There is no commit {unknown[0]!r} here.",
                why="It is mistyped, or was not fetched into this clone.",
                next_command=f"git fetch {session.config.git.remote}, and try again",
            )
        )
    return replace(incident, picks=tuple(sha for sha in found.values() if sha))


def _with_start(session: Session, incident: Incident) -> Incident:
    """Return the incident with the commit that ``--from`` names, as of now.

    Raises:
        ProblemError: it names none.
    """
    if incident.start_from is not StartFrom.REF:
        return incident
    name, remote = incident.start_ref, session.config.git.remote
    sha = session.tools.repository.commit_named(name)
    if sha is None:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"--from names no branch, tag or commit: there is no {name!r}.",
                why=f"Neither {remote} nor this clone knows it.",
                next_command=f"git ls-remote --heads --tags {remote} shows what there is; or: "
                "--from base, --from live",
            )
        )
    return replace(incident, start_sha=sha)


def _with_audience(config: Config, incident: Incident, manner: Manner) -> Incident:
    """Return the incident with whether somebody is asked about customers, who may notice it."""
    if incident.audience is not Audience.UNSAID or config.statuspage is None:
        return incident
    is_asked = manner.can_ask and incident.category in SEEN_BY_CUSTOMERS
    return replace(incident, audience=Audience.PERHAPS) if is_asked else incident


def _refuse_live_on_base(config: Config, incident: Incident) -> None:
    """Refuse a branch from what runs now where merging it ships the whole base all the same."""
    if incident.start_from is StartFrom.LIVE and config.github.merge_into == config.git.base:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what="--from live changes nothing here.",
                why=f"The fix is merged into {config.git.base}, and all of that is deployed.",
                next_command="A deploy branch of its own, [github] merge_into; or without --from",
            )
        )


def _eligible(incident: Incident, manner: Manner, screen: Screen) -> Incident:
    """Return the incident with what eligibility needs, asked for where somebody can answer.

    Raises:
        ProblemError: the category is missing or says no, and nobody gave a reason.
    """
    if incident.category is None:
        if not manner.can_ask:
            raise ProblemError(_NO_CATEGORY)
        chosen = screen.choose(
            "What kind of change is it?", [(str(key), words) for key, words in IN_WORDS.items()]
        )
        incident = replace(incident, category=Category(chosen))
    verdict = judge(incident)
    if not verdict.eligible and manner.can_ask:
        screen.lines([verdict.because], "warning")
        reason = screen.line("Reason to go on all the same (empty to leave): ")
        incident = replace(incident, override_reason=reason)
        verdict = judge(incident)
    if not verdict.eligible:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what="This is not a hotfix.",
                why=verdict.because,
                next_command='An ordinary pull request, or: --override-reason "why it cannot wait"',
            )
        )
    return incident


def _branch(session: Session, incident: Incident) -> str:
    """Return the hotfix branch, a new one; raises ProblemError where its push is no proposal."""
    config = session.config
    branch = f"{config.git.branch_prefix}{_slug(incident.description)}"
    if branch in {config.github.merge_into, config.git.base}:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"The branch would be called {branch}, as the one that is merged into.",
                why="Its push would deploy what nobody has reviewed.",
                next_command='Describe it in other words: hotfix start "checkout returns 500" ...',
            )
        )
    # An earlier hotfix, or somebody's work, keeps its branch.
    return session.tools.repository.free_name(branch)


def _slug(description: str) -> str:
    made = slug_of(description)
    if made:
        return made
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what="The description has no word that could name a branch.",
            why=f"Nothing is left of {description!r} but signs.",
            next_command='hotfix start "checkout returns 500" --category api-errors',
        )
    )


def _refuse_a_second(session: Session, kept: Sequence[KeptRun], screen: Screen) -> None:
    """Refuse to open a second run in a repository while another one is not over.

    Whether one that a newer version wrote, or that is damaged, is over cannot be told here: it bars
    nothing.
    """
    for other in active_runs(session, kept, screen.aside):
        if other.from_newer:
            screen.aside(f"Warning: {warning(other)}.")
            continue
        raise ProblemError(
            Problem(
                ProblemCode.LOCKED,
                what=f"A hotfix is open in this repository: {other.incident.description}.",
                why=f"Run {other.run} is {word(other.state.value)}, not over.",
                next_command=f"hotfix resume {other.run}, or: hotfix abort {other.run}",
            )
        )


_NO_CATEGORY = Problem(
    ProblemCode.USAGE,
    what="What kind of change is it?",
    why=f"Nobody is there to ask, and --category is missing: {', '.join(Category)}.",
    next_command='hotfix start "..." --category api-errors',
)
