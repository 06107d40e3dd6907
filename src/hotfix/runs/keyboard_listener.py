"""Hears what a person types for a question beside which the run goes on."""

import threading
from collections.abc import Callable

from hotfix.domain.question import Answer, Question, Then
from hotfix.runs.screen import Screen
from hotfix.view.keyboard import throw_away, typed_line
from hotfix.view.question_lines import explained, in_words, not_taken

_LOOK_SECONDS = 0.2
NO_ANSWER = "That is no answer"


class Listener:
    """Watches the keyboard, without taking it away from whoever asks next.

    ``leave`` is called where the input ends twice in a row.
    """

    def __init__(
        self,
        question: Question,
        screen: Screen,
        send: Callable[[Answer], None],
        leave: Callable[[], None],
    ) -> None:
        self._question = question
        self._screen = screen
        self._send = send
        self._leave = leave
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="keyboard", daemon=True)
        self._thread.start()

    def hear_for(self, question: Question, send: Callable[[Answer], None]) -> None:
        """Take what is typed from now on for ``question``: what may be answered can change."""
        self._question, self._send = question, send

    def stop(self) -> None:
        """Leave the keyboard to others."""
        self._is_stopped.set()
        self._thread.join(timeout=2 * _LOOK_SECONDS)

    def _watch(self) -> None:
        has_ended = False
        while not self._is_stopped.is_set():
            try:
                line = typed_line(_LOOK_SECONDS)
            except EOFError:
                if has_ended:
                    return self._leave()
                has_ended = True
                self._screen.lines([self._screen.leave.ctrl_d], "warning")
                continue
            if line is None:
                continue
            has_ended = False
            if self._is_answered_by(line):
                return None
        return None

    def _is_answered_by(self, line: str) -> bool:
        """Send the answer that the line means; else say that it is none, and forget the rest."""
        if line == "?":
            self._screen.lines(explained(self._question, self._screen.leave, is_listed=False))
            return False
        option = self._question.meant(line, is_listed=False)
        is_whole = option is not None and not (option.needs_reason or option.needs_minutes)
        if option is not None and (is_whole or option.then is Then.WRITE):
            self._send(Answer(option.key))
            return True
        rest = not_taken(throw_away(), behind=line)
        asked = self._question
        words = [in_words(asked, each, is_listed=False) for each in asked.options]
        refused = f"{NO_ANSWER}; the words are: {', '.join(words)}; ? explains."
        self._screen.lines([refused, *rest], "warning")
        return False
