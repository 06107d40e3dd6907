"""The decision that a hotfix which no longer fits needs, asked before the merge."""

from hotfix.domain.figures import clock
from hotfix.domain.problem import ProblemCode
from hotfix.domain.progress import BUDGET_STEP, Progress
from hotfix.domain.question import Option, Question, Then

KEY = "no-longer-fits"

EXTEND = Option(
    "extend",
    "Take more time",
    needs_reason=True,
    needs_minutes=True,
    does="The total grows by the minutes that you give, and the run goes on.",
)
ESCALATE = Option(
    "escalate",
    "Escalate to the DevOps lead, who decides",
    does="It goes on record, and the team's channel, if there is one, names the DevOps lead; you "
    "are asked again, without this answer.",
)
STOP = Option("stop", "Stop here; nothing is merged", then=Then.STOP)
STOP_UNSEEN = Option("stop", "Stop here; whether it is merged is not known", then=Then.STOP)
ROLL_BACK = Option("roll-back", "Restore the recorded state", then=Then.ROLL_BACK)


def question(progress: Progress, left: float, needed: float, unseen: str = "") -> Question:
    """Return what is asked.

    Args:
        progress: an escalation that is on record is not offered again.
        left: seconds of the total that are left; negative when it is overrun.
        needed: seconds that deploy and verify are expected to take.
        unseen: why it is not known whether somebody else has merged by now; empty where it is
            known that nobody has.
    """
    answer = progress.answers.get((BUDGET_STEP, KEY))
    # An extension stands there, too, where the process died before it was written down.
    escalated = answer if answer and answer.choice == ESCALATE.key else None
    is_by_target = all(phase.p80_seconds is None for phase in progress.phases)
    planned = f"Deploy and verify are planned to take {clock(needed)}."
    known = f"Deploy and verify take up to {clock(needed)}, by what they took in earlier runs."
    shown = [
        f"Left of the total: {clock(left)}." if left >= 0 else f"Past the total: {clock(-left)}.",
        planned if is_by_target else known,
    ]
    if unseen:
        shown.append(unseen)
    # Where nothing is merged there is nothing to go back from.
    options = [EXTEND, ESCALATE, *([STOP_UNSEEN, ROLL_BACK] if unseen else [STOP])]
    if escalated is not None:
        options.remove(ESCALATE)
        shown.append(f"Escalated to the DevOps lead by {escalated.by}; waiting for the decision.")
    return Question(
        key=KEY,
        text="The hotfix no longer fits into its time. What now?",
        options=tuple(options),
        shown=tuple(shown),
        unanswered=ProblemCode.BUDGET,
        flag="--on-budget {extend:MIN,escalate,stop}",
    )
