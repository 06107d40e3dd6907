"""What an event says on the screen, under the lines of those before it: nothing twice in a row."""

from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    DecisionMade,
    Noted,
    PhaseFinished,
    PhaseStarted,
    StepStarted,
    StepWaiting,
    Told,
    Untold,
    WentBack,
)
from hotfix.domain.progress import Progress
from hotfix.domain.step_words import step_words
from hotfix.view.foreign_text import one_line
from hotfix.view.sentences import Sentence, called_out, sentence


class SaidOnce:
    """Remembers why the run went back, and leaves out what would say it again.

    Args:
        is_all_shown: whether every line is; else each stands for itself.
    """

    def __init__(self, *, is_all_shown: bool) -> None:
        self._is_all_shown = is_all_shown
        self._decided = ""
        # Why it is at the same step again; empty where it is not, or it has said something since.
        self._again_because = ""
        # What could not be told, and why, as it was said last; empty where something came since.
        self._untold = ""

    def of(self, event: Event, progress: Progress) -> Sentence | None:
        """Return what there is to show of the next event; None for nothing.

        Args:
            event: the newest one.
            progress: after it.
        """
        said, again = event.said, self._again_because
        if not self._is_all_shown:
            return sentence(event, progress)
        match said:
            case WentBack(to, because):
                self._again_because = because if to == event.step else ""
                why = "" if because == self._decided else because
                back = "" if why and self._again_because else f"Back to: {step_words(to)}."
                return Sentence("↶", "warning", one_line(f"{why} {back}"))
            case PhaseStarted() if again:
                return None
            case StepWaiting(saying) if _same(saying, again) and not said.shown:
                self._again_because = ""
                return None
            case DecisionMade():
                # As ``engine/record.py`` says why it goes back, where an answer is all there is.
                self._decided = f"{said.question.option(said.choice).label}."
            case Untold():
                # Each message that waits for a service that is down is one event, for one cause.
                found = sentence(event, progress)
                before, self._untold = self._untold, found.text if found is not None else ""
                return found if self._untold != before else None
            case Noted() | PhaseFinished() | PhaseStarted() | StepStarted() | Told():
                pass
            case _:
                self._decided = self._again_because = ""
        found = sentence(event, progress) or called_out(event)
        if found is not None:
            self._untold = ""
        return found


def _same(saying: str, because: str) -> bool:
    return saying.rstrip(".") == because.rstrip(".")
