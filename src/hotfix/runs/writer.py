"""Takes what a person writes in their editor for an answer."""

from hotfix.domain import fix_words
from hotfix.domain.question import NotEditedError, Option
from hotfix.runs.screen import Screen

_NOTHING = (
    "Nothing was changed, so all stays as it is. An editor in a window of its own has to be told "
    "to wait, such as: code --wait"
)


class Writer:
    """Opens the editor; what was saved and could not be taken is kept for the next time."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._not_taken = ""

    def reason(self, option: Option) -> str:
        """Return what was changed of the draft; empty where it was said why there is nothing."""
        opens_with, self._not_taken = self._not_taken or option.draft, ""
        try:
            saved = self._screen.edited(opens_with)
        except NotEditedError as error:
            self._screen.lines([str(error)], "warning")
            return ""
        try:
            changed = fix_words.changed(option.draft, saved)
        except ValueError as error:
            self._not_taken = saved
            again = f"{error} Type {option.word} to go on with what you wrote."
            self._screen.lines([again], "warning")
            return ""
        if not changed:
            self._screen.lines([_NOTHING], "warning")
        return changed
