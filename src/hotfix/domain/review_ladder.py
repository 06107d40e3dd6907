"""Who is asked for a review, and when: reviewer, second reviewer, whoever is on call.

The time counts from the first request for the commit that is the head now. Who was asked about an
earlier commit is asked about a newer one at once: the approval of what is not merged is no use.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace

from hotfix.domain.fact_names import (
    AUTHOR,
    CHOSEN_REVIEWER,
    ON_CALL_PEOPLE,
    REVIEW_REQUEST,
    REVIEWERS_ASKED,
)
from hotfix.domain.fact_records import OnCallPerson, ReviewAsked
from hotfix.domain.facts import Facts
from hotfix.domain.figures import clock
from hotfix.domain.frozen import frozen

FIRST, SECOND, ON_CALL_ROLE = "reviewer", "second reviewer", "on call"


@frozen
class Rung:
    """Somebody who may be asked."""

    who: str  #: login, ``org/team``, or the name of somebody whose login is not known
    role: str  #: ``FIRST``, ``SECOND`` or ``ON_CALL_ROLE``
    after_seconds: float  #: from the first request
    has_login: bool = True  #: whether a review can be requested from them; else they are only named


@frozen
class ReviewLadder:
    """The configured order of asking."""

    first: str = ""  #: a login or ``org/team``; empty for nobody
    second: str = ""  #: a login or ``org/team``; empty for nobody
    second_after: float = 240.0  #: seconds from the first request
    on_call_after: float = 420.0  #: seconds from the first request
    #: login by e-mail address, for those on call
    logins: Mapping[str, str] = field(default_factory=dict)

    def rungs(self, facts: Facts) -> tuple[Rung, ...]:
        """Return everybody who may be asked, once each, and never the author.

        Where the first one is the author, the next one is the first.
        """
        found = [
            Rung(facts.get(CHOSEN_REVIEWER, self.first), FIRST, 0.0),
            Rung(self.second, SECOND, self.second_after),
            *(self._on_call(person) for person in facts.get(ON_CALL_PEOPLE, ())[:1]),
        ]
        author = facts.get(AUTHOR, "").lower()
        by_name = {rung.who.lower(): rung for rung in reversed(found)}
        others = [rung for key, rung in reversed(by_name.items()) if key not in {"", author}]
        if others and self.is_the_author(facts):
            others[0] = replace(others[0], after_seconds=0.0)
        return tuple(others)

    def is_the_author(self, facts: Facts) -> bool:
        """Tell whether the first one is the author, whose review nobody can ask for."""
        first, author = facts.get(CHOSEN_REVIEWER, self.first), facts.get(AUTHOR, "")
        return bool(first) and first.lower() == author.lower()

    def due(self, facts: Facts, head_sha: str, spent: Collection[str] = ()) -> Rung | None:
        """Return who is to be asked now about ``head_sha``, or None.

        ``spent`` are the logins of those whose approval does not count: where they are all who were
        asked, the next one is asked at once.
        """
        asked = facts.get(REVIEWERS_ASKED, ())
        done = {one.who for one in asked if one.sha == head_sha}
        before = {one.who for one in asked}
        elapsed = seconds_since_request(facts, head_sha)
        gone = {login.lower() for login in spent}
        if done and {who.lower() for who in done} <= gone:
            elapsed = math.inf
        for rung in self.rungs(facts):
            if rung.who not in done and (rung.who in before or elapsed >= rung.after_seconds):
                return rung
        return None

    def and_then(self, facts: Facts, head_sha: str) -> str:
        """Return who is asked next about ``head_sha``, and when, in parentheses; empty for nobody.

        It stands behind who is asked already.
        """
        done = names(facts.get(REVIEWERS_ASKED, ()), head_sha)
        ahead = next((rung for rung in self.rungs(facts) if rung.who not in done), None)
        if ahead is None:
            return ""
        return f" (then {ahead.who}, {clock(ahead.after_seconds)} after the first request)"

    def must_ask(self, facts: Facts, head_sha: str, spent: Collection[str] = ()) -> str:
        """Return why somebody has to be asked now, one sentence; empty where nobody has to.

        ``spent`` as in ``due``.
        """
        request = facts.get(REVIEW_REQUEST)
        if request is None or request.sha != head_sha:
            return f"{head_sha[:8]} was pushed after the review was requested."
        due = self.due(facts, head_sha, spent)
        if due is None:
            return ""
        if self.due(facts, head_sha) is None:
            return f"The approval of {', '.join(spent)} does not count: {due.who} is asked."
        waited = clock(seconds_since_request(facts, head_sha))
        return f"No approval for {waited}: {due.who} is asked."

    def _on_call(self, person: OnCallPerson) -> Rung:
        login = login_of(person.email, self.logins)
        return Rung(login or person.name, ON_CALL_ROLE, self.on_call_after, has_login=bool(login))


def login_of(email: str, logins: Mapping[str, str]) -> str:
    """Return the login of whoever has that address, in whichever case; empty where unknown."""
    known = {address.lower(): login for address, login in logins.items()}
    return known.get(email.lower(), "")


def seconds_since_request(facts: Facts, head_sha: str) -> float:
    """Return the wall seconds since the first request for ``head_sha``; 0 before it."""
    first = facts.get(REVIEW_REQUEST)
    if facts.now is None or first is None or first.sha != head_sha:
        return 0.0
    return max(0.0, (facts.now - first.at).total_seconds())


def names(asked: Sequence[ReviewAsked], head_sha: str) -> tuple[str, ...]:
    """Return who was asked about ``head_sha``."""
    return tuple(one.who for one in asked if one.sha == head_sha)
