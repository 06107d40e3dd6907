"""A question in lines: what there is to choose from, how it is typed, and what ``?`` adds to it."""

import re
from collections.abc import Iterator, Sequence

from hotfix.domain.leaving import Leave
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.step_words import step_words
from hotfix.view.foreign_text import one_line

_DOES = {
    Then.GO_ON: "The run goes on.",
    Then.STOP: "It ends the run, and nothing takes that up again. What was done stays done.",
    Then.WRITE: "Your editor opens; what you save goes on record, and this is asked again.",
    Then.ROLL_BACK: "The run goes over to a rollback, to what was recorded as healthy; that asks "
    "once more only where it finds what is not shown here, such as somebody else's change.",
}

# Of what is typed whole, none does.
_BEGINNING = "beginning of a word, or of an answer as it reads, does, if it fits no other."
_LONGEST_TYPED = 60


def choices(question: Question) -> Iterator[tuple[str, str]]:
    """Yield the number of each option, and what is read behind it.

    That is its label, what must come with it, and what to type, or Enter, and ``yes`` or ``no``
    where they are taken for it and the label does not say so itself.
    """
    for number, option in enumerate(question.options, start=1):
        enter = ["Enter"] if option is question.default else []
        said = [it for it in question.said_by(option)[1:] if not _begins_with(option.label, it)]
        ways = [f"type {option.word}"] if option.is_typed else [*enter, *said]
        how = f" ({' or '.join(ways)})" if ways else ""
        give = f", and give {option.comes_with}" if option.comes_with else ""
        yield f"{number}.", one_line(f"{option.label}{give}{how}")


def how_to_choose(question: Question) -> str:
    """Return which numbers and words there are, such as ``type merge, or 2``."""
    typed = [option.word for option in question.options if option.is_typed]
    easy = [
        str(number)
        for number, option in enumerate(question.options, start=1)
        if not option.is_typed
    ]
    is_row = len(easy) > 1 and int(easy[-1]) - int(easy[0]) == len(easy) - 1
    numbers = f"{easy[0]}-{easy[-1]}" if is_row else ", ".join(easy)
    if question.default is not None:
        words = "".join(f"type {word}, " for word in typed)
        return f"{numbers}, {words}Enter for 1"
    words = f"type {' or '.join(typed)}" if typed else ""
    return ", or ".join(filter(None, (words, numbers)))


def refusal(question: Question, line: str) -> str:
    """Return what is said to a line that chooses nothing: what does, and what it seems to mean."""
    meant = question.to_be_typed(line)
    whole = f' "{meant.label}" takes its whole word.' if meant is not None else ""
    return one_line(f"That is none of the answers: {how_to_choose(question)}.{whole}")


def not_taken(typed: str, *, behind: str = "") -> list[str]:
    """Return what is said of a line, or several, that were typed where nothing could be meant.

    Args:
        typed: in one line; empty for nothing to say.
        behind: the line that was refused, behind which it came; empty where it was typed before
            the question stood.
    """
    shown = one_line(typed)
    if len(shown) > _LONGEST_TYPED:
        shown = f"{shown[: _LONGEST_TYPED - 1]}…"
    why = "typed behind that" if behind else "typed before this question stood"
    return [f"Not taken: {why}: {shown}"] if shown else []


def explained(question: Question, leave: Leave, *, is_listed: bool = True) -> list[str]:
    """Return what each answer does to the run, and which words and flag give it.

    Args:
        question: what is asked.
        leave: what becomes of the run where whoever is asked leaves.
        is_listed: whether its answers stand above, with their numbers, as they do where it stops
            the run.
    """
    lines = list(question.brief)
    for option in question.options:
        read = "" if is_listed else f"{option.label}. "
        chosen_by = in_words(question, option, is_listed=is_listed)
        lines.append(f"{chosen_by}: {read}{_does(option, is_listed=is_listed)}")
    easy = [option for option in question.options if not option.is_typed]
    if easy:
        of = "The" if len(easy) == len(question.options) else "Of the others, the"
        lines.append(f"{of} {_BEGINNING}")
    if question.by_yes:
        taken = question.option(question.by_yes).word
        lines.append(f"A command that is given with --yes does not ask this: it takes {taken}.")
    return [*lines, leave.asked]


def ways(question: Question, option: Option, *, is_listed: bool = True) -> tuple[str, ...]:
    """Return all that chooses an option, but for the beginnings of what is named and read.

    Args:
        question: what is asked.
        option: one of its answers.
        is_listed: as of ``explained``.
    """
    if option.is_typed:
        return (option.word,)
    number = (str(question.options.index(option) + 1),) if is_listed else ()
    enter = ("Enter",) if option is question.default else ()
    return (*number, *question.said_by(option), *enter)


def in_words(question: Question, option: Option, *, is_listed: bool) -> str:
    """Return the ``ways`` of an option as they are read, such as ``1, go on or Enter``."""
    *words, last = ways(question, option, is_listed=is_listed)
    joint = " or " if last == "Enter" else ", "
    return joint.join(filter(None, (", ".join(words), last)))


def _begins_with(label: str, word: str) -> bool:
    """Tell whether the first word that is read is ``word``."""
    return re.match(rf"{word}\b", label, re.IGNORECASE) is not None


def _does(option: Option, *, is_listed: bool) -> str:
    """Return what choosing it does, and asks for."""
    if option.does:
        does = one_line(option.does)
    elif option.then is Then.GO_BACK:
        does = f"The run goes back to this step, and on from there: {step_words(option.back_to)}."
    else:
        does = _DOES[option.then]
    if option.then is Then.WRITE:
        return does
    record = ", which goes on record" if option.needs_reason else ""
    wanted = option.comes_with
    is_whole = option.is_typed or (option.then is Then.STOP and not is_listed)
    whole = "Nothing but its whole word chooses it. " if is_whole else ""
    return f"{whole}{does}{f' You are asked for {wanted}{record}.' if wanted else ''}"


def picked(line: str, options: Sequence[tuple[str, str]]) -> str | None:
    """Return the key of the ``(key, label)`` that a typed line means, as of ``Question.meant``.

    None where it means none, as Enter alone does.
    """
    asked = Question("", "", tuple(Option(key, label, stated=True) for key, label in options))
    meant = asked.meant(line)
    return None if meant is None else meant.key


def how_to_pick(line: str, accepted: str) -> str:
    """Return what to type where a line picks nothing; ``accepted`` are the numbers."""
    if line == "?":
        return f"Type {accepted}, or how an answer begins. Ctrl-C leaves."
    return f"That is none of the answers: {accepted}, or how one begins."
