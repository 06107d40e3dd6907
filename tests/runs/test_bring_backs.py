"""What a run proposed to the base is owed until it is merged or closed, and then no more."""

from typing import Any, cast

import pytest
from tests.journals.reading import recorded
from tests.memory_clock import MemoryClock
from tests.runs.many_kept import chained, keep, lines_of, say_state

from hotfix.config.load import parse
from hotfix.domain.bring_back import bring_back
from hotfix.domain.deployment_log import of_run
from hotfix.domain.fact_names import BRING_BACK_URL
from hotfix.domain.fold import fold
from hotfix.domain.keeping import owed_by
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.run_settings import Origin
from hotfix.ports.pull_requests import PullRequest
from hotfix.runs.bring_backs import as_needs, settle_soon, still_proposed
from hotfix.runs.session import Session

GOOD, BAD, OPEN = "done", "done-then-rolled-back", "waiting-for-review"


def pull(number, *, is_open=False, is_merged=False):
    sha = "c" * 40 if is_merged else ""
    return PullRequest(
        number, "x", "Bring", "b" * 40, "fix", "main", "dana", is_open, is_merged, sha
    )


class World:
    """GitHub and a clone, as far as they are asked."""

    cluster, secrets = None, ()

    def __init__(self, found, *, is_carried=False):
        self.asked: list[int] = []
        self._found, self._is_carried = found, is_carried
        self.pull_requests = self.repository = self

    def ports(self, _folder):
        return self

    def get(self, number):
        self.asked.append(number)
        if isinstance(self._found, Exception):
            raise self._found
        return pull(number, **self._found)

    def fetch(self, branch):
        return {"main": "d" * 40}[branch]

    def carries(self, tip, sha, others):
        assert (tip, sha, others[0]) == ("d" * 40, "c" * 40, "b" * 40)
        return self._is_carried


@pytest.fixture
def session(tmp_path):
    config = parse('[github]\nrepository = "acme/shop"\n', {}, "hotfix.toml")
    return Session(config, tmp_path, tmp_path / "state", "dana", {}, MemoryClock())


def kept(session, kind, number, repository="acme/shop"):
    """A recorded run, walked in that repository."""
    run = keep(session.state, kind, number)
    first, *others = lines_of(kind)
    data = cast("dict[str, Any]", first["data"])
    origin = Origin("https://api.github.com", repository).to_json()
    settings = {**data["settings"], "origin": origin}
    lines = [{**first, "data": {**data, "settings": settings}}, *others]
    folder = session.state / "runs" / run
    (folder / "journal.jsonl").write_bytes(chained(run, lines))
    say_state(folder)
    return run


def asked_by(monkeypatch, world):
    monkeypatch.setattr(Session, "tools", world)
    return world


NO_TOKEN = ProblemError(Problem(ProblemCode.FAILED, "No token.", "", ""))


@pytest.mark.parametrize(
    ("kind", "found", "is_carried", "is_settled"),
    [
        (GOOD, {"is_open": True}, False, False),
        (GOOD, {"is_merged": True}, True, True),
        (GOOD, {}, False, True),
        (GOOD, NO_TOKEN, False, False),
        (GOOD, TemporaryTroubleError("GitHub does not answer."), False, False),
        (BAD, {"is_open": True}, False, False),
        # The next release would have it.
        (BAD, {"is_merged": True}, True, False),
        (BAD, {"is_merged": True}, False, True),
        (BAD, {}, True, True),
    ],
)
def test_it_is_owed_until_nothing_is_to_be_done(
    session, monkeypatch, kind, found, is_carried, is_settled
):
    run = kept(session, kind, 1)
    world = asked_by(monkeypatch, World(found, is_carried=is_carried))
    held = still_proposed(session)
    progress, asked = fold(session.runs.events(run)), list(world.asked)
    assert (bring_back(progress) is None, held == ()) == (is_settled, is_settled)
    assert asked == [int(recorded(kind).progress.facts[BRING_BACK_URL].rpartition("/")[2])]
    is_in_log = any("proposed to the base" in text for text in _open(session, run))
    is_kept = any("proposed to the base" in text for text in owed_by(progress))
    assert (is_in_log, is_kept) == (not is_settled, not is_settled)
    assert [need.mend.partition(" ")[0] for need in as_needs(held)] == (
        [] if is_settled else ["close" if kind == BAD else "merge"]
    )
    # What is on record is not asked about again, what is not is.
    settle_soon(session, but="", seconds=60.0)
    assert world.asked == (asked if is_settled else asked * 2)


def _open(session, run):
    return [text for entry in of_run(session.runs.events(run)) for text in entry.open]


def test_others_and_what_is_open_or_damaged_are_not_asked_about(session, monkeypatch):
    world = asked_by(monkeypatch, World({"is_merged": True}))
    kept(session, OPEN, 1)
    broken = kept(session, GOOD, 2)
    path = session.state / "runs" / broken / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"dana", b"dora", 1))
    kept(session, GOOD, 3, "acme/other")
    mine = kept(session, GOOD, 4)
    settle_soon(session, but=mine, seconds=60.0)
    assert world.asked == []
    assert still_proposed(session) == ()
    assert len(world.asked) == 1
    assert bring_back(fold(session.runs.events(mine))) is None


def test_at_the_end_of_a_run_the_newest_ten_are_asked_about(session, monkeypatch):
    world = asked_by(monkeypatch, World({"is_open": True}))
    for number in range(12):
        kept(session, GOOD, number)
    settle_soon(session, but="", seconds=60.0)
    assert len(world.asked) == 10
    assert len(still_proposed(session)) == 12
