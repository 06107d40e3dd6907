"""The procedure's checklist as markdown, ticked from the record."""

from hotfix.domain.checklist import checklist
from hotfix.domain.progress import Progress
from hotfix.domain.pull_request_text import markdown


def checklist_markdown(progress: Progress) -> str:
    """Return all three sections."""
    sections = checklist(progress.facts, progress.told)
    return "\n\n".join(markdown(section).replace("### ", "## ", 1) for section in sections) + "\n"
