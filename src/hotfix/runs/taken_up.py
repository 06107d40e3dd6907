"""The session of a run that is taken up again: its own configuration, its own clone.

Whatever folder a command is given in, and whatever stands in ``hotfix.toml`` by now.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.composition.clone import clone_of
from hotfix.composition.early_cluster import EarlyCluster
from hotfix.composition.trusted_hosts import words_of
from hotfix.config.finding import found_config
from hotfix.config.load import differences, parse
from hotfix.config.overriding import not_understood
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import Origin, RecordedConfig
from hotfix.processes.surroundings import trouble_with
from hotfix.runs.chosen import UnreadableError, chosen_run, progress_of, runs_meant, settling
from hotfix.runs.elsewhere import Elsewhere, another_cluster, elsewhere_of, not_asked
from hotfix.runs.itinerary import Manner
from hotfix.runs.known_runs import noteworthy
from hotfix.runs.screen import Screen
from hotfix.runs.session import Session, config_of, open_session, session_by, source_of
from hotfix.runs.state_folder import state_folder
from hotfix.runs.whose import KeptRun, Place

if TYPE_CHECKING:
    from hotfix.config.model import Config

# What must be possible in the middle of an incident, whatever is set in the environment.
_NEVER_BARRED = frozenset({"rollback", "abort", "lock", "status"})
# What acts on the deployments of the cluster.
_GOES_ON = frozenset({"resume", "rollback"})
Say = Callable[[str], None]


@frozen
class TakingUp:
    """How a run is taken up by a command.

    Attributes:
        command: such as ``resume``.
        say: shows one line to whoever gave the command.
        config_file: of ``--config``.
        use_todays: whether today's configuration is taken where another one is on record.
        choose: asks a person which of both; None where the one on record is taken unasked.
        early: the cluster that was asked already.
        trust: the hosts that ``--trust-host`` names.
    """

    command: str
    say: Say
    config_file: Path | None = None
    use_todays: bool = False
    choose: Callable[[], bool] | None = None
    early: EarlyCluster | None = None
    trust: tuple[str, ...] = ()

    def chosen(self, named: str | None) -> tuple[str, Session]:
        """Return the run that is meant, and its session.

        Raises:
            ProblemError: it cannot be told which run is meant, or its configuration is of no use.
        """
        state, place = Path(state_folder(os.environ)), self._place(os.environ)
        found = named or self._renamed(state, place)
        run = chosen_run(state, found, place, self.command, self.say)
        return run, self.session_of(progress_of(state, run))

    def _renamed(self, state: Path, place: Place) -> str | None:
        """Return the run of this repository that knows it by another name, if GitHub says so."""
        if not place.is_a_repository or runs_meant(state, place, self.command):
            return None
        quietly = TakingUp(self.command, lambda _: None)
        for each in noteworthy(str(state), settling(state)):
            origin = each.whose.get("origin") or {}
            name = place.name_at(origin) if origin.get("id") is not None else ""
            if name and not (each.is_over or each.is_stale):
                session = quietly.session_of(progress_of(state, each.run))
                if session.tools.number(name) == origin["id"]:
                    return each.run
        return None

    def chosen_if_any(self) -> tuple[str | None, Session | None]:
        """Return the run that is meant without a name, and its session; None without a run.

        Raises:
            ProblemError: several may be meant, or the run has no usable configuration.
        """
        state, place = Path(state_folder(os.environ)), self._place(os.environ)
        is_meant = runs_meant(state, place, self.command) or self._renamed(state, place)
        return self.chosen(None) if is_meant else (None, None)

    def chosen_or_todays(self, named: str | None) -> tuple[str | None, Session]:
        """Return the run that is meant, and its session; without one, today's configuration.

        Where no run that may be meant can be read, that is said, and today's will do, too.

        Raises:
            ProblemError: it cannot be told which run is meant, or no configuration is of use.
        """
        try:
            run, session = self.chosen(named) if named else self.chosen_if_any()
        except UnreadableError:
            run, session = None, None
            self.say("No run here can be read: by today's hotfix.toml, and the cluster's records.")
        if session is not None:
            return run, session
        todays = open_session(self.config_file, self.environ(), self.trust)
        return None, replace(todays, early=self.early)

    def open_run(self) -> str | None:
        """Return the one run of this place that is not over, or None."""
        found = self._meant()
        return found[0].run if len(found) == 1 and not found[0].is_over else None

    def _meant(self) -> Sequence[KeptRun]:
        state = Path(state_folder(os.environ))
        return runs_meant(state, self._place(os.environ), self.command)

    def session_of(self, progress: Progress) -> Session:
        """Return the session in which a run is gone on with.

        Raises:
            ProblemError: it has no usable configuration, on record or today.
        """
        environ = self.environ()
        folder = folder_of(progress)
        recorded = progress.settings.config
        todays, trouble = self._todays(progress, folder, environ)
        kept, no_use = config_of(recorded)
        if kept is None or recorded is None:
            if todays is None:
                raise trouble or ProblemError(_no_configuration(progress.run))
            self.say(_without_record(progress.run, no_use, todays))
            return self._session(*todays, folder, todays)
        if todays is None:
            if self.use_todays:
                raise trouble or ProblemError(_no_configuration(progress.run))
            if trouble is not None:
                self.say(f"Today's hotfix.toml is of no use: {trouble.problem.what}")
            return self._in_its_cluster(kept, recorded, folder)
        if self._takes_todays(kept, recorded, *todays):
            session = self._session(*todays, folder, todays)
            return self._without_its_lock(session, recorded, elsewhere_of(session, recorded))
        return self._in_its_cluster(kept, recorded, folder, todays)

    def _in_its_cluster(
        self,
        config: "Config",
        recorded: RecordedConfig,
        folder: Path,
        todays: "tuple[Config, RecordedConfig] | None" = None,
    ) -> Session:
        """Return the session by what is on record; say it where that leads to another cluster now.

        Raises:
            ProblemError: it certainly is another one, and the run would go on, or go back, there.
        """
        session = self._session(config, recorded, folder, todays)
        elsewhere = elsewhere_of(session, recorded)
        if elsewhere is None:
            return session
        if elsewhere.is_certain and self.command in _GOES_ON:
            raise ProblemError(another_cluster(elsewhere.what, self.command))
        self.say(f"Warning: {elsewhere}")
        return self._without_its_lock(session, recorded, elsewhere)

    def _without_its_lock(
        self, session: Session, recorded: RecordedConfig, elsewhere: Elsewhere | None
    ) -> Session:
        """Return the session that asks nothing of another cluster where the run only ends.

        The lock of the run is not there: it is neither claimed nor released.
        """
        if elsewhere is None or self.command != "abort":
            return session
        return replace(session, barred=not_asked(elsewhere, recorded))

    def _place(self, environ: Mapping[str, str]) -> Place:
        return Place(str(Path.cwd()), environ, str(self.config_file or ""))

    def travelled(self, session: Session, progress: Progress) -> Session:
        """Return the session in which a run from another machine is gone on with here.

        What it brings along holds, but for paths: the clone, and the kubeconfig with its context,
        are those of ``session``, which found its record.
        """
        recorded = progress.settings.config
        kept, _ = config_of(recorded)
        found, settings = session.tools.whereabouts(), session.config.kubernetes
        if recorded is None or kept is None or kept.kubernetes is None or settings is None:
            return session
        place = {"kubeconfig": settings.kubeconfig, "context": found.context if found else ""}
        here = kept.model_copy(update={"kubernetes": kept.kubernetes.model_copy(update=place)})
        todays = session.config.model_copy(update={"kubernetes": settings.model_copy(update=place)})
        source = session.source or recorded
        if self._takes_todays(here, recorded, todays, source):
            return session
        return replace(session, config=here, source=recorded)

    def _session(
        self,
        config: "Config",
        source: RecordedConfig,
        folder: Path,
        todays: "tuple[Config, RecordedConfig] | None",
    ) -> Session:
        """Return the session by a configuration; who may have a token, is said today alone."""
        is_named = bool(self.config_file or os.environ.get("HOTFIX_CONFIG"))
        words = words_of(os.environ, todays[0] if todays and is_named else None, self.trust)
        here = on_this_machine(config, source)
        session = session_by(here, folder, source, self.early, words)
        if self.trust:
            session.keep_words()
        return session

    def _takes_todays(
        self, kept: "Config", recorded: RecordedConfig, config: "Config", todays: RecordedConfig
    ) -> bool:
        """Say what differs, and tell whether today's is taken."""
        differ = differences(kept, config)
        if not differ:
            return self.use_todays
        self.say(f"{todays.path} is not what the run began with ({recorded.path}):")
        for key, before, now in differ:
            self.say(f"  {key}: {before} on record, {now} today")
        if self.use_todays or (self.choose is not None and self.choose()):
            self.say("Today's configuration is taken, and on record from here on.")
            return True
        self.say("The run goes on with what is on record; the other: --use-todays-config")
        return False

    def environ(self) -> Mapping[str, str]:
        """Return the environment, without what overrides nothing where that must bar nothing.

        Raises:
            ProblemError: something in it would make a library trip, and the command may be barred.
        """
        trouble = trouble_with(os.environ)
        if trouble is not None and self.command not in _NEVER_BARRED:
            raise ProblemError(trouble)
        if trouble is not None:
            self.say(f"Warning: {trouble.what} Services may not be reached: {trouble.next_command}")
        unknown = not_understood(os.environ)
        if not unknown or self.command not in _NEVER_BARRED:
            return os.environ
        self.say(f"Warning: {', '.join(unknown)} overrides nothing, and is passed over.")
        return {name: value for name, value in os.environ.items() if name not in unknown}

    def _todays(
        self, progress: Progress, folder: Path, environ: Mapping[str, str]
    ) -> "tuple[tuple[Config, RecordedConfig] | None, ProblemError | None]":
        """Return the configuration that is found today for this run, or why there is none."""
        here, settings = Path.cwd(), progress.settings
        place = self._place(environ)
        is_here = place.has(settings.whose()) or not place.clone
        found = found_config(str(here), environ, str(self.config_file or "")) if is_here else None
        found = found or found_config(str(folder), {})
        if found is None:
            return None, None
        try:
            source = source_of(found, environ)
            config = parse(source.text, environ, found.path, state=state_folder(os.environ))
        except ProblemError as error:
            if not_understood(environ):
                raise
            return None, error
        is_another = settings.origin is not None and not settings.origin.is_same_as(
            Origin(config.github.api_url, config.github.repository)
        )
        if is_another and not (place.clone and place.has(settings.whose())):
            return None, None
        return (config, source), None


