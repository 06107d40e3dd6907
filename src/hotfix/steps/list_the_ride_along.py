"""List what rides along: what is on the base, not in what runs now, and would ship, too."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain import ride_along
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    BASE_LOOKED_AT,
    BASE_SHA,
    BRANCH,
    LEFT_BEHIND,
    LIVE_SHA,
    PULL_REQUEST_NUMBER,
    RIDE_ALONG,
    START_FROM,
)
from hotfix.domain.fact_records import OtherCommit
from hotfix.domain.facts import Facts
from hotfix.domain.figures import counted
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident, StartFrom
from hotfix.domain.outcome import Ask, Done, Failed, Outcome
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.merged_meanwhile import is_merged_meanwhile
from hotfix.ports.repository import Commit, Repository


@frozen
class ListTheRideAlong:
    """Reports ``live_sha``, ``ride_along`` or ``left_behind``, and ``start_from``.

    Fetching moves no local branch, so doing it twice changes nothing. A run that goes on may come
    here again with its branch cut already: then it stays cut from where it is, and what would ship
    is compared with what runs by now.

    Effect: none.
    """

    base: str  #: the branch that releases are made from
    merge_into: str  #: the deploy branch
    deployments: tuple[str, ...]  #: whose pods say which commit runs
    incident: Incident  #: where its branch is cut from, as the operator said
    name: str = "list_the_ride_along"
    reads: ClassVar[Declared] = maybe(BASE_SHA, BRANCH, PULL_REQUEST_NUMBER, START_FROM)
    reports: ClassVar[Declared] = maybe(
        BASE_LOOKED_AT, LEFT_BEHIND, LIVE_SHA, RIDE_ALONG, START_FROM
    )

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Compare the base with the commit that the pods run; ask where it has more."""
        if is_merged_meanwhile(facts.get(PULL_REQUEST_NUMBER), ports):
            return Done("It is merged by now: nothing more rides along.")
        is_cut = BRANCH in facts
        base = tip = ports.repository.fetch(self.base)
        if self.merge_into != self.base:
            tip = facts.get(BASE_SHA, tip) if is_cut else self.incident.start_sha or tip
        live = self._live(ports)
        if base is None or tip is None or live is None:
            if self.incident.start_from is StartFrom.LIVE and not is_cut:
                return Failed(_UNKNOWN)
            return Done(
                "Which commit runs now is not known, nor what rides along.", is_needless=True
            )
        extra = ports.repository.only_in(tip, live)
        found = tuple(_other(commit) for commit in extra)
        answer = facts.answer("ride-along", tip)
        is_decided = StartFrom.LIVE in {self.incident.start_from, facts.get(START_FROM)}
        if found and answer is None and (is_cut or not is_decided):
            return Ask(self._question(found, None if is_cut else live, tip))
        if is_cut:
            return Done(self._saying(found, live), (LIVE_SHA(live), RIDE_ALONG(found)))
        is_live = is_decided or (answer is not None and answer.choice == StartFrom.LIVE)
        return self._before_the_cut(found, live, base, is_live=is_live)

    def _before_the_cut(
        self, found: tuple[OtherCommit, ...], live: str, base: str, *, is_live: bool
    ) -> Done:
        said = StartFrom.REF if self.incident.start_sha else StartFrom.BASE
        known = (
            BASE_LOOKED_AT(base),
            LIVE_SHA(live),
            START_FROM(StartFrom.LIVE if is_live else said),
            RIDE_ALONG(() if is_live else found),
            LEFT_BEHIND(found if is_live else ()),
        )
        if is_live:
            behind = f"; stays behind: {_shown(found)}" if found else ""
            return Done(f"Cut from what runs now, {live[:8]}{behind}.", known)
        return Done(self._saying(found, live), known)

    def _saying(self, found: Sequence[OtherCommit], live: str) -> str:
        if found:
            return f"Rides along: {_shown(found)}."
        return f"Nothing rides along: {live[:8]} runs, {self._source} has no more."

    @property
    def _source(self) -> str:
        """What ships with the fix is on this."""
        is_all = self.merge_into == self.base
        return self.base if is_all else self.incident.start_ref or self.base

    def _live(self, ports: Ports) -> str | None:
        """Return the commit that runs; of several, the oldest; None where it is not known."""
        if ports.cluster is None or not self.deployments:
            return None
        # What runs was deployed from there, and may not be here yet.
        ports.repository.fetch(self.merge_into)
        views = ports.cluster.look(self.deployments)
        if any(view.wanted and not view.running for view in views):
            # What is down may be of an older commit than the rest: more would ride along.
            return None
        named = {commit for view in views for commit in view.commits}
        known = {ports.repository.resolve(name) if name else None for name in named}
        shas = [sha for sha in known if sha is not None]
        return _oldest(shas, ports.repository) if shas and len(shas) == len(known) else None

    def _question(self, found: Sequence[OtherCommit], live: str | None, tip: str) -> Question:
        """Ask whether they go along; ``live`` is what the branch can be cut from instead."""
        commits = counted(len(found), "commit")
        options = [
            Option(
                "go-on",
                "Take them along",
                does="The branch is cut with them aboard, and they are deployed with the fix.",
            )
        ]
        if live is not None and self.merge_into != self.base:
            options.append(
                Option(
                    StartFrom.LIVE.value,
                    f"Leave them: cut the branch from {live[:8]}, which runs",
                    does="The branch is cut without them, from the commit that runs in production.",
                )
            )
        options.append(Option("stop", "Stop; nothing ships", then=Then.STOP))
        return Question(
            key="ride-along",
            text=f"{commits} of {self._source} would ship with this hotfix. Go on?",
            shown=ride_along.in_words(found),
            options=tuple(options),
            by_yes="go-on",
            flag="--yes, or: hotfix abort, then hotfix start ... --from live",
            about=tip,
        )


def _shown(found: Sequence[OtherCommit]) -> str:
    return "; ".join(ride_along.in_words(found))


def _oldest(shas: Sequence[str], repository: Repository) -> str | None:
    """Return the one that all others contain, or None where they went different ways."""
    for sha in shas:
        if not any(repository.log_between(other, sha) for other in shas if other != sha):
            return sha
    return None


def _other(commit: Commit) -> OtherCommit:
    number = ride_along.pull_request_of(commit.subject)
    return OtherCommit(commit.sha, commit.subject, commit.author, number)


_UNKNOWN = Problem(
    ProblemCode.FAILED,
    what="Which commit runs now is not known, so no branch can be cut from it.",
    why="The pods do not name one commit, or it is not in this clone.",
    next_command="hotfix abort, then: hotfix start ... without --from live; "
    "[kubernetes] version_label names the pods' label",
)
