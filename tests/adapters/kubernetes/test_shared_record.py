"""The shared record: a ConfigMap a run, fenced, never trimmed silently."""

import gzip
import json
import random
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hotfix.adapters.kubernetes.rbac import role_yaml
from hotfix.adapters.kubernetes.team.packed_journal import COMPRESSED_LIMIT, packed, unpacked
from hotfix.config.secret_shapes import masked
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.redaction import MARK
from hotfix.engine.mirror import Mirror
from hotfix.ports.shared_records import SharedRun

RUN = "hf-20260312-0312-checkout-abcd"
AT = datetime(2026, 3, 12, 3, 20, tzinfo=UTC)
SHARED = SharedRun(RUN, "dana", 3, AT, {"run": RUN, "state": "waiting", "started_at": "2026"})
LINES = b'{"seq": 1}\n{"seq": 2}\n'


def noise(lines: int, width: int = 700) -> bytes:
    """Lines that do not compress."""
    rng = random.Random(7)  # noqa: S311 - noise, no secret
    return b"".join(rng.randbytes(width // 2).hex().encode() + b"\n" for _ in range(lines))


def test_what_was_written_is_found_by_the_team(world):
    records = world.cluster.shared_records
    assert records.write(SHARED, LINES)
    assert records.write(replace(SHARED, operator="noor"), LINES + b'{"seq": 3}\n')
    (found,) = world.adapter().shared_records.all()
    assert found == replace(SHARED, operator="noor")
    assert world.adapter().shared_records.fence(RUN, 3) == LINES + b'{"seq": 3}\n'


def test_a_machine_with_an_older_token_writes_nothing_any_more(world):
    old, new = world.adapter().shared_records, world.adapter().shared_records
    assert old.write(SHARED, LINES)
    assert new.fence(RUN, 4) == LINES
    assert not old.write(SHARED, LINES + b"stale\n")
    assert new.write(replace(SHARED, token=4), LINES + b"fresh\n")
    assert new.fence(RUN, 4) == LINES + b"fresh\n"


def test_the_newest_record_is_the_one_made_last_whatever_their_machines_clocks_said(world):
    records, names = world.cluster.shared_records, ["hf-b", "hf-c", "hf-a", "hf-d"]
    starts = ["2026-03-12T03:12:00Z", "2026-03-12T02:12:00Z", "2031-01-01T00:00:00Z", "1970"]
    for name, start in zip(names, starts, strict=True):
        records.write(replace(SHARED, run=name, status={"run": name, "started_at": start}), LINES)
        world.clock.wait(1)
    # Written again, a record is no newer.
    records.write(replace(SHARED, run="hf-b", status={"run": "hf-b", "state": "done"}), LINES)
    assert [each.run for each in records.all()] == names[::-1]


def test_a_large_journal_is_compressed_and_comes_back_whole(world):
    large = LINES * 20_000
    world.cluster.shared_records.write(SHARED, large)
    body = world.received.all("kubernetes", writes=True)[-1].body
    assert set(body["data"]) == {"status.json"}
    assert world.cluster.shared_records.fence(RUN, 3) == large


def test_what_is_left_out_is_counted_in_lines_that_end_in_a_line_feed_alone():
    odd = b"".join(line[:-1] + b"\r\x0b\x1c\xe2\x80\xa8\n" for line in noise(4000).splitlines(True))
    content = packed(odd)
    kept = gzip.decompress(content.compressed).split(b"\n")[:-1]
    assert content.trimmed_lines == 4000 - len(kept) + 1
    assert all(line.endswith(b"\xa8") for line in kept if not line.startswith(b"{"))


def test_one_that_does_not_fit_even_so_says_what_is_missing_and_nobody_goes_on_from_it(world):
    huge = noise(4000)
    content = packed(huge)
    kept = gzip.decompress(content.compressed).splitlines()
    (marker,) = [line for line in kept if line.startswith(b"{")]
    assert json.loads(marker)["trimmed_lines"] == content.trimmed_lines == 4000 - len(kept) + 1
    assert len(content.compressed) <= COMPRESSED_LIMIT
    assert (kept[0], kept[-1]) == (huge.splitlines()[0], huge.splitlines()[-1])
    records = world.cluster.shared_records
    assert records.write(SHARED, huge)
    assert records.all()[0].trimmed_lines == content.trimmed_lines
    with pytest.raises(ProblemError, match="not whole"):
        records.fence(RUN, 4)


@pytest.mark.parametrize("journal", [b"", LINES, LINES * 20_000, noise(10)])
def test_packing_loses_nothing(journal):
    content = packed(journal)
    assert unpacked(content.plain, content.compressed) == journal


def test_a_run_that_nobody_shared_is_named(world):
    with pytest.raises(ProblemError, match="no record of run"):
        world.cluster.shared_records.fence(RUN, 1)


def test_the_mirror_follows_in_the_background_and_gives_up_without_rights(world):
    world.service.denied.add("create configmaps")
    mirror = Mirror(world.cluster.shared_records, lambda: LINES)
    # While this is held, no request is answered: whoever waited for one would wait for ever.
    with world.timeline.lock:
        mirror.show(PROGRESS)
    assert not mirror.close(5)
    assert "no right to create configmaps" in mirror.trouble


def test_the_mirror_writes_the_newest_of_many_and_stops_for_a_newer_token(world):
    lines = [LINES]
    mirror = Mirror(world.cluster.shared_records, lambda: lines[0])
    for number in range(50):
        mirror.show(replace(PROGRESS, events=number))
    assert mirror.close(5)
    assert len(world.received.all("kubernetes", writes=True)) < 10
    world.adapter().shared_records.fence(RUN, 4)
    lines[0] = LINES * 2
    mirror.show(replace(PROGRESS, events=51))
    assert mirror.close(5)
    assert world.cluster.shared_records.fence(RUN, 4) == LINES


def test_a_record_that_a_newer_version_wrote_is_left_alone_and_the_mirror_says_so(world):
    newer = replace(SHARED, run="hf-test", token=1, status={"v": 2, "state": "waiting"})
    world.adapter().shared_records.write(newer, LINES)
    mirror = Mirror(world.cluster.shared_records, lambda: LINES * 2)
    mirror.show(replace(PROGRESS, run="hf-test"))
    assert not mirror.close(5)
    assert mirror.trouble == "The shared record of run hf-test was written by a newer hotfix."
    (found,) = world.adapter().shared_records.all()
    assert (found.is_newer, found.status) == (True, newer.status)


def test_no_secret_gets_into_the_cluster(world):
    secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    line = {"seq": 1, "operator": secret, "data": {"text": f"notes, logs: {secret}"}}
    mirror = Mirror(
        world.cluster.shared_records,
        f"{json.dumps(line)}\n".encode,
        lambda: lambda text: masked(text, MARK),
    )
    incident = replace(PROGRESS.incident, description=f"{secret} does not log in")
    mirror.show(replace(PROGRESS, operator=secret, incident=incident))
    assert mirror.close(5)
    sent = json.dumps(world.received.all("kubernetes", writes=True)[-1].body)
    assert secret not in sent
    assert sent.count(MARK) >= 4
    assert world.adapter().shared_records.all()[0].run == RUN


def test_a_status_that_is_large_leaves_the_journal_less_room(world):
    records = world.cluster.shared_records
    status = {"run": RUN, "state": "waiting", "saying": "x" * 300_000}
    assert records.write(replace(SHARED, status=status), noise(2000))
    (found,) = world.adapter().shared_records.journals(RUN)
    assert found.shared.trimmed_lines == records.left_out(RUN) > 0
    assert found.damage.what == f"The record of run {RUN} in the cluster is not whole."
    # As soon as it fits again, it is whole again.
    assert records.write(SHARED, LINES)
    assert records.left_out(RUN) == 0


def test_eight_mirrors_at_once_lose_no_journal(world):
    runs = [f"{RUN}{number}" for number in range(8)]
    records = [world.adapter().shared_records for _ in runs]

    def write(number):
        for seq in range(5):
            records[number].write(replace(SHARED, run=runs[number]), LINES * (seq + 1))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {world.cluster.shared_records.fence(run, 3) for run in runs} == {LINES * 5}


def test_the_role_grants_what_is_used_and_no_more():
    text = role_yaml("webrana", ("webrana-backend", "webrana-frontend"), "on-call")
    rules = text.partition("rules:\n")[2].partition("---")[0]
    assert rules == ROLE
    assert 'subjects:\n  - {kind: Group, name: "on-call"' in text


def test_a_missing_right_is_a_problem_of_rights(world):
    world.service.denied.add("list configmaps")
    with pytest.raises(ProblemError) as caught:
        world.cluster.shared_records.all()
    assert caught.value.problem.code is ProblemCode.RIGHTS


PROGRESS = Progress(
    run=RUN, operator="dana", last_at=AT, known={"lock": RUN, "lock_token": 3}, events=7
)
ROLE = """\
  - apiGroups: ["apps"]
    resources: ["deployments"]
    verbs: ["list", "watch"]
  - apiGroups: ["apps"]
    resources: ["replicasets"]
    verbs: ["list", "get", "watch"]
  - apiGroups: [""]
    resources: ["pods"]
    verbs: ["get", "list", "watch"]
  - apiGroups: ["apps"]
    resources: ["deployments"]
    verbs: ["get", "patch"]
    resourceNames: ["webrana-backend", "webrana-frontend"]
  - apiGroups: ["coordination.k8s.io"]
    resources: ["leases"]
    verbs: ["create"]
  - apiGroups: ["coordination.k8s.io"]
    resources: ["leases"]
    verbs: ["get", "update"]
    resourceNames: ["hotfix-lock"]
  - apiGroups: [""]
    resources: ["configmaps"]
    verbs: ["create", "get", "list", "update", "delete"]
  - apiGroups: [""]
    resources: ["pods/log"]
    verbs: ["get"]
  - apiGroups: [""]
    resources: ["events"]
    verbs: ["list"]
  - apiGroups: ["autoscaling"]
    resources: ["horizontalpodautoscalers"]
    verbs: ["list"]
  - apiGroups: ["apps"]
    resources: ["statefulsets"]
    verbs: ["get"]
  - apiGroups: ["apps"]
    resources: ["daemonsets"]
    verbs: ["get"]
"""
