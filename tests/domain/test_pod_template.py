"""Which templates run the same: a restart is no change, and everything else is one."""

from typing import Any

import pytest

from hotfix.domain.pod_template import fingerprint, marks_of


def template(annotations: Any = None, **metadata: Any) -> Any:
    found = metadata if annotations is None else {**metadata, "annotations": annotations}
    return {"metadata": found, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}


PLAIN = template(labels={"app": "web"})


@pytest.mark.parametrize(
    "restarted",
    [
        template({"kubectl.kubernetes.io/restartedAt": "2026-03-12T03:12:09Z"}),
        template({"example.com/restarted-at": "1"}),
        template({"cattle.io/timestamp": "2026-03-12T03:12:09Z"}),
        template({"reloader.stakater.com/last-reloaded-from": "{}"}),
        template({}),
        template(creationTimestamp=None),
    ],
)
def test_what_a_restart_leaves_changes_nothing(restarted):
    restarted["metadata"]["labels"] = {"app": "web"}
    assert fingerprint(restarted) == fingerprint(PLAIN)


def test_a_restart_changes_no_more_than_its_own_mark():
    marked = template({"example.com/commit": "a1"})
    again = template({"example.com/commit": "a1", "kubectl.kubernetes.io/restartedAt": "now"})
    assert fingerprint(again) == fingerprint(marked)


def test_templates_that_differ_anywhere_else_are_told_apart():
    every = [
        PLAIN,
        template(),
        template(labels={"app": "api"}),
        template({"example.com/commit": "a1"}, labels={"app": "web"}),
        template({"example.com/commit": "b2"}, labels={"app": "web"}),
        {**PLAIN, "spec": {"containers": [{"name": "web", "image": "web:2"}]}},
        {"spec": PLAIN["spec"]},
        {},
    ]
    assert len({fingerprint(each) for each in every}) == len(every)


@pytest.mark.parametrize(
    ("of", "marks"),
    [
        (template({"commit": "a1"}, labels={"app": "web"}), ("web", "a1")),
        (template({"build": 7}), ("7",)),
        (template(), ()),
        ({}, ()),
        ({"metadata": None}, ()),
    ],
)
def test_labels_and_annotations_are_what_may_name_a_commit(of, marks):
    assert marks_of(of) == marks
