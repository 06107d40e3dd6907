"""Stories of the drill's scenarios around review and merge, each on a clock that jumps."""

import pytest
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.simulators.scenarios import SCENARIOS
from hotfix.view.account import account
from hotfix.view.account_text import account_lines
from hotfix.view.report_markdown import report_markdown


def played(folder, name):
    """Play a scenario as ``hotfix drill --auto`` does."""
    scenario = SCENARIOS[name]
    with stage(folder / "world") as on:
        scenario.prepare(on.world)
        on.configure("")
        on.world.play_the_engineer(scenario.fix)
        on.world.play_the_reviewer()
        on.seen["codes"] = [on.start()]
        if scenario.then:
            scenario.meanwhile(on.world)
        on.seen["codes"] += [on.resume() for _ in scenario.then]
        yield on


@pytest.fixture(scope="module")
def red(tmp_path_factory):
    yield from played(tmp_path_factory.mktemp("story"), "ci-red")


@pytest.fixture(scope="module")
def later(tmp_path_factory):
    yield from played(tmp_path_factory.mktemp("story"), "commit-after-approval")


@pytest.fixture(scope="module")
def queue(tmp_path_factory):
    yield from played(tmp_path_factory.mktemp("story"), "merge-queue")


def said(on):
    return [line for line in on.lines if line]


def pull(on):
    return on.world.github.hosted.pulls[2]


def in_order(on, *starts):
    lines = said(on)
    places: list[int] = []
    for start in starts:
        after = places[-1] + 1 if places else 0
        places.append(next(at for at in range(after, len(lines)) if lines[at].startswith(start)))
    return places == sorted(places)


def test_a_red_check_ends_with_exit_code_8_and_a_pushed_fix_lets_it_go_on(red):
    assert red.seen["codes"] == [exit_codes.WAITING, exit_codes.DONE], red.screen.getvalue()
    assert in_order(
        red,
        "? A required check failed: tests. What now?",
        f"↶ {pull(red).head_sha[:8]} was pushed to hotfix/checkout-returns-500: it is guarded",
        "✓ Checks passed: tests.",
        "✓ Approved by rena.",
    )
    states = [run.conclusion for run in red.world.github.hosted.runs if run.event != "push"]
    assert states[:2] == ["failure", "success"]


def test_why_the_check_is_red_stands_on_the_screen_and_in_the_account(red):
    link = f"{red.world.github.url}/webrana/webrana/actions/runs/"
    wants = "backend/RELEASE_NOTE.md: No such file or directory"
    lines = [line.strip() for line in red.screen.getvalue().splitlines()]
    at = next(at for at, line in enumerate(lines) if line.startswith(f"tests: {link}"))
    assert lines[at + 1 : at + 6] == [
        "Run ./release/check.sh",
        "Looking for what goes with a release ...",
        wants,
        "Every change of production says there what it changes: one line is enough.",
        "Error: Process completed with exit code 1.",
    ]
    told = account(red.session.runs.events(red.run))
    (asked,) = told["unanswered"]
    assert (asked["step"], asked["question"]) == (
        "await_checks",
        "A required check failed: tests. What now?",
    )
    for told_lines in (asked["shown"], account_lines(told), report_markdown(told).splitlines()):
        assert any(wants in line for line in told_lines)


def test_an_approval_of_an_older_commit_is_not_merged(later):
    assert later.seen["codes"] == [exit_codes.DONE], later.screen.getvalue()
    reviews = [each for each in later.world.github.hosted.reviews if each.number == 2]
    assert [each.login for each in reviews] == ["rena", "rena"]
    assert reviews[0].sha != reviews[1].sha == pull(later).head_sha
    assert in_order(
        later,
        f"↶ {pull(later).head_sha[:8]} was pushed",
        "✓ Review requested from rena.",
        "✓ Approved by rena.",
        "✓ Merged into hotfix/production",
    )
    (merge,) = [each for each in later.world.received.all("github") if each.method == "PUT"]
    assert merge.body["sha"] == pull(later).head_sha


def test_both_commits_were_asked_about_once_each(later):
    asked = [line for line in later.wrote("github") if line.endswith("/requested_reviewers")]
    assert len(asked) == 2


def test_the_fix_is_queued_once_and_merged_in_its_turn(queue):
    assert queue.seen["codes"] == [exit_codes.DONE], queue.screen.getvalue()
    assert not any(line.startswith("PUT") for line in queue.wrote("github"))
    mutations = [
        each for each in queue.world.received.all("github", writes=True) if each.path == "/graphql"
    ]
    # First at the front, which dana may not, then at the end.
    assert [bool(each.body["variables"]["input"].get("jump")) for each in mutations] == [
        True,
        False,
    ]
    assert {each.body["variables"]["input"]["expectedHeadOid"] for each in mutations} == {
        pull(queue).head_sha
    }
    assert in_order(
        queue,
        "? Merge into hotfix/production and deploy?",
        "✓ In the merge queue at",
        "… in the merge queue at",
        f"✓ Merged into hotfix/production as {pull(queue).merge_sha[:8]}.",
        "✓ deploy.yml run 1 succeeded",
    )
    assert queue.checkout() == "200, as expected"


def test_a_guarded_environment_ends_with_exit_code_8_and_resume_goes_on(tmp_path):
    with stage(tmp_path / "world") as on:
        on.world.play_the_engineer(SCENARIOS["good-fix"].fix)
        on.world.play_the_reviewer()
        on.world.github.hosted.guarded_environment = "production"
        assert on.start() == exit_codes.WAITING
        (run,) = [each for each in on.world.github.hosted.runs if each.event == "push"]
        link = f"{on.world.github.url}/webrana/webrana/actions/runs/{run.id}"
        assert f"Nobody answered: Waiting for a person to let production through: {link}" in [
            line.strip() for line in on.screen.getvalue().splitlines()
        ]
        on.world.github.let_through(run)
        assert on.resume() == exit_codes.DONE, on.screen.getvalue()
