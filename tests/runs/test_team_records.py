"""The team's records beside this machine's: which is told, and what nobody trusts silently."""

import contextlib
import gzip
import hashlib
import json
from base64 import b64encode
from dataclasses import replace

import pytest
from tests.adapters.kubernetes.world import World
from tests.journals.reading import recorded
from tests.runs.team_world import config_map, emptied, laptop, lines_of, share

from hotfix.cli.team import show_team
from hotfix.domain.problem import ProblemError
from hotfix.domain.redaction import MARK
from hotfix.runs.deployments import deployments
from hotfix.runs.history import history_of
from hotfix.simulators.server import SILENT, Fault

COUNT = len(lines_of("done").splitlines())


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("cluster"))
    yield made
    made.service.stop()


@pytest.fixture
def world(cluster):
    yield cluster
    emptied(cluster)


@pytest.fixture
def mine(world, tmp_path):
    return laptop(world, tmp_path / "mine")


def edit(world, run, change):
    """Change a record as somebody with kubectl does."""
    world.service.change("configmaps", config_map(run), change)


def test_a_run_of_another_laptop_is_told_with_whose_it_is(world, mine):
    run = share(world, "done")
    for named in (run, run[-4:]):
        record = mine.record(named)
        assert (record.run, record.kept, record.host) == (run, "cluster", "noors-laptop")
        assert (len(record.events), record.damage) == (COUNT, None)
    assert set(mine.said) == {
        (
            f"Run {run} is not on this machine: told by the cluster's record, which noor on "
            "noors-laptop wrote."
        )
    }
    with pytest.raises(ProblemError, match="no hotfix run on this machine"):
        mine.record(run, only_here=True)


@pytest.mark.parametrize(
    ("here", "there", "kept"),
    [(None, None, "here"), (None, 9, "here"), (9, None, "cluster"), (1, 2, "cluster")],
)
def test_a_run_on_both_sides_is_told_once_by_what_says_more(world, mine, here, there, kept):
    run = mine.keep("done", here)
    share(world, "done", there)
    record = mine.record(run)
    assert (record.kept, len(record.events)) == (kept, max(here or COUNT, there or COUNT))
    assert len(mine.said) == (kept == "cluster")
    assert all("noor on noors-laptop wrote: it has" in each for each in mine.said)
    team = mine.team()
    assert team.of(run, recorded("done").events[:here]).kept == kept
    assert not list(team.others())


def test_what_went_two_ways_is_said(world, mine):
    run = mine.keep("done")
    share(world, "done")
    other = recorded("taken-over-by-a-colleague")

    def put(config_map):
        text = b"".join(line.encode() + b"\n" for line in other.lines).decode()
        config_map["data"]["journal.jsonl"] = text.replace(other.progress.run, run)

    # Chained anew by whoever edited it, so that no hash tells.
    edit(world, run, put)
    record = mine.record(run)
    assert record.kept == "here"
    assert len(record.remarks) == 1


@pytest.mark.parametrize(
    ("change", "is_said"),
    [
        (lambda said: said.replace("checkout", MARK), False),
        (lambda said: f"{MARK}{said[8:-3]}{MARK}", False),
        (lambda _: MARK, False),
        (lambda said: f"{said} {MARK}", True),
        (lambda said: said.replace("checkout", f"{MARK} payments"), True),
        (lambda _: f"Nobody looked. {MARK}", True),
    ],
)
def test_a_mark_hides_no_change_of_what_stands_beside_it(world, mine, change, is_said):
    run = mine.keep("done")
    share(world, "done")

    def put(config_map):
        lines, previous = [], "0" * 64
        for line in config_map["data"]["journal.jsonl"].splitlines():
            event = {**json.loads(line), "previous": previous}
            if "checkout" in event["data"].get("saying", ""):
                event["data"]["saying"] = change(event["data"]["saying"])
            lines.append(json.dumps(event))
            previous = hashlib.sha256(lines[-1].encode()).hexdigest()
        config_map["data"]["journal.jsonl"] = "".join(f"{line}\n" for line in lines)

    edit(world, run, put)
    record = mine.record(run)
    assert record.kept == "here"
    assert ["say different things" in each for each in record.remarks] == [True] * is_said


def _broken_chain(config_map):
    lines = config_map["data"]["journal.jsonl"].splitlines(keepends=True)
    config_map["data"]["journal.jsonl"] = "".join((*lines[:4], lines[4].replace("a", "b"), *lines))


