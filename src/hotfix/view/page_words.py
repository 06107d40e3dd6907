"""What customers should read of a run by now."""

from hotfix.domain.fact_names import STATUS_PAGE_CHOICE
from hotfix.domain.page_stage import is_published, stage, status
from hotfix.domain.page_texts import PAGE, PageWords, Stage
from hotfix.domain.progress import Progress
from hotfix.ports.page_update import PageUpdate


class CustomerWords:
    """Turns progress into what the status page should say; pure.

    Args:
        title: what a new incident is called.
        words: the texts.
        impact: ``minor``, ``major`` or ``critical``.
    """

    def __init__(self, title: str, words: PageWords, impact: str) -> None:
        self._title = title
        self._words = words
        self._impact = impact

    def __call__(self, progress: Progress) -> PageUpdate | None:
        """Return what the page should say; None before a person has said yes."""
        if not is_published(progress.facts):
            return None
        return PageUpdate(
            progress.facts[STATUS_PAGE_CHOICE],
            self._title,
            status(progress),
            self._words.of(stage(progress)),
            self._words.of(Stage.RESOLVED),
            self._impact,
            is_there=PAGE in progress.told,
        )
