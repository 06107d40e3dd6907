"""Stories: what else is on the base, leaving it behind, and fixes that exist already."""

import pytest
from tests.adapters.git.clones import commit, git
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.fact_names import LIVE_SHA, RIDE_ALONG
from hotfix.domain.fold import fold
from hotfix.domain.incident import StartFrom
from hotfix.simulators.played_fix import GOOD_FIX


def merged_by_a_colleague(on, subject, path="NEWS.md", text="Cushions!\n"):
    clone = on.world.clone
    (clone / path).write_text(text)
    sha = commit(clone, subject)
    git(clone, "push", "--quiet", "origin", "main")
    return sha


def asked(on, step):
    return [
        event.data["question"]
        for event in on.session.runs.events(on.run)
        if event.type == "decision_needed" and event.step == step
    ]


@pytest.fixture(scope="module")
def along(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("along") / "world") as on:
        on.seen["extra"] = merged_by_a_colleague(on, "Sell cushions, @everyone (#12)")
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        on.seen["code"] = on.start()
        yield on


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("live") / "world") as on:
        on.seen["extra"] = merged_by_a_colleague(on, "Sell cushions (#12)")
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        on.seen["code"] = on.start(start_from=StartFrom.LIVE)
        yield on


@pytest.fixture(scope="module")
def picked(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("picked") / "world") as on:
        clone = on.world.clone
        git(clone, "checkout", "--quiet", "-b", "feature")
        GOOD_FIX.write(clone)
        on.seen["fix"] = commit(clone, "Accept orders without a voucher")
        git(clone, "checkout", "--quiet", "main")
        on.world.play_the_reviewer()
        on.seen["code"] = on.start(picks=(on.seen["fix"][:10],))
        yield on


def test_what_rides_along_is_asked_about_with_its_pull_request(along):
    assert along.seen["code"] == 0, along.screen.getvalue()
    (question,) = asked(along, "list_the_ride_along")
    assert question["text"] == "1 commit of main would ship with this hotfix. Go on?"
    short = along.seen["extra"][:8]
    assert question["shown"] == [f"{short} Sell cushions, @everyone (#12), by Dana"]
    assert [option["key"] for option in question["options"]] == ["go-on", "live", "stop"]
    facts = fold(along.session.runs.events(along.run)).facts
    assert [each.pull_request for each in facts.get(RIDE_ALONG, ())] == [12]
    assert facts[LIVE_SHA] == along.world.first_commit


def test_the_pull_request_lists_it_and_mentions_nobody(along):
    body = along.world.github.hosted.pulls[2].issue.body
    short = along.seen["extra"][:8]
    assert f"- {short} `Sell cushions, @everyone (#12)` (#12)" in body


def test_from_live_nothing_but_the_fix_is_deployed(live):
    assert live.seen["code"] == 0, live.screen.getvalue()
    assert asked(live, "list_the_ride_along") == []
    origin, first = live.world.origin, live.world.first_commit
    head = live.world.github.hosted.pulls[2].head_sha
    assert [each.sha for each in origin.commits_between(first, head)] == [head]
    assert not origin.is_ancestor(live.seen["extra"], origin.commit_of("hotfix/production"))
    assert live.checkout() == "200, as expected"
    assert "**Left behind" in live.world.github.hosted.pulls[2].issue.body


def test_from_live_is_refused_where_the_base_itself_is_deployed(tmp_path):
    with stage(tmp_path / "world") as on:
        text = on.world.config_file.read_text()
        on.world.config_file.write_text(text.replace("hotfix/production", "main"))
        on.configure("")
        with pytest.raises(Exception, match="changes nothing here"):
            on.start(start_from=StartFrom.LIVE)


def test_a_picked_commit_is_the_fix_and_needs_no_editor(picked):
    assert picked.seen["code"] == 0, picked.screen.getvalue()
    head = picked.world.github.hosted.pulls[2].head_sha
    message = picked.world.origin.commit(head).message
    assert f"(cherry picked from commit {picked.seen['fix']})" in message
    assert f"**Picked:** {picked.seen['fix']}" in picked.world.github.hosted.pulls[2].issue.body
    assert f"✓ Picked {picked.seen['fix'][:8]}." in picked.lines
    assert picked.checkout() == "200, as expected"


def test_a_pick_that_conflicts_is_a_question_and_nothing_is_half_done(tmp_path):
    with stage(tmp_path / "world") as on:
        clone = on.world.clone
        git(clone, "checkout", "--quiet", "-b", "feature")
        GOOD_FIX.write(clone)
        fix = commit(clone, "Accept orders without a voucher")
        git(clone, "checkout", "--quiet", "main")
        path = "backend/shop/checkout.py"
        other = (clone / path).read_text().replace("goods *", "2 * goods *")
        merged_by_a_colleague(on, "Double (#3)", path, other)
        assert on.start(picks=(fix,)) == exit_codes.WAITING
        (question,) = asked(on, "pick_the_commits")
        assert question["text"] == f"{fix[:8]} conflicts in {path}. Nothing was picked. What now?"
        assert git(clone, "rev-parse", "HEAD") == git(clone, "rev-parse", "origin/main")
        assert git(clone, "status", "--porcelain") == ""


def test_a_pick_that_is_not_here_is_refused_before_a_run_is_opened(tmp_path):
    with stage(tmp_path / "world") as on:
        with pytest.raises(Exception, match="There is no commit 'abcdef12' here"):
            on.start(picks=("abcdef12",))
        assert on.session.runs.ids() == []
