"""Facts that are more than a text or a number: what stands in the journal under one name."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.suite_state import SuiteState


@frozen
class OtherCommit(JsonRecord):
    """A commit of the base that is not in what runs."""

    sha: str  #: full SHA
    subject: str  #: first line of its message, foreign text
    author: str  #: their name
    pull_request: int | None = None  #: the number that the subject names; None where it names none


@frozen
class StillAboard(JsonRecord):
    """A commit that an earlier run rolled back and that a branch still carries."""

    sha: str  #: what that run had merged, full SHA
    run: str  #: its id
    branch: str  #: that carries the commit
    revert_url: str  #: of the pull request that would undo it; empty where there is none


@frozen
class CameBack(JsonRecord):
    """A commit (full SHA) that the run of that id rolled back, and that is rolled out again."""

    sha: str
    run: str


@frozen
class OnCallPerson(JsonRecord):
    """Somebody who is on call: name and e-mail address."""

    name: str
    email: str


@frozen
class CommittedChange(JsonRecord):
    """What the fix changes: paths, how many lines, its commits, oldest first."""

    later: ClassVar[frozenset[str]] = frozenset({"subjects", "root_cause"})
    files: tuple[str, ...]
    lines: int
    commits: tuple[str, ...]  #: full SHAs
    subjects: tuple[str, ...] = ()  #: first lines of their messages, foreign text
    root_cause: str = ""  #: as drafted from the rest of them, foreign text; empty for nothing


@frozen
class FixWords(JsonRecord):
    """What a person wrote of the fix; null for what they left as it was drafted."""

    root_cause: str | None = None  #: empty where they took away what was drafted
    fix_summary: str | None = None  #: likewise; its place is then taken by the draft


@frozen
class AcceptedChange(JsonRecord):
    """A change that a person had committed, full SHA, and the warnings that were shown with it."""

    commit: str
    warnings: tuple[str, ...]


@frozen
class SuiteReport(JsonRecord):
    """A test suite: its name, how it ended, and how many seconds it took."""

    name: str
    state: SuiteState
    seconds: float


@frozen
class ReviewAsked(JsonRecord):
    """Somebody who was asked for a review: who, in which role, about which commit (full SHA)."""

    who: str
    role: str
    sha: str


@frozen
class ReviewRequest(JsonRecord):
    """The first request about a commit (full SHA), and when it was made, UTC."""

    sha: str
    at: datetime


@frozen
class DeploymentRevision(JsonRecord):
    """A deployment, and the revision that it came to."""

    later: ClassVar[frozenset[str]] = frozenset({"fingerprint"})

    name: str
    revision: int
    #: what stands for its template, restarted or not; empty in a record of an earlier version
    fingerprint: str = ""


@frozen
class Proven(JsonRecord):
    """A deployment of which every ready pod shows the merged commit."""

    name: str  #: the deployment's
    pods: int  #: how many are ready
    #: what shows it: ``label``, ``annotation``, ``tag`` or ``digest``; empty in a record of an
    #: earlier version
    by: tuple[str, ...] = ()
    revision: int | None = None  #: at that moment; None in such a record


@frozen
class Unproven(JsonRecord):
    """A deployment that was gone on without a proof of."""

    name: str  #: the deployment's
    because: str  #: why it is not proven
    revision: int  #: at that moment
    accepted_by: str  #: who went on
    reason: str  #: in their words


@frozen
class BroughtTo(JsonRecord):
    """What became of the fix on a further branch."""

    branch: str  #: its name
    is_settled: bool = False  #: whether it has the fix, or gets none any more
    url: str = ""  #: of the pull request that brings it; empty for none
    number: int = 0  #: that one's number; 0 for none
    conflicts: tuple[str, ...] = ()  #: paths
    by_hand: str = ""  #: what a person does where there is no pull request
    why: str = ""  #: why there is none; empty where it conflicts, or has the fix


@frozen
class LogRecord(JsonRecord):
    """What the deployment log holds beside the event's time."""

    commit: str  #: full SHA of the merge; empty where nothing was merged
    deployer: str  #: the operator; of a rollback that nobody decided on, ``itself``
    reason: str  #: the incident's description
    issue: str  #: its link; empty where none was named
    outcome: str  #: ``deployed`` or ``rolled-back``
    review: str = ""  #: who approved it, or ``owed: ...``


class Way(StrEnum):
    """How GitHub Actions deploys a commit once more."""

    AGAIN = "again"
    DISPATCH = "dispatch"


@frozen
class GoodRun(JsonRecord):
    """The deployment that is done once more.

    Attributes:
        way: whether its run is run again, or the workflow is started by hand.
        run_id, attempt: the run, and its newest attempt before; 0 where it is started by hand.
        newest_by_hand: id of the newest run by hand before; 0 for none.
        by: our login, where the workflow is started by hand; empty in a record of an earlier
            version.
        sha: the commit that is deployed, full SHA.
        how, because: one sentence each, without and with a full stop.
    """

    way: Way
    run_id: int
    attempt: int
    newest_by_hand: int
    by: str = field(default="", kw_only=True)
    sha: str
    how: str
    because: str


@frozen
class DeployUnderWay(JsonRecord):
    """A run of the deploy workflow that was not over when a rollback looked."""

    run_id: int  #: GitHub's
    number: int  #: as people see it
    sha: str  #: the commit that it deploys, full SHA
    actor: str  #: login of who started it; empty where GitHub does not tell
    is_ours: bool  #: whether this run's merge started it


@frozen
class PostMortemIssue(JsonRecord):
    """The issue of a post-mortem: number, link, until when the meeting is due."""

    later: ClassVar[frozenset[str]] = frozenset({"is_closed"})
    number: int
    url: str
    due: str  #: the day, ISO 8601, such as 2026-12-01
    is_closed: bool = False  #: whether it was seen to be closed