def folder_of(progress: Progress) -> Path:
    """Return where a run is worked on: here, where this is its clone; else in its clone.

    Where that is gone, another clone of its repository will do, be it the one that is stood in.
    """
    here, began_in = Path.cwd(), progress.settings.repository
    clone = clone_of(began_in) if began_in else ""
    ours = clone_of(str(here))
    if clone and clone != ours:
        return Path(began_in)
    if not clone and began_in and not Place(str(here), os.environ).has(progress.settings.whose()):
        return Path(began_in)
    return here


def on_this_machine(config: "Config", source: RecordedConfig) -> "Config":
    """Return the configuration with the cluster that was in force, where this machine knows it."""
    settings = config.kubernetes
    if settings is None:
        return config
    files = source.kubeconfig.split(os.pathsep) if source.kubeconfig else ()
    is_here = any(map(os.path.isfile, files))
    place = {
        "context": source.context or settings.context,
        "kubeconfig": source.kubeconfig if is_here else settings.kubeconfig,
    }
    return config.model_copy(update={"kubernetes": settings.model_copy(update=place)})


def any_session(
    command: str, say: Say, named: Path | None = None, trust: tuple[str, ...] = ()
) -> Session:
    """Return the session of a command that is about no run in particular.

    Today's configuration; where there is none, that of this repository's newest run.

    Raises:
        ProblemError: there is neither, or today's is wrong.
    """
    taking = TakingUp(command, say, named, trust=trust)
    environ = taking.environ()
    found = found_config(str(Path.cwd()), environ, str(named or ""))
    run, session = (None, None) if found else taking.chosen_if_any()
    if session is None:
        if command == "takeover" and not found:
            raise ProblemError(_CLUSTER_NOT_KNOWN)
        return open_session(named, environ, trust)
    say(f"There is no hotfix.toml here: as run {run} is configured.")
    return session


