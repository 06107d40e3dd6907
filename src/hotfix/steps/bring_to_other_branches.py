"""Bring the fix to further branches, once it is proven: a release, the branch of the next one."""

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import ClassVar

from hotfix.domain import pull_request_text
from hotfix.domain.branch_pattern import matching
from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import (
    BASE_SHA,
    BRANCH,
    BROUGHT_TO,
    MERGE_SHA,
    PULL_REQUEST_NUMBER,
    PULL_REQUEST_URL,
)
from hotfix.domain.fact_records import BroughtTo
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.refspec import by_its_name
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import PullRequest
from hotfix.ports.repository import Bringing


@frozen
class BringToOtherBranches:
    """Reports ``brought_to``. One branch that cannot be served keeps none of the others waiting.

    Each gets a branch of its own to merge from: whoever resolves a conflict there, by the button of
    the page, merges that branch into it, and must not bring one release into the next. The pull
    request is looked for by its name before it is opened, so that another try opens no second one.

    Effect: pushes branches and opens pull requests from them.
    """

    incident: Incident
    patterns: tuple[str, ...]  #: of names of branches, as of ``domain.branch_pattern``
    base: str
    merge_into: str
    workflow: str = ""  #: file name of the workflow that deploys; empty for none
    name: str = "bring_to_other_branches"
    reads: ClassVar[Declared] = (
        BASE_SHA,
        BRANCH,
        MERGE_SHA,
        PULL_REQUEST_NUMBER,
        PULL_REQUEST_URL,
    )
    reports: ClassVar[Declared] = (BROUGHT_TO,)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Open what is not open yet, branch by branch."""
        branches = ports.repository.branches()
        head = ports.pull_requests.get(facts[PULL_REQUEST_NUMBER]).head_sha
        if ports.repository.resolve(facts[MERGE_SHA]) is None:
            ports.repository.fetch(self.merge_into)
        found: list[BroughtTo] = []
        trouble: TemporaryTroubleError | None = None
        no_right: ProblemError | None = None
        for target in self._targets(branches, facts):
            try:
                found.append(self._brought(target, head, facts, ports))
            except ProblemError as error:
                problem = error.problem
                if problem.code is ProblemCode.RIGHTS:
                    no_right = no_right or error
                why = f"{problem.what} {problem.why}".rstrip(".")
                found.append(BroughtTo(target, by_hand=_by_hand(target, _pick(facts)), why=why))
            except TemporaryTroubleError as error:
                trouble = trouble or error
        if trouble is not None:
            # The others are there, and are found by the next try.
            raise trouble
        if no_right is not None and not any(each.url or each.is_settled for each in found):
            # That is about us, and not about one branch.
            raise no_right
        return self._done(found, branches)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """For each branch there is a pull request from the branch that is named after it."""
        branches = ports.repository.branches()
        targets = self._targets(branches, facts)
        pulls = {target: self._find(target, facts, ports) for target in targets}
        found = [_proposed(target, pull) for target, pull in pulls.items() if pull is not None]
        if targets and len(found) == len(targets):
            return self._done(found, branches)
        # What is missing may be there already, or conflict: that is for another try to tell.
        return NotDone(f"There is: {' '.join(each.url for each in found)}" if found else "")

    def by_hand(self, facts: Facts) -> str:
        """Bring it with git, and propose that."""
        return _by_hand(f"each of {', '.join(self.patterns)}", _pick(facts))

    def _targets(self, branches: Sequence[str], facts: Facts) -> Sequence[str]:
        """Return the branches that are meant, as they are now."""
        never = {self.base, self.merge_into, facts[BRANCH]}
        ours = tuple(prefix for prefix in _prefixes(facts))
        meant = (each for pattern in self.patterns for each in matching(pattern, branches))
        return [
            each for each in dict.fromkeys(meant) if each not in never and not each.startswith(ours)
        ]

    def _brought(self, target: str, head: str, facts: Facts, ports: Ports) -> BroughtTo:
        there = self._find(target, facts, ports)
        if there is not None:
            return _proposed(target, there)
        tip = ports.repository.fetch(target)
        if tip is None:
            # It went between two looks.
            return BroughtTo(target, is_settled=True, why="it is gone")
        bringing = ports.repository.bring(tip, facts[MERGE_SHA], head, facts[BASE_SHA])
        if bringing.is_there:
            return BroughtTo(target, is_settled=True)
        # What conflicts is made by hand on top of the branch as it is.
        name = self._free_of_deploys(target, bringing.sha or tip, facts, ports)
        if not bringing.sha:
            by_hand = _by_hand(target, bringing.by_hand, name)
            return BroughtTo(target, conflicts=bringing.conflicts, by_hand=by_hand)
        if not name:
            by_hand = _by_hand(target, bringing.by_hand)
            why = f"pushing a branch for it would deploy, by {self.workflow} of {bringing.sha[:8]}"
            return BroughtTo(target, by_hand=by_hand, why=why)
        if ports.pull_requests.branch_commit(name) is None:
            ports.repository.publish(name, bringing.sha)
        title = f"Bring to {target}: {pull_request_text.title(self.incident)}"
        body = _body(target, name, bringing, facts)
        opened = ports.pull_requests.open(title, body, name, target)
        return _proposed(target, opened, bringing.conflicts)

    def _find(self, target: str, facts: Facts, ports: Ports) -> PullRequest | None:
        found = (ports.pull_requests.find(name, target) for name in _names(target, facts))
        return next((each for each in found if each is not None), None)

    def _free_of_deploys(self, target: str, sha: str, facts: Facts, ports: Ports) -> str:
        """Return a name whose push deploys nothing, by what the commit says; empty for none."""
        names = tuple(_names(target, facts))
        if not self.workflow:
            return names[0]
        triggers = ports.repository.push_triggers(sha, self.workflow)
        # Where it cannot be told, a push is no worse than that of the fix was.
        told = ((name, triggers.deploy(name)) for name in names)
        may = sorted((it for it in told if not it[1]), key=lambda it: it[1] is None)
        return may[0][0] if may else ""

    def _done(self, found: Sequence[BroughtTo], branches: Sequence[str]) -> Done:
        said = [_in_words(each) for each in found]
        said += [
            f"no branch is called like {pattern}"
            for pattern in self.patterns
            if not matching(pattern, branches)
        ]
        words = "; ".join(said) or "it went into all of them already"
        return Done(f"The fix on other branches: {words}.", (BROUGHT_TO(tuple(found)),))


def _prefixes(facts: Facts) -> Iterator[str]:
    """Yield how the branches begin that this makes; the number is no other run's."""
    number = facts[PULL_REQUEST_NUMBER]
    yield f"{facts[BRANCH]}-{number}-into-"
    # Without a folder: it can be beside any branch, and few patterns of triggers mean it.
    yield f"bring-{number}-into-"


