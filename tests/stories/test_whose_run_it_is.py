"""A run is open in one repository; the commands that act, given in the folder of another one."""

import pytest
from tests.adapters.git.clones import git, origin_and_clone
from tests.stories.commands import START, commands

from hotfix.cli import exit_codes
from hotfix.simulators.played_fix import GOOD_FIX

ACTING = (
    ("resume", "--yes"),
    ("abort", "--close-pull-request", "--yes"),
    ("rollback", "--yes"),
    ("rollback", "--via", "actions", "--yes"),
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


def the_run(story):
    return next((story.world.folder / "state" / "runs").iterdir()).name


def there(story, *words):
    config = str(story.seen["there"] / "hotfix.toml")
    return story.run(*words, cwd=story.seen["there"], HOTFIX_CONFIG=config)


@pytest.mark.parametrize("words", ACTING, ids=" ".join)
def test_it_refuses_and_names_the_run_with_its_repository_and_the_command(story, words):
    run = the_run(story)
    before = len(story.world.received.all("github", writes=True))
    done = there(story, *words)
    said = done.stdout + done.stderr
    if words == ("rollback", "--yes"):
        # Without a run named, it looks for one of its own repository, and there is none.
        assert "No run knows a healthy state." in said
    else:
        assert done.returncode == exit_codes.USAGE, said
        assert "webrana/webrana" in said
        assert f"hotfix {words[0]} {run}" in said
    assert len(story.world.received.all("github", writes=True)) == before


def test_its_status_is_not_that_of_the_other_repository(story):
    assert the_run(story) not in there(story, "status").stdout
    assert there(story, "status", "--short").stdout == ""
    assert story.run("status", "--short").stdout.startswith("hotfix review")


def test_named_it_is_walked_in_its_own_clone_by_its_own_configuration(story):
    story.world.play_the_reviewer()
    before = git(story.seen["there"], "status", "--porcelain", "--branch")
    asked = len(story.world.received.all("github"))
    done = there(story, "resume", the_run(story), "--yes", "--json")
    assert done.returncode == exit_codes.DONE, done.stdout[-600:] + done.stderr
    assert git(story.seen["there"], "status", "--porcelain", "--branch") == before
    since = story.world.received.all("github")[asked:]
    assert since
    assert not [each for each in since if "acme/other" in each.path]
