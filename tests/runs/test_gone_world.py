"""A run whose GitHub was a local server that is gone; real sockets."""

import socket
from dataclasses import replace

import pytest

from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import Origin, RunSettings
from hotfix.runs.gone_world import refuse_a_gone_world


def in_a_drill(port):
    origin = Origin(f"http://127.0.0.1:{port}", "webrana/webrana")
    return replace(Progress(run="hf-1"), settings=RunSettings(origin=origin))


def test_a_run_whose_world_is_gone_says_so_and_what_is_left_of_it():
    with socket.create_server(("127.0.0.1", 0)) as world:
        port = world.getsockname()[1]
        # It listens: whatever it answers is waited for.
        refuse_a_gone_world(in_a_drill(port))
    with pytest.raises(ProblemError) as gone:
        refuse_a_gone_world(in_a_drill(port))
    assert "it was in a drill" in gone.value.problem.what
    assert gone.value.problem.next_command.startswith("hotfix show hf-1; ")


@pytest.mark.parametrize("origin", [None, Origin("https://api.example.invalid", "webrana/webrana")])
def test_of_a_real_github_nothing_is_taken_from_a_connection(origin, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", None)
    refuse_a_gone_world(replace(Progress(run="hf-1"), settings=RunSettings(origin=origin)))
