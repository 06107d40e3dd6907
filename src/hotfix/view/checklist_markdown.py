"""The procedure's checklist for people, as markdown, and for scripts: ticked from the record."""

from hotfix.domain.checklist import Item, Section, checklist
from hotfix.domain.json_value import JsonObject
from hotfix.domain.progress import Progress
from hotfix.domain.pull_request_text import markdown


def checklist_markdown(progress: Progress) -> str:
    """Return all three sections, and what the run left to do where it did."""
    sections = _sections(progress)
    return "\n\n".join(markdown(section).replace("### ", "## ", 1) for section in sections) + "\n"


def as_json(progress: Progress) -> JsonObject:
    """Return the same as one object; keys are only ever added."""
    return {
        "v": 1,
        "run": progress.run,
        "sections": [
            {
                "title": section.title,
                "items": [
                    {"text": item.text, "ticked": item.is_ticked, "remark": item.remark}
                    for item in section.items
                ],
            }
            for section in _sections(progress)
        ],
    }


def _sections(progress: Progress) -> tuple[Section, ...]:
    left = tuple(
        Item(each.problem.next_command, is_ticked=False, remark=each.problem.what)
        for each in progress.left_to_do
    )
    found = checklist(progress.facts, progress.told)
    return (*found, Section("Left to do", left)) if left else found
