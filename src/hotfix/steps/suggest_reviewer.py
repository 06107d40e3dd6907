"""Suggest who could review, where nobody is configured (procedure, step 4)."""

from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar

from hotfix.domain.code_owners import PLACES, owners_of
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import AUTHOR, BASE_SHA, BRANCH, CHOSEN_REVIEWER, SUGGESTED_REVIEWERS
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question
from hotfix.domain.review_ladder import login_of
from hotfix.ports.bundle import Ports

_NOBODY = "nobody"
_MOST = 3
_NOREPLY = "@users.noreply.github.com"


@frozen
class SuggestReviewer:
    """Reports ``suggested_reviewers``, and ``chosen_reviewer`` where a person chooses one.

    Code owners of the changed paths come first, else who last touched the lines; never the author.
    Nobody is asked unseen: without a person at the terminal it stays a suggestion.

    Effect: none.
    """

    can_ask: bool  #: whether somebody is there to choose
    logins: Mapping[str, str] = field(default_factory=dict)  #: login by e-mail address
    name: str = "suggest_reviewer"
    reads: ClassVar[Declared] = (AUTHOR, BASE_SHA, BRANCH, *maybe(CHOSEN_REVIEWER))
    reports: ClassVar[Declared] = maybe(CHOSEN_REVIEWER, SUGGESTED_REVIEWERS)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look into CODEOWNERS of the base, then into the history of the changed lines."""
        answer = facts.answer("reviewer")
        if answer is not None:
            chosen = "" if answer.choice == _NOBODY else answer.choice
            saying = f"{chosen} is going to be asked." if chosen else "Nobody is going to be asked."
            return Done(saying, (CHOSEN_REVIEWER(chosen or None),))
        if CHOSEN_REVIEWER in facts:
            return Done(f"{facts[CHOSEN_REVIEWER]} was chosen to review.")
        base, branch = facts[BASE_SHA], facts[BRANCH]
        change = ports.repository.change_since(base, branch)
        found = self._owners(base, [file.path for file in change.files], facts, ports)
        why = "CODEOWNERS"
        if not found:
            writers = {commit.author for commit in change.commits}
            found, why = self._last_authors(base, branch, writers, facts, ports), "git blame"
        if not found:
            return Done(
                "No reviewer is configured, and nobody suggests themselves.", is_needless=True
            )
        logins = [name for name in found if " " not in name and "@" not in name]
        if self.can_ask and logins:
            return Ask(_question(logins, why))
        saying = f"No reviewer is configured; {', '.join(found)} could review it ({why})."
        return Done(saying, (SUGGESTED_REVIEWERS(tuple(found)),))

    def _owners(self, base: str, paths: list[str], facts: Facts, ports: Ports) -> list[str]:
        texts = (ports.repository.file_at(base, place) for place in PLACES)
        text = next((text for text in texts if text is not None), "")
        named = (self._login(owner, owner) for owner in owners_of(text, paths))
        return [name for name in named if name.lower() != facts[AUTHOR].lower()][:_MOST]

    def _last_authors(
        self, base: str, branch: str, writers: set[str], facts: Facts, ports: Ports
    ) -> list[str]:
        authors = ports.repository.last_authors(base, branch)
        others = [author for author in authors if author.name not in writers]
        named = dict.fromkeys(self._login(author.email, author.name) for author in others)
        return [name for name in named if name.lower() != facts[AUTHOR].lower()][:_MOST]

    def _login(self, email: str, otherwise: str) -> str:
        """Return the login that an address is known by; GitHub's own ones hold it."""
        known = login_of(email, self.logins)
        if known:
            return known
        if email.lower().endswith(_NOREPLY):
            return email[: -len(_NOREPLY)].rpartition("+")[2]
        return otherwise


def _question(logins: list[str], why: str) -> Question:
    return Question(
        key="reviewer",
        text="No reviewer is configured. Whom to ask?",
        shown=(f"suggested by {why}",),
        options=(
            *(
                Option(
                    login,
                    f"Ask {login}",
                    does=f"{login} is asked on the pull request to review it.",
                )
                for login in logins
            ),
            Option(
                _NOBODY,
                "Nobody: somebody will come by",
                does="Nobody is asked by name; whoever may approve the pull request can.",
            ),
        ),
        by_yes=_NOBODY,
        flag="--reviewer LOGIN",
    )
