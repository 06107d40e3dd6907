"""A decision that a person takes, and the answer that goes on record."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.problem import ProblemCode

# The key of the decision to go on without a review; only its own flag answers it.
BREAK_GLASS_KEY = "break-glass"
# Who has decided, where a countdown ended and nobody did: "by itself", wherever "by" is said.
ITSELF = "itself"


class AskedNoMoreError(Exception):
    """While a person was asked, the question was answered otherwise, or ceased to stand."""


class NotEditedError(Exception):
    """Nothing came of an editor; the text says why, in a sentence for whoever opened it."""


class Then(StrEnum):
    """What an answer does to the run."""

    GO_ON = "go_on"  # the step runs again and finds the answer among its facts
    GO_BACK = "go_back"  # the plan goes on from an earlier step
    STOP = "stop"  # the run ends here; what was done stays done
    ROLL_BACK = "roll_back"  # the run goes over to the rollback plan
    WRITE = "write"  # what a person wrote counts from here on, and the step asks again


@frozen
class Option(JsonRecord):
    """One possible answer."""

    later: ClassVar[frozenset[str]] = frozenset({"typed", "stated", "draft", "does"})
    key: str  #: the word that stands in the journal and behind flags, such as ``extend``
    #: what the operator reads, and the timeline says: no word of the reason, or the minutes, that
    #: come with it
    label: str
    then: Then = Then.GO_ON  #: what choosing it does
    back_to: str = ""  #: with ``Then.GO_BACK``, the name of the step to go back to
    needs_reason: bool = False  #: whether a reason in words must come with it
    needs_minutes: bool = False  #: whether a number of minutes must come with it
    #: whether a person types its word: it changes production, or customers read it
    typed: bool = False
    #: whether it states what only a person knows, such as that customers do not notice: Enter
    #: alone does not
    stated: bool = False
    #: with ``Then.WRITE``, the text that an editor opens with; what is saved is the reason
    draft: str = ""
    #: what comes of it, a sentence, where ``then`` does not tell: so it is with every ``GO_ON``
    does: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether neither Enter nor a number chooses it; so it is with every rollback."""
        return self.typed or self.then is Then.ROLL_BACK

    @property
    def comes_with(self) -> str:
        """What must come with it, such as ``a reason``; empty for nothing that is asked for."""
        if self.then is Then.WRITE:
            return ""
        wanted = ["the minutes"] if self.needs_minutes else []
        wanted += ["a reason"] if self.needs_reason else []
        return " and ".join(wanted)

    def as_taken(self, minutes: float) -> str:
        """Return what was chosen, as the record tells it.

        Args:
            minutes: that came with it; 0 for none.
        """
        # Earlier versions asked for them there: such a record reads as it did.
        is_told = bool(minutes) and ":" not in self.label
        return f"{self.label}, {minutes:g} minutes" if is_told else self.label

    @property
    def word(self) -> str:
        """What a person types for it, such as ``roll back``."""
        return self.key.replace("-", " ")