def _cut_off(config_map):
    config_map["data"]["journal.jsonl"] = config_map["data"]["journal.jsonl"][:2000]


def _without_its_journal(config_map):
    del config_map["data"]["journal.jsonl"]


def _without_its_status(config_map):
    del config_map["data"]["status.json"]


def _with_a_status_that_is_none(config_map):
    config_map["data"]["status.json"] = "[]"


def _not_gzip(config_map):
    config_map["binaryData"] = {"journal.jsonl.gz": "bm8="}


def _of_another_name(config_map):
    config_map["metadata"]["annotations"]["hotfix-cli/run"] = "hf-another"


def _newer(config_map):
    status = json.loads(config_map["data"]["status.json"])
    config_map["data"]["status.json"] = json.dumps({**status, "v": 2})


def _trimmed(config_map):
    config_map["metadata"]["annotations"]["hotfix-cli/trimmed-lines"] = "12"


def _no_number(config_map):
    config_map["metadata"]["annotations"]["hotfix-cli/trimmed-lines"] = "many"


def _huge(config_map):
    config_map["binaryData"] = {"journal.jsonl.gz": b64encode(gzip.compress(bytes(2**27))).decode()}


def _nested(config_map):
    config_map["data"]["status.json"] = "[" * 100_000 + "]" * 100_000


def _at_no_moment(config_map):
    config_map["metadata"]["annotations"]["hotfix-cli/updated"] = "2026-03-12T03:12:09"


def _a_fact_of_another_kind(config_map):
    lines, previous = [], "0" * 64
    for line in config_map["data"]["journal.jsonl"].splitlines():
        event = {**json.loads(line), "previous": previous}
        facts = event["data"].get("facts") or {}
        facts.update({key: "\x1b[2J" for key in facts if key == "rollout"})
        lines.append(json.dumps(event))
        previous = hashlib.sha256(lines[-1].encode()).hexdigest()
    config_map["data"]["journal.jsonl"] = "".join(f"{line}\n" for line in lines)


EDITED = [
    (_huge, "cannot be unpacked"),
    (_nested, "is not as it was written"),
    (_at_no_moment, "is not as it was written"),
    (_a_fact_of_another_kind, "cannot be read from line"),
    (_broken_chain, "is damaged in line 5"),
    (_cut_off, "is damaged in line"),
    (_without_its_journal, "is damaged in line 1"),
    (_without_its_status, "is not as it was written"),
    (_with_a_status_that_is_none, "is not as it was written"),
    (_not_gzip, "cannot be unpacked"),
    (_of_another_name, "is not as it was written"),
    (_newer, "was written by a newer hotfix"),
    (_trimmed, "is not whole"),
    (_no_number, "is not as it was written"),
]


@pytest.mark.parametrize(("change", "words"), EDITED)
def test_what_somebody_edited_is_shown_as_such_and_never_taken_for_the_run(
    world, mine, change, words
):
    run = share(world, "done")
    edit(world, run, change)
    (record,) = mine.team().others()
    assert record.damage is not None
    assert words in record.damage.what
    # Where this machine has less of it, what is here is told all the same.
    here = recorded("done").events[:3]
    if record.run == run:
        told = mine.team().of(run, here)
        assert (told.kept, told.events, told.damage) == ("here", here, None)
        assert words in told.remarks[0]
    mine.keep("done")
    told = mine.record(run)
    assert (told.kept, len(told.events)) == ("here", COUNT)
    assert words in mine.said[-1]
    assert told.to_json()["remarks"]


@pytest.mark.parametrize(("change", "words"), EDITED)
def test_what_somebody_edited_hides_no_other_run_and_is_named_by_all_that_list_them(
    world, mine, change, words, capsys, monkeypatch
):
    edit(world, share(world, "done"), change)
    other = share(world, "glass-broken")
    said: list[str] = []
    monkeypatch.setenv("HOTFIX_STATE_DIR", str(mine.state))
    with contextlib.chdir(mine.folder):
        log = deployments(mine.state, None, said.append, lambda problem: pytest.fail(problem.what))
        figures = history_of(mine.state, None, said.append)
        assert show_team(None, as_json=True) == show_team(None, as_json=False) == 0
    assert {entry["run"] for entry in log} == {other}
    assert (figures["not_readable"], figures["by_the_clusters_record"]) == (1, 1)
    assert [words in each for each in said] == [True, True]
    shown = capsys.readouterr()
    seen = json.loads(shown.out.splitlines()[0])
    assert {each["run"] for each in seen["runs"] if each["damage"] is None} == {other}
    assert [words in each["what"] for each in seen["not_sound"]] == [True]
    assert "\x1b" not in shown.out + shown.err
    # Of what stands beside a journal, nothing is shown as if it had been checked.
    assert shown.out.count("not to be relied on") == len(seen["runs"]) - 1
    assert len(shown.err.splitlines()) == 2


