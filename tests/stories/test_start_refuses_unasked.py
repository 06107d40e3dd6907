"""What refuses a start is said before anything is asked."""

from dataclasses import replace

import pytest
from tests.stories.stage import ORDER, stage

from hotfix.domain.incident import StartFrom
from hotfix.domain.problem import ProblemError
from hotfix.runs.asker import Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.open import start

UNASKED = replace(ORDER, category=None)


@pytest.fixture(scope="module")
def on(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("world")) as on:
        yield on


def refused(on, order=UNASKED, **changed):
    """Start as somebody who could be asked; returns what is said instead."""

    def ask(text, _options):
        pytest.fail(f"asked: {text}")

    with pytest.MonkeyPatch.context() as patched, pytest.raises(ProblemError) as caught:
        patched.setattr(on.terminal, "choose", ask)
        start(replace(on.session, **changed), order, Manner(Flags(), can_ask=True), on.terminal)
    return caught.value.problem.what


@pytest.mark.parametrize(
    ("order", "what"),
    [
        (replace(UNASKED, description="!!!"), "The description has no word"),
        (replace(UNASKED, picks=("nonesuch",)), "There is no commit 'nonesuch'"),
        (
            replace(UNASKED, start_from=StartFrom.REF, start_ref="nonesuch"),
            "--from names no branch",
        ),
    ],
)
def test_words_that_lead_nowhere(on, order, what):
    assert refused(on, order).startswith(what)


def test_a_configuration_that_allows_no_such_way(on):
    config = on.session.config
    on_base = config.model_copy(
        update={"github": config.github.model_copy(update={"merge_into": config.git.base})}
    )
    live = replace(UNASKED, start_from=StartFrom.LIVE)
    assert refused(on, live, config=on_base) == "--from live changes nothing here."


def test_a_token_that_is_missing(on):
    environ = {key: each for key, each in on.session.environ.items() if "TOKEN" not in key}
    assert "GitHub" in refused(on, environ={**environ, "PATH": "/usr/bin:/bin"})


def test_work_that_is_not_committed(on):
    on_the_way = on.world.clone / "README.md"
    kept = on_the_way.read_text()
    on_the_way.write_text("half done\n")
    assert "uncommitted" in refused(on)
    on_the_way.write_text(kept)


def test_a_run_that_is_open(on):
    on.leave_open("await_the_fix")
    assert refused(on) == "A hotfix is open in this repository: checkout returns 500."