@frozen
class Question(JsonRecord):
    """What a person is asked."""

    later: ClassVar[frozenset[str]] = frozenset({"about", "brief_from"})
    key: str  #: names the decision within its step, such as ``merge``
    text: str  #: the question, one sentence
    options: tuple[Option, ...]  #: the possible answers, the usual one first
    #: what the person is shown to decide on, line by line; it goes on record too
    shown: tuple[str, ...] = ()
    #: the key of the option that ``--yes`` stands for; empty where a person must choose
    by_yes: str = ""
    #: the kind of problem it is when nobody can be asked
    unanswered: ProblemCode = ProblemCode.WAITING
    #: the flag that answers it without a terminal, such as ``--on-budget extend:MIN``
    flag: str = "--yes"
    by_itself: str = ""  #: the key of the option that is taken if nobody answers; empty for none
    #: after how many seconds, which are given to whoever wants to call it off
    by_itself_in: float = 0.0
    #: what exactly was looked at, where ``shown`` does not tell, such as a commit's SHA: an answer
    #: counts for that alone
    about: str = ""
    #: from which of ``shown`` on, counted from 0, a line takes one row of a terminal, until ``?``
    #: shows them whole; 0 for none
    brief_from: int = 0

    @property
    def brief(self) -> tuple[str, ...]:
        """The lines of ``shown`` that take one row each, in their order."""
        return self.shown[self.brief_from :] if self.brief_from else ()

    @property
    def asked(self) -> str:
        """What it asks; empty where it tells the operator what to do, which no record is about."""
        return self.text if "?" in self.text else ""

    def option(self, key: str) -> Option:
        """Return the option named ``key``; raises KeyError where there is none."""
        for option in self.options:
            if option.key == key:
                return option
        raise KeyError(key)

    @property
    def default(self) -> Option | None:
        """What Enter alone chooses: the first option, unless that is typed or states something."""
        first = self.options[0]
        return None if first.is_typed or first.stated else first

    def meant(self, line: str, *, is_listed: bool = True) -> Option | None:
        """Return the option that a line typed by a person means; None where it means none.

        Enter, numbers, and the beginning of its key or of what is read choose what need not be
        typed; ``yes`` is for what both Enter and ``--yes`` choose. Of answers that are not listed,
        one that ends the run is chosen by its whole word. The rest is chosen by its whole
        word alone, whose case, blanks and hyphens do not matter.

        Args:
            line: as it was typed.
            is_listed: whether the answers stand there with their numbers; else none chooses.
        """
        typed = _letters(line)
        if not is_listed and line.strip().isdecimal():
            return None
        if not typed:
            return None if line.strip() else self.default
        whole = self._whole(line)
        if whole is not None:
            return whole
        found = [option for option in self._pointed_at(line) if not option.is_typed]
        if not is_listed:
            # What is not read there as an answer must not end the run by a slip.
            found = [option for option in found if option.then is not Then.STOP]
        if not found and typed in _YES and self.default is not None:
            found = [self.default] if self.default.key == self.by_yes else []
        return found[0] if len(found) == 1 else None

    def said_by(self, option: Option) -> tuple[str, ...]:
        """Return the words that choose ``option``, whole or by their beginning: its own first.

        Then ``yes`` and ``no``, where they mean it: what is taken for an answer is offered.
        """
        return (option.word, *(it for it in ("yes", "no") if self._is_so_said(option, it)))

    def is_whole(self, line: str) -> bool:
        """Tell whether a line is the whole word of an answer, or ``yes`` or ``no``."""
        return self._whole(line) is not None or _letters(line) in {*_YES, *_NO}

    def _whole(self, line: str) -> Option | None:
        typed = _letters(line)
        return next((each for each in self.options if _letters(each.key) == typed), None)

    def _is_so_said(self, option: Option, word: str) -> bool:
        return option.word != word and self.meant(word) is option

    def to_be_typed(self, line: str) -> Option | None:
        """Return what a line that means nothing seems to mean, and its whole word alone chooses."""
        found = self._pointed_at(line)
        if not found and _letters(line) in _YES:
            found = self.options[:1]
        return found[0] if len(found) == 1 and found[0].is_typed else None

    def _pointed_at(self, line: str) -> Sequence[Option]:
        """Return what a number, or the beginning of a key or of what is read, points at."""
        typed = _letters(line)
        if line.strip().isdecimal():
            return self.options[int(line) - 1 : int(line)] if int(line) else ()
        return [
            option
            for option in self.options
            if typed
            and any(_letters(text).startswith(typed) for text in (option.key, option.label))
        ]


_YES, _NO = frozenset({"y", "yes"}), frozenset({"n", "no"})


def _letters(text: str) -> str:
    return "".join(text.casefold().replace("-", " ").split())


@frozen
class Answer:
    """What a person decided."""

    choice: str  #: the key of the option
    reason: str = ""  #: in their words; empty where none was needed
    minutes: float = 0.0  #: for options that ask for minutes, else 0
    by: str = ""  #: the operator, or ``itself`` where nobody did
    at: datetime | None = None  #: when, UTC, aware; None until it is in the journal
    about: str = ""  #: what the question was about, as of ``Question.about``
