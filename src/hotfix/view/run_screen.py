"""The terminal as the screen of a whole run: also what is said beside it, and at its end."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from hotfix.domain.last_word import good_word, last_word
from hotfix.domain.page_texts import PERHAPS
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.status import stopped_for
from hotfix.domain.way_back import way_back
from hotfix.view.open_run_lines import open_run_lines
from hotfix.view.printing import must_be_read
from hotfix.view.terminal import Terminal


class RunScreen(Terminal):
    """Shows a person a run from its first event to what is to be typed next."""

    @contextmanager
    def running_clock(self) -> Iterator[None]:
        """Keep the foot under the events, as a terminal does; a walk that nobody reads is no more.

        Raises:
            BrokenPipeError: nobody reads it already.
        """
        must_be_read()
        with super().running_clock():
            yield

    def aside(self, text: str) -> None:
        """Show a warning that no event carries."""
        self.lines([text], "warning")

    def end(self, progress: Progress) -> None:
        """Show what was achieved, or what the run waits for, and what the team was not told."""
        if progress.state.is_over:
            self.summary(progress, self._now())
            self.lines([*last_word(progress), *good_word(progress)], "title")
        if (problem := stopped_for(progress)) is not None:
            self.problem(problem)
            back = "" if progress.state.is_over else way_back(progress)
            self.lines([f"To go back: {back}"] if back else [])
        elif not progress.state.is_over:
            self._left_open(progress)
        if progress.untold:
            self.lines(["Could not be sent; ready to paste:"], "warning")
            for text in progress.untold.values():
                self.lines(["", *text.splitlines()])
            if any(not text.startswith(PERHAPS) for text in progress.untold.values()):
                self.lines(["", f"To have it tried again: hotfix resume {progress.run}"])

    def _left_open(self, progress: Progress) -> None:
        """Say what is known of a run that is not over, and how to go on with it."""
        asked, go_on = progress.pending, f"hotfix resume {progress.run}"
        is_interrupted = progress.state is RunState.INTERRUPTED
        if asked is not None and is_interrupted:
            self.lines([f"Not answered: {asked.text}"])
        elif asked is not None:
            self._shown(self.not_on_the_screen(asked.shown), ("  ", ""))
            self.lines([f"Nobody answered: {asked.text}"])
            go_on = self._answered_by(asked.flag, go_on)
        self.lines(open_run_lines(progress, go_on))
        self.lines([f"Next: {go_on}"], "title")

    def _answered_by(self, flag: str, go_on: str) -> str:
        """Return the command that answers: the flag is for those whom nothing can be asked."""
        if self.console.is_terminal and sys.stdin.isatty():
            return go_on
        return f"{go_on} {flag}" if flag.startswith(("--yes", "--on-budget")) else flag
