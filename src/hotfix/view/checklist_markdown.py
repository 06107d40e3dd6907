"""The procedure's checklist for people, as markdown, and for scripts: ticked from the record."""

from hotfix.domain.checklist import Item, Section, checklist
from hotfix.domain.json_value import JsonObject
from hotfix.domain.progress import Progress
from hotfix.domain.pull_request_text import markdown
from hotfix.domain.still_to_do import still_to_do

# What the sections themselves say, and what the run goes on with.
_ELSEWHERE = {"checklist", "next"}


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
        Item(
            each.next_command or each.what,
            is_ticked=False,
            remark=each.what if each.next_command else "",
        )
        for each in still_to_do(progress)
        if each.kind not in _ELSEWHERE
    )
    found = checklist(progress.facts, progress.told)
    return (*found, Section("Left to do", left)) if left else found
