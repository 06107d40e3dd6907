"""The terminal as the screen of a whole run: also what is said beside it, and at its end."""

from hotfix.domain.progress import Progress
from hotfix.view.terminal import Terminal


class RunScreen(Terminal):
    """Shows a person a run from its first event to what is to be typed next."""

    def aside(self, text: str) -> None:
        """Show a warning that no event carries."""
        self.lines([text], "warning")

    def end(self, progress: Progress) -> None:
        """Show what was achieved, or what the run waits for, and what the team was not told."""
        if progress.state.is_over:
            self.summary(progress, self._now())
        if progress.problem is not None:
            self.problem(progress.problem)
        elif progress.pending is not None:
            self.lines([f"  {shown}" for shown in progress.pending.shown])
            self.lines([f"Nobody answered: {progress.pending.text}"])
            self.lines([f"Next: {progress.pending.flag}"], "title")
        elif not progress.state.is_over:
            self.lines([f"Next: hotfix resume {progress.run}"], "title")
        if progress.untold:
            self.lines(["Could not be sent; ready to paste:"], "warning")
            for text in progress.untold.values():
                self.lines(["", *text.splitlines()])
