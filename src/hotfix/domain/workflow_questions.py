"""What is asked while a deploy run waits, in whichever plan."""

from hotfix.domain.question import Option, Question, Then

# The key of the question beside which somebody who may let the run through is waited for.
HELD = "environment"


def let_through(saying: str, step: str, stop: str) -> Question:
    """Return the question about a run that an environment holds for a person.

    Args:
        saying: what is waited for, with the link.
        step: the name of the step that looks again.
        stop: how stopping is called.
    """
    return Question(
        key=HELD,
        text=f"{saying[0].upper()}{saying[1:]}",
        options=(
            Option("look", "Look again", Then.GO_BACK, step),
            Option("stop", stop, then=Then.STOP),
        ),
        flag="hotfix resume, once somebody has let it through on its page",
    )
