"""``hotfix rollback --list``: what the cluster still keeps to go back to."""

import json
from collections.abc import Sequence

from hotfix.domain.json_record import utc_text
from hotfix.domain.json_value import JsonObject
from hotfix.ports.cluster import Cluster
from hotfix.runs.last_healthy_state import known_healthy
from hotfix.runs.session import Session
from hotfix.view import candidate_lines
from hotfix.view.candidate_lines import Candidate
from hotfix.view.printing import print_lines


def list_candidates(
    session: Session, cluster: Cluster, names: Sequence[str], *, as_json: bool
) -> int:
    """Print every revision with age, image and the command that restores it."""
    revisions = cluster.revisions(names)
    known = known_healthy(session, {(each.deployment, each.template_hash) for each in revisions})
    found = [
        Candidate(
            revision,
            age_seconds=revision.age_seconds or 0.0,
            known_healthy=known.get((revision.deployment, revision.template_hash), ""),
        )
        for revision in revisions
    ]
    if as_json:
        print(json.dumps([_as_json(each) for each in found], indent=2))
    else:
        print_lines(*candidate_lines.as_lines(found))
    return 0


def _as_json(candidate: Candidate) -> JsonObject:
    revision = candidate.revision
    return {
        "v": 1,
        "deployment": revision.deployment,
        "revision": revision.number,
        "images": list(revision.images),
        "created_at": utc_text(revision.created_at),
        "age_seconds": round(candidate.age_seconds, 1),
        "runs_now": revision.is_present,
        "change_cause": revision.change_cause,
        "known_healthy": candidate.known_healthy or None,
        "command": candidate.command,
    }