def lock_session(say: Say, named: Path | None = None) -> Session:
    """Return the session for the lock that this repository's open run is, or would be, under.

    Raises:
        ProblemError: as ``any_session``.
    """
    taking = TakingUp("lock", say, named)
    run = taking.open_run()
    return taking.chosen(run)[1] if run else any_session("lock", say, named)


def taken_up(
    command: str,
    screen: Screen,
    manner: Manner,
    config_file: Path | None,
    *,
    use_todays: bool,
    asks: bool = False,
    early: EarlyCluster | None = None,
    trust: tuple[str, ...] = (),
) -> TakingUp:
    """Return how a command takes up a run; ``asks`` whether it stops for another configuration."""
    can_ask = asks and manner.can_ask and not manner.flags.yes and not use_todays
    choose = (lambda: _takes_todays(screen)) if can_ask else None
    return TakingUp(command, screen.aside, config_file, use_todays, choose, early, trust)


def _takes_todays(screen: Screen) -> bool:
    options: Sequence[tuple[str, str]] = (
        ("recorded", "What the run began with"),
        ("todays", "Today's; it is on record from here on"),
    )
    return screen.choose("Which configuration does the run go on with?", options) == "todays"


def _without_record(
    run: str, no_use: ProblemError | None, todays: "tuple[Config, RecordedConfig]"
) -> str:
    why = no_use.problem.what if no_use else "an earlier version began it"
    return f"Run {run} has no configuration on record ({why}): {todays[1].path} is taken."


def _no_configuration(run: str) -> Problem:
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"There is no configuration for run {run}.",
        why="None is on record, and no hotfix.toml here or in its clone is of its repository.",
        # Whatever was asked for: to resume is something else than to look, or to go back.
        next_command="the same command with --config PATH/hotfix.toml",
    )


_CLUSTER_NOT_KNOWN = Problem(
    ProblemCode.CONFIGURATION,
    what="The cluster that the run is on record in is not known here.",
    why="The run brings its configuration along, but there is no hotfix.toml here that says where "
    "to look: [github] repository, and [kubernetes] namespace and deployments.",
    next_command="In a clone with hotfix.toml, or: hotfix takeover RUN --config PATH/hotfix.toml",
)
