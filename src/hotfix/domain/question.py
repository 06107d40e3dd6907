"""A decision that a person takes, and the answer that goes on record."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotfix.domain.json_value import JsonObject, objects, texts
from hotfix.domain.problem import ProblemCode

# The key of the decision to go on without a review; only its own flag answers it.
BREAK_GLASS = "break-glass"


class Then(StrEnum):
    """What an answer does to the run."""

    GO_ON = "go_on"  # the step runs again and finds the answer among its facts
    GO_BACK = "go_back"  # the plan goes on from an earlier step
    STOP = "stop"  # the run ends here; what was done stays done
    ROLL_BACK = "roll_back"  # the run goes over to the rollback plan


@dataclass(frozen=True)
class Option:
    """One possible answer.

    Attributes:
        key: the word that stands in the journal and behind flags, such as ``extend``.
        label: what the operator reads.
        then: what choosing it does.
        back_to: with ``Then.GO_BACK``, the name of the step to go back to.
        needs_reason: whether a reason in words must come with it.
        needs_minutes: whether a number of minutes must come with it.
    """

    key: str
    label: str
    then: Then = Then.GO_ON
    back_to: str = ""
    needs_reason: bool = False
    needs_minutes: bool = False

    def to_json(self) -> JsonObject:
        """Return the option as it stands in the journal."""
        return {
            "key": self.key,
            "label": self.label,
            "then": self.then.value,
            "back_to": self.back_to,
            "needs_reason": self.needs_reason,
            "needs_minutes": self.needs_minutes,
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> "Option":
        """Read back what ``to_json`` wrote."""
        return cls(
            key=str(data["key"]),
            label=str(data["label"]),
            then=Then(str(data["then"])),
            back_to=str(data["back_to"]),
            needs_reason=bool(data["needs_reason"]),
            needs_minutes=bool(data["needs_minutes"]),
        )


@dataclass(frozen=True)
class Question:
    """What a person is asked.

    Attributes:
        key: names the decision within its step, such as ``merge``.
        text: the question, one sentence.
        options: the possible answers, the usual one first.
        shown: what the person is shown to decide on, line by line; it goes on record too.
        by_yes: the key of the option that ``--yes`` stands for; empty where a person must choose.
        unanswered: the kind of problem it is when nobody can be asked.
        flag: the flag that answers it without a terminal, such as ``--on-budget extend:MIN``.
        by_itself: the key of the option that is taken if nobody answers; empty for none.
        by_itself_in: after how many seconds, which are given to whoever wants to call it off.
    """

    key: str
    text: str
    options: tuple[Option, ...]
    shown: tuple[str, ...] = ()
    by_yes: str = ""
    unanswered: ProblemCode = ProblemCode.WAITING
    flag: str = "--yes"
    by_itself: str = ""
    by_itself_in: float = 0.0

    def option(self, key: str) -> Option:
        """Return the option named ``key``; raises KeyError where there is none."""
        for option in self.options:
            if option.key == key:
                return option
        raise KeyError(key)

    def to_json(self) -> JsonObject:
        """Return the question as it stands in the journal."""
        return {
            "key": self.key,
            "text": self.text,
            "options": [option.to_json() for option in self.options],
            "shown": list(self.shown),
            "by_yes": self.by_yes,
            "unanswered": self.unanswered.value,
            "flag": self.flag,
            "by_itself": self.by_itself,
            "by_itself_in": self.by_itself_in,
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> "Question":
        """Read back what ``to_json`` wrote."""
        return cls(
            key=str(data["key"]),
            text=str(data["text"]),
            options=tuple(Option.from_json(each) for each in objects(data["options"])),
            shown=texts(data["shown"]),
            by_yes=str(data["by_yes"]),
            unanswered=ProblemCode(str(data["unanswered"])),
            flag=str(data["flag"]),
            # A journal of an earlier version has none.
            by_itself=str(data.get("by_itself", "")),
            by_itself_in=float(str(data.get("by_itself_in", 0))),
        )


@dataclass(frozen=True)
class Answer:
    """What a person decided.

    Attributes:
        choice: the key of the option.
        reason: in their words; empty where none was needed.
        minutes: for options that ask for minutes, else 0.
        by: the operator.
        at: when, UTC, aware; None until it is in the journal.
    """

    choice: str
    reason: str = ""
    minutes: float = 0.0
    by: str = ""
    at: datetime | None = None
