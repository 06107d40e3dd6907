"""``--on-budget {extend:MIN,escalate,stop}``: the budget decision, taken in advance."""

from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.question import Answer

_MOST_DIGITS = 4


def parsed(text: str) -> Answer | None:
    """Return the answer that the flag gives; None where it was not given.

    Raises:
        ProblemError: it is none of the three.
    """
    if not text:
        return None
    choice, _, minutes = text.partition(":")
    is_sane = minutes.isdecimal() and len(minutes) <= _MOST_DIGITS
    if choice == "extend" and is_sane and int(minutes) > 0:
        return Answer("extend", f"--on-budget {text}", float(minutes))
    if text in {"escalate", "stop"}:
        return Answer(text, f"--on-budget {text}")
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what=f"--on-budget does not understand {text!r}.",
            why="It takes extend:MIN (whole minutes), escalate or stop.",
            next_command="hotfix start ... --on-budget extend:10",
        )
    )
