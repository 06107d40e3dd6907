"""Bring the fix back to the base, so that the next release does not lose it."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain import pull_request_text
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    BASE_SHA,
    BRANCH,
    BRING_BACK_CONFLICTS,
    BRING_BACK_URL,
    PULL_REQUEST_NUMBER,
    PULL_REQUEST_URL,
    START_FROM,
)
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident, StartFrom
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.domain.refspec import by_its_name
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import PullRequest


@frozen
class BringBackToBase:
    """Reports ``bring_back_url`` and ``bring_back_conflicts``.

    Opens the pull request; merging it, and resolving what conflicts, is the team's own business.
    Where GitHub deleted the fix branch on merging, it is put back for that; twice does nothing.

    Effect: opens a pull request into the base.
    """

    incident: Incident
    base: str
    merge_into: str
    name: str = "bring_back_to_base"
    reads: ClassVar[Declared] = (
        BASE_SHA,
        BRANCH,
        PULL_REQUEST_NUMBER,
        PULL_REQUEST_URL,
        *maybe(START_FROM),
    )
    reports: ClassVar[Declared] = maybe(BRING_BACK_CONFLICTS, BRING_BACK_URL)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Open a pull request from the fix branch into the base."""
        if self.merge_into == self.base:
            return Done("The fix is on the base already.")
        fix = self._branch_there(facts, ports)
        base = ports.repository.fetch(self.base)
        if base and self._has(base, fix, ports):
            return Done(f"The fix is on {self.base} already.")
        conflicts = self._conflicts(base, fix, ports)
        title = f"Bring back: {pull_request_text.title(self.incident)}"
        body = self._body(facts, conflicts)
        opened = ports.pull_requests.open(title, body, facts[BRANCH], self.base)
        return self._done(opened, conflicts)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """A pull request from the fix branch into the base is there."""
        if self.merge_into == self.base:
            return NotDone()
        found = ports.pull_requests.find(facts[BRANCH], self.base)
        if found is None:
            return NotDone()
        base = ports.repository.fetch(self.base)
        return self._done(found, self._conflicts(base, found.head_sha, ports))

    def by_hand(self, facts: Facts) -> str:
        """Open it with GitHub's own command."""
        branch = facts.get(BRANCH, "")
        push = f"git push origin {by_its_name(branch)}, where GitHub has it no more"
        return f"gh pr create --base {self.base} --head {branch} ({push})"

    def _branch_there(self, facts: Facts, ports: Ports) -> str:
        """Return the commit of the fix branch, which is there and known here afterwards."""
        branch, pull_requests = facts[BRANCH], ports.pull_requests
        there = pull_requests.branch_commit(branch)
        if there is None:
            merged = pull_requests.get(facts[PULL_REQUEST_NUMBER])
            there = pull_requests.ensure_branch(branch, merged.head_sha)
        if ports.repository.resolve(there) is None:
            ports.repository.fetch(branch)
        return there

    def _has(self, base: str, fix: str, ports: Ports) -> bool:
        """Tell whether the base has the fix: its commits, or others with the same changes."""
        if ports.repository.contains(base, fix):
            return True
        # What came by its own commits and was reverted would merge as nothing, and is not there.
        if ports.repository.resolve(fix) is None or ports.repository.comes_from(base, fix):
            return False
        return ports.repository.has_already(base, fix)

    def _conflicts(self, base: str | None, fix: str, ports: Ports) -> Sequence[str]:
        """Try the merge in a temporary work tree; nothing is kept of it."""
        is_here = base is not None and ports.repository.resolve(fix) is not None
        return ports.repository.conflicts(base, fix) if base and is_here else ()

    def _body(self, facts: Facts, conflicts: Sequence[str]) -> str:
        pull_request = facts[PULL_REQUEST_URL]
        why = "so that the next release keeps it."
        parts = [f"Brings the hotfix {pull_request} back to `{self.base}`, {why}"]
        if facts.get(START_FROM) is StartFrom.LIVE:
            live = facts[BASE_SHA][:8]
            parts.append(
                f"The fix was cut from what ran in production, {live}: what else was deployed "
                f"and is not on `{self.base}` comes with it."
            )
        elif self.incident.start_ref:
            ref = self.incident.start_ref.replace("`", "'")
            parts.append(
                f"The fix was cut from `{ref}`, {facts[BASE_SHA][:8]}: what else is there and is "
                f"not on `{self.base}` comes with it."
            )
        if conflicts:
            files = "\n".join(f"- `{path}`" for path in conflicts)
            parts.append(
                f"**It conflicts with `{self.base}`, and nothing was forced:**\n{files}\n\n"
                f"Merge `{self.base}` into a branch of its own from this one, resolve, and merge."
            )
        return "\n\n".join([*parts, pull_request_text.marker(facts.run)]) + "\n"

    def _done(self, opened: PullRequest, conflicts: Sequence[str]) -> Done:
        found = (BRING_BACK_URL(opened.url), BRING_BACK_CONFLICTS(tuple(conflicts)))
        where = f"; it conflicts with {self.base} in {', '.join(conflicts)}" if conflicts else ""
        return Done(f"Bring-back: {opened.url}{where}", found)
