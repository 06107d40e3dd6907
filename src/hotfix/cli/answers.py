"""``--answer KEY=OPTION``: a question answered in advance, held against all that are asked."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from hotfix.domain.problem import Problem, ProblemCode, ProblemError


def chosen(words: Sequence[str] | None) -> Mapping[str, str]:
    """Return the options by the keys of their questions.

    Raises:
        ProblemError: it is no answer, no question has such a key, or only a person may say it.
    """
    if not words:
        return {}
    from hotfix.cli.questions import questions

    known = questions()
    found = {}
    for word in words:
        # A key may hold anything, such as the name of a check; an option does not.
        key, is_pair, option = word.rpartition("=")
        if not (is_pair and key and option):
            raise _refusal(word, "It takes the key of a question, =, and the key of an option.")
        asked = [each for each in known if each.is_called(key)]
        if not asked:
            near = get_close_matches(key, [each.key for each in known], n=1)
            raise _refusal(word, f"No question is called {key!r}{_meant(near)}.")
        offered = {each.key: each for every in asked for each in every.options}
        choice = next((each for each in offered.values() if each.is_called(option)), None)
        if choice is None:
            near = get_close_matches(option, list(offered), n=1)
            raise _refusal(word, f"Its answers: {', '.join(offered)}{_meant(near)}.")
        if choice.person_only == "always":
            raise _refusal(word, f"Only a person may choose that: {choice.label}.")
        found[key] = option
    return found


def _meant(near: Sequence[str]) -> str:
    return f"; did you mean {near[0]}?" if near else ""


def _refusal(word: str, why: str) -> ProblemError:
    return ProblemError(
        Problem(
            ProblemCode.USAGE,
            what=f"--answer does not understand {word!r}.",
            why=why,
            next_command="hotfix describe, which lists every question with its answers",
        )
    )
