"""``hotfix forget``, over journals as users have them and a cluster over HTTP."""

import contextlib
import json

import pytest
from filelock import FileLock
from tests.adapters.kubernetes.world import World
from tests.runs.team_world import emptied, laptop, share
from tests.runs.test_pruning import MAY_GO

from hotfix.adapters.journal.files import LOCK
from hotfix.cli.app import app_for

OVER, OWES, OPEN = MAY_GO[0], "glass-broken", "waiting-for-review"


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


@pytest.fixture
def hotfix(mine, monkeypatch, capfd):
    monkeypatch.setenv("HOTFIX_STATE_DIR", str(mine.state))
    monkeypatch.chdir(mine.folder)

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            app_for(words)(list(words))
        out, err = capfd.readouterr()
        return ended.value.code, out, err

    return run


def left(world, mine):
    """Return where there is anything left: here, in the cluster."""
    here = any((mine.state / "runs").glob("*")) if (mine.state / "runs").exists() else False
    return here, bool(world.adapter().shared_records.journals())


def test_a_run_goes_here_and_there_and_says_what_the_log_loses(world, mine, hotfix):
    run = mine.keep(OVER)
    share(world, OVER)
    code, out, err = hotfix("forget", run)
    assert (code, left(world, mine)) == (2, (True, True))
    assert f"hotfix forget {run} --yes" in err
    (mine.state / "index").mkdir(exist_ok=True)
    (mine.state / "index" / "log").write_text(run)
    code, out, err = hotfix("forget", run[-4:], "--yes")
    assert (code, err, left(world, mine)) == (0, "", (False, False))
    assert not [it for it in mine.state.rglob("*") if it.is_file() and run in it.read_text()]
    assert "In the cluster: the record that the team shares, which noor on noors-laptop" in out
    assert "From the deployment log: " in out
    assert not list(mine.state.glob("forgotten-*"))
    assert json.loads(hotfix("log", "--json")[1]) == []
    code, _, err = hotfix("forget", run, "--yes")
    assert code == 2
    assert "No run is called" in err


def test_programs_are_told_what_went(world, mine, hotfix):
    run = share(world, OVER)
    code, out, _ = hotfix("forget", run, "--yes", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["v"], told["run"]) == (1, run)
    assert (told["removed_here"], told["removed_from_cluster"]) == (False, True)
    assert [each["run"] for each in told["log"]] == [run] * len(told["log"])
    assert left(world, mine) == (False, False)


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [(OPEN, "is open: waiting", 2), (OWES, "nobody answers, checkout is down", 2)],
)
@pytest.mark.parametrize("where", ["here", "there"])
def test_what_is_open_or_owed_stays_and_is_named(world, mine, hotfix, name, words, code, where):
    run = mine.keep(name) if where == "here" else share(world, name)
    before = left(world, mine)
    ended, out, err = hotfix("forget", run, "--yes", "--json")
    assert (ended, out, left(world, mine)) == (code, "", before)
    told = json.loads(err)
    assert words in f"{told['what']} {told['why']}"
    if name == OPEN:
        assert hotfix("forget", run, "--yes", "--settled")[0] == code
    else:
        assert hotfix("forget", run, "--yes", "--settled")[0] == 0
        assert left(world, mine) == (False, False)


def test_what_goes_on_elsewhere_goes_once_it_is_over_there_or_here_alone(world, mine, hotfix):
    run = mine.keep("taken-over-old-machine")
    assert share(world, "taken-over-by-a-colleague", events=30) == run
    ended, _, err = hotfix("forget", run, "--yes")
    assert (ended, left(world, mine)) == (2, (True, True))
    # To end it here is refused, too: it is walked elsewhere.
    assert "hotfix abort" not in err
    assert f"this copy: hotfix forget {run} --local" in err
    assert hotfix("forget", run, "--local", "--yes")[0] == 0
    assert left(world, mine) == (False, True)


def test_one_that_holds_the_lock_stays(world, mine, hotfix):
    run = mine.keep(OVER)
    world.adapter().claim_lock(run, "dana")
    code, _, err = hotfix("forget", run, "--yes")
    world.service.delete("leases", "hotfix-lock")
    assert (code, left(world, mine)) == (6, (True, False))
    assert "holds the hotfix lock" in err


def test_what_is_damaged_may_owe_anything(world, mine, hotfix):
    run = mine.keep(OVER)
    path = mine.state / "runs" / run / "journal.jsonl"
    path.write_bytes(b"{}\n" + path.read_bytes())
    assert hotfix("forget", run, "--yes")[0] == 2
    assert hotfix("forget", run, "--yes", "--settled")[0] == 0
    assert left(world, mine) == (False, False)


def test_without_the_cluster_nothing_goes_unless_it_is_left_out(world, mine, hotfix):
    run = mine.keep(OVER)
    share(world, OVER)
    world.service.denied.add("delete configmaps")
    code, _, err = hotfix("forget", run, "--yes")
    assert (code, left(world, mine)) == (4, (True, True))
    assert "delete configmaps" in err
    assert hotfix("forget", run, "--yes", "--local")[0] == 0
    assert left(world, mine) == (False, True)


def a_work_tree_is_left(folder):
    (folder / "trees" / "revert").mkdir(parents=True)
    return contextlib.nullcontext()


def somebody_writes(folder):
    return FileLock(folder / LOCK)


def somebody_elses(folder):
    folder.rename(folder.with_name("another"))
    folder.symlink_to("another")
    return contextlib.nullcontext()


@pytest.mark.parametrize(
    ("bars", "code", "words"),
    [
        (a_work_tree_is_left, 1, "git worktree remove"),
        (somebody_writes, 6, "open in another terminal"),
        (somebody_elses, 1, "link"),
    ],
)
def test_what_stands_in_the_way_here_is_found_before_anything_goes(
    world, mine, hotfix, bars, code, words
):
    run = mine.keep(OVER)
    share(world, OVER)
    with bars(mine.state / "runs" / run):
        ended, _, err = hotfix("forget", run, "--yes")
    assert (ended, left(world, mine)) == (code, (True, True))
    assert words in err
    assert (mine.state / "runs" / run / "journal.jsonl").exists()


@pytest.mark.parametrize("name", [OVER, OWES, OPEN])
def test_no_advice_is_about_more_than_was_asked_for(world, mine, hotfix, name):
    run = mine.keep(name)
    share(world, name)
    advised = []
    for words in (("--local",), ("--local", "--settled"), ()):
        *_, err = hotfix("forget", run, *words, "--json")
        told = json.loads(err)
        assert ".." not in told["why"]
        advised.append(told["next_command"])
    assert [f"forget {run} --local" in each for each in advised] == [True, True, False]
    if name == OWES:
        assert f"hotfix forget {run} --local --settled --yes" in advised[1]
