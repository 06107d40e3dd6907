"""The description of an incident: one line of foreign text that ends up in many places."""

import unicodedata

from hotfix.domain.figures import counted
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

LONGEST = 200


def checked(description: str) -> str:
    """Return the description on one line, without control and bidirectional characters.

    Raises:
        ProblemError: it is empty, too long, or has no letter or digit.
    """
    visible = "".join(
        " " if character.isspace() else character
        for character in description
        # Cc: controls, Cf: formatting such as bidirectional overrides, Cs: lone surrogates.
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )
    text = " ".join(visible.split())
    if not text:
        raise _refused("The description is empty.", "It names the branch and the pull request.")
    if len(text) > LONGEST:
        raise _refused(
            f"The description has {counted(len(text), 'character')}.",
            f"One line of at most {LONGEST} is what a colleague reads at 3 a.m.",
        )
    if not any(character.isalnum() for character in text):
        raise _refused("The description has no word.", f"Nothing in {text!r} could name a branch.")
    return text


def _refused(what: str, why: str) -> ProblemError:
    example = 'hotfix start "checkout returns 500" --category api-errors'
    return ProblemError(Problem(ProblemCode.USAGE, what, why, example))