def _names(target: str, facts: Facts) -> Iterator[str]:
    """Yield what the branch may be called that is merged into ``target``, best first."""
    # Two branches of which one has a slash where the other has a dash are two.
    return (f"{prefix}{target.replace('/', '--')}" for prefix in _prefixes(facts))


def _pick(facts: Facts) -> str:
    what = facts.get(MERGE_SHA, "")[:12] or "the merged commits"
    return f"git cherry-pick -x {what} (with -m 1 if that is a merge)"


def _by_hand(target: str, command: str, name: str = "") -> str:
    """Return what a person does; without a ``name`` for the branch, none is known to be safe."""
    if not name:
        return (
            f"{command}, on a branch from {target} whose push deploys nothing, and a pull request"
        )
    push, name, there = by_its_name(name), quote(name), quote(target)
    return (
        f"git fetch origin && git switch --create {name} {quote(f'origin/{target}')} && {command}; "
        f"then: git push origin {push} && gh pr create --base {there} --head {name}"
    )


def _proposed(target: str, pull: PullRequest, conflicts: Sequence[str] = ()) -> BroughtTo:
    return BroughtTo(target, pull.is_merged, pull.url, pull.number, tuple(conflicts))


def _in_words(found: BroughtTo) -> str:
    conflicts = f"it conflicts in {', '.join(found.conflicts)}" if found.conflicts else ""
    said = ", ".join(filter(None, (found.why, conflicts))) or (
        "" if found.url else "has it already"
    )
    link = f" ({found.url})" if found.url else ""
    return f"{found.branch}{': ' if said else ''}{said}{link}"


def _body(target: str, name: str, bringing: Bringing, facts: Facts) -> str:
    shas = ", ".join(bringing.picked)
    how = f"It was picked: {shas}." if shas else "Merging it brings the commits of the fix alone."
    parts = [f"Brings the hotfix {facts[PULL_REQUEST_URL]} to `{target}`, too. {how}"]
    if bringing.conflicts:
        files = "\n".join(f"- `{path}`" for path in bringing.conflicts)
        parts.append(
            f"**It conflicts with `{target}`, and nothing was forced:**\n{files}\n\n"
            f"Merge `{target}` into `{name}`, resolve, and push: no other branch is merged from it."
        )
    parts.append(pull_request_text.marker(f"{facts.run} into {target}"))
    return "\n\n".join(parts) + "\n"
