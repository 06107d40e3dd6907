"""A process of the model world is alone with its own threads."""

from tests.model.commands import a_world
from tests.model.process import Machine, Process

from hotfix.engine.reconciler import Attempt, Reconciler


def test_what_other_tests_left_running_is_none_of_its_business(tmp_path):
    tried = []

    def never_as_wanted(wanted):
        tried.append(wanted)
        return Attempt(retry_in=3600.0)

    stranger = Reconciler("mirror", never_as_wanted)
    stranger.want("something")
    process = Process(a_world(), Machine("dana", "laptop", "/clone", tmp_path))
    own: Reconciler[str] = Reconciler("teller", lambda _wanted: Attempt())
    own.want("something else")
    try:
        assert process._workers() == [own]
        process.end()
        assert stranger._attempt is never_as_wanted
        assert own.close(5.0)
    finally:
        stranger._attempt = lambda _wanted: Attempt(is_last=True)
        stranger.want(None)
