"""The procedure's checklist as markdown, ticked from the record."""

from hotfix.domain.checklist import Item, Section, checklist
from hotfix.domain.progress import Progress
from hotfix.domain.pull_request_text import markdown


def checklist_markdown(progress: Progress) -> str:
    """Return all three sections, and what the run left to do where it did."""
    sections = checklist(progress.facts, progress.told)
    left = tuple(
        Item(each.problem.next_command, is_ticked=False, remark=each.problem.what)
        for each in progress.left_to_do
    )
    sections += (Section("Left to do", left),) if left else ()
    return "\n\n".join(markdown(section).replace("### ", "## ", 1) for section in sections) + "\n"
