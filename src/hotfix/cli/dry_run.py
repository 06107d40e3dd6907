"""``hotfix rollback --dry-run``: what would be restored, or deployed again."""

import json

from hotfix.cli import exit_codes
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import (
    CAVEATS,
    CHANGED_BY_OTHERS,
    REPLACED,
    ROLLBACK_SHOWN,
    ROLLBACK_TARGETS,
)
from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Ask, Done
from hotfix.view.foreign_text import clean
from hotfix.view.printing import print_lines


def show(seen: Done | Ask, *, as_json: bool) -> int:
    """Print the deployments seen, or the question which is done again; returns the exit code."""
    if isinstance(seen, Ask):
        lines = list(seen.question.shown)
    elif as_json:
        print(json.dumps(_as_json(Facts(by_key(seen.facts))), indent=2))
        return exit_codes.DONE
    else:
        shown = Facts(by_key(seen.facts))[ROLLBACK_SHOWN]
        lines = [*shown, "Nothing was changed: --dry-run."]
    print_lines(*map(clean, lines))
    return exit_codes.DONE


def _as_json(seen: Facts) -> JsonObject:
    present = seen[REPLACED]
    targets = seen[ROLLBACK_TARGETS]
    return {
        "v": 1,
        "deployments": [
            {
                "name": now.name,
                "revision": now.revision,
                "images": list(now.images),
                "to_revision": target.revision,
                "to_images": list(target.images),
                "runs_already": now.runs(target),
                "changed_by_others": now.name in seen[CHANGED_BY_OTHERS],
            }
            for now, target in zip(present, targets, strict=True)
        ],
        "caveats": [each.to_json() for each in seen[CAVEATS]],
    }
