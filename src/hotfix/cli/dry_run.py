"""``hotfix rollback --dry-run``: what would be restored, or deployed again."""

import json

from hotfix.cli import exit_codes
from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Ask, Done
from hotfix.ports.cluster import records_from
from hotfix.view.foreign_text import clean


def show(seen: Done | Ask, *, as_json: bool) -> int:
    """Print what was seen; returns the exit code.

    Args:
        seen: the deployments, or the question which deployment is done again.
        as_json: print the deployments as one object.
    """
    if isinstance(seen, Ask):
        lines = list(seen.question.shown)
    elif as_json:
        print(json.dumps(_as_json(Facts(seen.facts)), indent=2))
        return exit_codes.DONE
    else:
        shown = [str(line) for line in Facts(seen.facts).items("rollback_shown")]
        lines = [*shown, "Nothing was changed: --dry-run."]
    print("\n".join(clean(line) for line in lines))
    return exit_codes.DONE


def _as_json(seen: Facts) -> JsonObject:
    present = records_from(seen.objects("replaced"))
    targets = records_from(seen.objects("rollback_targets"))
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
                "changed_by_others": now.name in seen.items("changed_by_others"),
            }
            for now, target in zip(present, targets, strict=True)
        ],
        "caveats": list(seen.objects("caveats")),
    }