@pytest.mark.parametrize(
    "said",
    [
        {"state": "done"},
        {"elapsed_seconds": "x", "total_seconds": "soon"},
        {"last_at": "9999-12-31T23:59:59-12:00"},
        {"description": 7},
        {"phases": [3]},
        {"next_action": None},
        {"still_to_do": "x"},
    ],
)
def test_what_stands_beside_a_whole_journal_is_not_what_is_told(world, mine, said, capsys):
    run = share(world, "waiting-for-review")

    def put(config_map):
        status = json.loads(config_map["data"]["status.json"])
        config_map["data"]["status.json"] = json.dumps({**status, **said})

    edit(world, run, put)
    with contextlib.chdir(mine.folder):
        show_team(None, as_json=True)
        # With its journal cut off, it is all there is.
        edit(world, run, _cut_off)
        show_team(None, as_json=True)
    whole, cut_off = (json.loads(each) for each in capsys.readouterr().out.splitlines())
    (seen,) = whole["runs"]
    assert (seen["run"], seen["state"], seen["damage"]) == (run, "waiting", None)
    assert [each["run"] for each in cut_off["not_sound"]] == [run]
    assert all("is damaged in line" in each["damage"] for each in cut_off["runs"])


def test_a_damaged_journal_here_is_told_by_the_clusters_where_that_is_whole(world, mine):
    run = mine.keep("done")
    path = mine.state / "runs" / run / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join((*lines[:7], b"{}\n", *lines[8:])))
    share(world, "done")
    record = mine.record(run)
    assert (record.kept, record.damage, len(record.events)) == ("cluster", None, COUNT)
    path.write_bytes(b"\0" * 99 + b"\n")
    assert mine.record(run).kept == "cluster"


GONE = json.dumps({"kind": "Status", "status": "Failure", "reason": "Expired", "code": 410})


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("configmaps", status=410, body=GONE, times=9), "its list expired"),
        (Fault("configmaps", status=503, times=9), "cluster"),
        (Fault("configmaps", status=200, body='{"items": 7}', times=9), "cluster"),
        (Fault("configmaps", status=200, body='{"items": [{}]}', times=9), "cluster"),
    ],
)
def test_a_cluster_in_trouble_bars_nothing_that_is_here(world, mine, fault, words):
    run = mine.keep("done")
    world.service.faults.append(replace(fault))
    team = mine.team()
    assert team.of(run, recorded("done").events).kept == "here"
    assert not list(team.others())
    assert words in team.not_reached
    assert [each.endswith("This machine's are shown.") for each in mine.said] == [True]


def test_a_list_that_expires_on_its_second_page_is_read_anew(world, mine):
    run = share(world, "done")
    world.service.faults.append(Fault("configmaps", status=410, body=GONE))
    assert [each.run for each in mine.team().others()] == [run]
    assert mine.said == []


def test_a_configuration_that_is_of_no_use_bars_nothing_that_is_here(mine):
    run = mine.keep("done")
    (mine.folder / "hotfix.toml").write_text("[github")
    assert mine.record(run).kept == "here"
    assert "hotfix.toml" in mine.said[0]
    (mine.folder / "hotfix.toml").write_text('[github]\nrepository = "acme/shop"\n')
    mine.said.clear()
    assert (mine.record(run).not_reached, mine.said) == ("", [])


def test_one_that_does_not_answer_is_not_waited_for(world, tmp_path):
    mine = laptop(world, tmp_path / "mine", '[team]\nwait = "0.2s"')
    run = mine.keep("done")
    world.service.faults.append(Fault("configmaps", status=SILENT, times=9))
    assert mine.record(run).kept == "here"
    assert "The cluster did not answer within 0.2 s." in mine.said[0]


def test_without_rights_this_machines_are_told_and_one_line_says_why(world, mine):
    run = mine.keep("done")
    world.service.denied.update({"list configmaps", "get configmaps"})
    told = mine.record(run).to_json()
    assert told["kept"] == "here"
    assert "no right to get configmaps" in told["not_reached"]
    assert mine.team().of(run, recorded("done").events).kept == "here"
    assert [each.endswith("This machine's are shown.") for each in mine.said] == [True, True]
