"""Whether whoever walks a run may leave it now, and close the laptop."""

from dataclasses import replace

from hotfix.domain.frozen import frozen
from hotfix.domain.merge_state import merge_state
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.way_back import SEEN, rollback_may_have_changed

_VERIFIED = "confirm_by_a_person"
_CHANGED = "production is, or may be, changed"
_AT_REST = {RunState.FAILED, RunState.INTERRUPTED}


@frozen
class Leave:
    """What becomes of a run where whoever is at this screen leaves it."""

    ctrl_c: str  #: beside what is waited for: what Ctrl-C does
    asked: str  #: beside a question: what Ctrl-C does
    ctrl_d: str  #: after a Ctrl-D
    at: str  #: where it is answered
    world: str = ""  #: what its world ends with; empty where it stays
    is_look: bool = False  #: whether nothing can be answered at this screen


_NO_ANSWER = "That was Ctrl-D, which is no answer; once more"
A_RUN = Leave(
    "Ctrl-C is safe: hotfix resume goes on.",
    "Ctrl-C leaves it open: hotfix resume asks again.",
    f"{_NO_ANSWER} leaves, and the run stays open.",
    "here",
)
#: a run in a drill that goes on when the run's command has ended
IN_A_DRILL = replace(A_RUN, world="A drill's world ends with the drill")
#: a run that is the drill
THE_DRILL = Leave(
    "Ctrl-C ends the drill.",
    "Ctrl-C ends the drill.",
    f"{_NO_ANSWER} ends the drill.",
    "here",
    "The drill ends with this command",
)
#: the screen of somebody who looks on
LOOKED_AT = replace(
    A_RUN, ctrl_c="Ctrl-C ends this look, not the run.", at="at its terminal", is_look=True
)


@frozen
class Leaving:
    """Whether nothing is lost, or goes unseen, while nobody is there."""

    is_safe: bool
    because: str  #: why, the rest of a sentence
    #: where it is not safe: whether all that comes of it is that the run stands still meanwhile
    stands_still: bool = False

    @property
    def words(self) -> str:
        """What is said of it, the rest of a sentence."""
        if self.is_safe:
            return f"you may close the laptop: {self.because}"
        if self.stands_still:
            still = "with the laptop closed it stands still, and nothing is lost"
            return f"{still}: {self.because}"
        return f"keep the laptop open: {self.because}"


def unwatched(progress: Progress) -> str:
    """Return what to mind of a run that no process walks; empty where production is as it was."""
    is_so = not progress.state.is_over and _is_changing(progress)
    return f"{_CHANGED}, and nobody watches it" if is_so else ""


def leaving(progress: Progress) -> Leaving:
    """Return whether the run may be left alone as it stands.

    Said of a run that is not over, by what is on record: from the newest event to the next.
    """
    asked, go_on = progress.pending, "hotfix resume"
    if asked is not None and asked.by_itself:
        return Leaving(is_safe=False, because="it counts down, and stops with this machine")
    if _is_changing(progress):
        return Leaving(is_safe=False, because=f"{_CHANGED}, and nobody else watches it")
    if progress.state is RunState.WAITING and progress.goes_on_alone:
        return Leaving(is_safe=True, because=f"{go_on} goes on")
    if asked is not None:
        return Leaving(is_safe=True, because=f"{go_on} asks again")
    if progress.state in _AT_REST:
        return Leaving(is_safe=True, because=f"{go_on} goes on")
    because = "what is done now is done from this machine"
    return Leaving(is_safe=False, because=because, stands_still=True)


def _is_changing(progress: Progress) -> bool:
    """Tell whether production is, or may be, another than it was, and nobody has seen it well."""
    if progress.plan == PlanName.ROLLBACK and rollback_may_have_changed(progress):
        return not progress.is_done(SEEN)
    return merge_state(progress) != "not merged" and not progress.has_passed(_VERIFIED)
