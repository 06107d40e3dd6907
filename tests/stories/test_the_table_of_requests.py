"""What GitHub was told, write by write, on each way that a hotfix can take.

The happy walk is in ``test_the_walk.py``, a rollback with its revert in ``test_the_revert.py``.
"""

from contextlib import contextmanager
from dataclasses import dataclass

from tests.adapters.git.clones import git
from tests.other_hands import run_of
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.event_data import EventType
from hotfix.simulators.people import push_a_commit
from hotfix.simulators.played_fix import GOOD_FIX
from hotfix.simulators.scenarios import SCENARIOS
from hotfix.simulators.server import DROPPED, Fault

TARGET = "hotfix/production"
UNTIL_THE_REVIEW = [
    "POST /pulls",
    "POST /labels",
    "POST /issues/2/labels",
    "POST /pulls/2/requested_reviewers",
]
HAPPY = [*UNTIL_THE_REVIEW, "PUT /pulls/2/merge", "POST /pulls"]


@contextmanager
def walked(tmp_path, prepare):
    """Walk a hotfix in a world that ``prepare`` has changed."""
    with stage(tmp_path / "world") as on:
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        prepare(on.world)
        on.seen["code"] = on.start()
        yield on


class EachWrite(Fault):
    """Hits every write there is."""

    def hits(self, request):
        is_change = request.method != "GET" and not request.url.path.endswith("/graphql")
        return is_change and super().hits(request)


def test_the_answer_of_each_write_is_lost(tmp_path):
    def lose_each(world):
        world.github.faults.append(EachWrite(status=DROPPED, acts=True, times=100))

    with walked(tmp_path, lose_each) as on:
        assert on.seen["code"] == exit_codes.DONE, on.screen.getvalue()
        assert on.wrote("github") == HAPPY
        writes = [
            each.status
            for each in on.world.received.all("github", writes=True)
            if each.path != "/graphql"
        ]
        assert writes == [0] * len(HAPPY)
        troubled = [
            event.step
            for event in on.session.runs.events(on.run)
            if event.type is EventType.STEP_TROUBLED
        ]
        assert list(dict.fromkeys(troubled)) == [
            "open_pull_request",
            "label_pull_request",
            "request_review",
            "merge_the_fix",
            "bring_back_to_base",
        ]


def test_a_commit_comes_after_the_approval(tmp_path):
    with walked(tmp_path, SCENARIOS["commit-after-approval"].prepare) as on:
        assert on.seen["code"] == exit_codes.DONE, on.screen.getvalue()
        assert on.wrote("github") == [
            *UNTIL_THE_REVIEW,
            "POST /pulls/2/requested_reviewers",
            # It is guarded and tested like every commit; its pull request is known.
            "POST /issues/2/labels",
            "PUT /pulls/2/merge",
            "POST /pulls",
        ]


@dataclass
class BaseMoves(Fault):
    """A colleague pushes while GitHub merges, which is refused with GitHub's own words."""

    world: object = None

    def hits(self, request):
        is_hit = super().hits(request)
        if is_hit:
            push_to_target(self.world)
        return is_hit


def test_the_base_moves_at_the_merge(tmp_path):
    def move(world):
        moves = BaseMoves(
            on="/pulls/2/merge",
            status=405,
            body='{"message": "Base branch was modified. Review and try the merge again."}',
            headers={"Content-Type": "application/json"},
            world=world,
        )
        world.github.faults.append(moves)

    with walked(tmp_path, move) as on:
        assert on.seen["code"] == exit_codes.DONE, on.screen.getvalue()
        merge = "PUT /pulls/2/merge"
        assert on.wrote("github") == [*UNTIL_THE_REVIEW, merge, merge, "POST /pulls"]
        first, second = (it for it in on.world.received.all("github") if it.method == "PUT")
        assert (first.status, second.status) == (405, 200)
        assert first.body["sha"] == second.body["sha"] == on.world.github.hosted.pulls[2].head_sha
        assert "… hotfix/production got another commit meanwhile; trying again" in on.lines
        run = run_of(on.world.github, on.world.github.hosted.pulls[2].merge_sha)
        assert any(f"deploy.yml run {run.number} succeeded" in line for line in on.lines)


def test_the_branch_wants_a_merge_queue(tmp_path):
    with walked(tmp_path, SCENARIOS["merge-queue"].prepare) as on:
        assert on.seen["code"] == exit_codes.DONE, on.screen.getvalue()
        # At the front, which dana may not; then at the end.
        queued = ["POST /graphql", "POST /graphql"]
        assert on.wrote("github") == [*UNTIL_THE_REVIEW, *queued, "POST /pulls"]


def test_a_newer_run_takes_the_place_of_ours(tmp_path):
    def supersede(world):
        def look():
            pull = world.github.hosted.pulls.get(2)
            run = run_of(world.github, pull.merge_sha) if pull and pull.merge_sha else None
            if run is None:
                world.timeline.after(1, look, "is the fix merged?")
                return
            push_to_target(world)
            world.github.notice_pushes()
            world.github.cancel(run)

        look()

    with walked(tmp_path, supersede) as on:
        assert on.seen["code"] == exit_codes.WAITING, on.screen.getvalue()
        assert on.wrote("github") == [*UNTIL_THE_REVIEW, "PUT /pulls/2/merge"]
        newer = on.world.github.hosted.runs[-1]
        asked = on.screen.getvalue()
        assert "The deploy workflow was superseded by a newer run. What now?" in asked
        assert f"a newer run took its place: {on.world.github.url}" in asked
        assert f"/actions/runs/{newer.id}" in asked


def push_to_target(world):
    """Push a commit on top of the deploy branch, as a colleague does from a clone of their own."""
    clone = world.clone.parent / "colleague"
    origin = str(world.origin.path)
    git(world.clone.parent, "clone", "--quiet", "--branch", TARGET, origin, str(clone))
    git(clone, "config", "user.name", "Noor")
    git(clone, "config", "user.email", "noor@webrana.example")
    push_a_commit(clone, "NOTES.md", "Theirs.\n", "A colleague's change")
