"""What a rollback of hotfix brought back, and what only inherited its mark."""

import pytest

from hotfix.adapters.kubernetes.api.object_owners import ByOwner
from hotfix.adapters.kubernetes.restoration.brought_back import brought_back, is_brought_back

EARLY, AT, LATE = "2026-03-12T02:00:00Z", "2026-03-12T03:00:00Z", "2026-03-12T04:00:00Z"
UID = "u1"


def marked(number, run="", at=AT):
    left = {"hotfix-cli/rolled-back-run": run, "hotfix-cli/rolled-back-at": at} if run else {}
    return {"deployment.kubernetes.io/revision": str(number), **left}


def replica_set(number, run="", created=EARLY, at=AT):
    owner = {"uid": UID, "controller": True}
    metadata = {
        "name": f"web-{number}",
        "annotations": marked(number, run, at),
        "creationTimestamp": created,
        "ownerReferences": [owner],
    }
    return {"metadata": metadata}


def deployment(number, run=""):
    return {"metadata": {"uid": UID, "name": "web", "annotations": marked(number, run)}}


def numbers(now, *sets):
    found = brought_back(now, ByOwner(sets))
    return [each["metadata"]["name"] for each in found]


def test_the_first_that_carries_the_mark_is_the_rollbacks():
    sets = [replica_set(4, "hf-1", LATE), replica_set(3, "hf-1"), replica_set(2)]
    assert numbers(deployment(4, "hf-1"), *sets) == ["web-3"]
    assert not is_brought_back(deployment(4, "hf-1"), ByOwner(sets))
    assert is_brought_back(deployment(3, "hf-1"), ByOwner(sets[1:]))


def test_what_came_after_the_rollback_inherited_its_mark():
    # What the first rollback brought back carries the mark of a second one by now.
    sets = [replica_set(4, "hf-1", LATE), replica_set(5, "hf-2")]
    assert numbers(deployment(5, "hf-2"), *sets) == ["web-5"]


@pytest.mark.parametrize(
    ("at", "is_ours"), [(AT, True), ("", False), ("soon", False), ("2026-03-12T03:00:00", False)]
)
def test_a_mark_without_a_time_that_makes_sense_counts_for_nothing(at, is_ours):
    assert bool(numbers(deployment(3, "hf-1"), replica_set(3, "hf-1", at=at))) == is_ours


def test_what_the_controller_has_not_seen_is_the_rollbacks():
    assert is_brought_back(deployment(2, "hf-1"), ByOwner([replica_set(2)]))
    assert not is_brought_back(deployment(2), ByOwner([replica_set(2)]))
