"""A run is open in one repository; the commands that act, given in the folder of another one."""

import pytest
from tests.adapters.git.clones import origin_and_clone
from tests.stories.commands import START, commands

from hotfix.cli import exit_codes
from hotfix.simulators.played_fix import GOOD_FIX

ACTING = (
    ("resume", "--yes"),
    ("abort", "--close-pull-request", "--yes"),
    ("rollback", "--yes"),
    ("rollback", "--via", "actions", "--yes"),
    ("rollback", "--dry-run", "RUN"),
)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A run that was killed with its pull request open, and another repository."""
    folder = tmp_path_factory.mktemp("whose")
    with commands(folder / "world") as at:
        at.world.play_the_engineer(GOOD_FIX)
        at.killed(*START, when=lambda event: event["step"] == "label_pull_request")
        _, theirs = origin_and_clone(folder / "theirs")
        text = at.world.config_file.read_text()
        (theirs / "hotfix.toml").write_text(text.replace("webrana/webrana", "acme/other"))
        at.seen["there"] = theirs
        yield at


@pytest.mark.parametrize("words", ACTING, ids=" ".join)
def test_it_refuses_and_names_the_clone_and_the_command_there(story, words):
    run = next((story.world.folder / "state" / "runs").iterdir()).name
    before = len(story.world.received.all("github", writes=True))
    given = [run if word == "RUN" else word for word in words]
    config = str(story.seen["there"] / "hotfix.toml")
    done = story.run(*given, cwd=story.seen["there"], HOTFIX_CONFIG=config)
    said = done.stdout + done.stderr
    if words == ("rollback", "--yes"):
        # Without a run named, it looks for one of its own repository, and there is none.
        assert "No run knows a healthy state." in said
    else:
        assert done.returncode == exit_codes.USAGE, said
        assert "webrana/webrana" in said
        assert f"cd {story.world.clone} && hotfix {words[0]}" in said
    assert len(story.world.received.all("github", writes=True)) == before


def test_in_its_own_clone_the_run_goes_on(story):
    story.world.play_the_reviewer()
    code, events = story.events("resume", "--yes", "--json")
    assert code == exit_codes.DONE, events[-1]
