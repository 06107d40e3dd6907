from dataclasses import replace

from hotfix.domain.json_value import JsonObject
from hotfix.domain.progress import Progress
from hotfix.view.checklist_markdown import checklist_markdown


def test_it_is_markdown_ticked_from_the_facts():
    known: JsonObject = {"branch": "hotfix/x", "approver": "rena", "rollout": [{}]}
    progress = replace(Progress(), known=known, told=frozenset({"summary"}))
    lines = checklist_markdown(progress).splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        *("## Pre-Deployment", "## Deployment", "## Post-Deployment")
    ]
    assert [line for line in lines if line.startswith("- [x]")] == [
        "- [x] Hotfix branch created from main (hotfix/x)",
        "- [x] Code review approved (1 reviewer) (rena)",
        "- [x] Deployment successful",
        "- [x] Team notified",
    ]
    assert sum(line.startswith("- [ ]") for line in lines) == 11
