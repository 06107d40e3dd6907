"""Where runs are kept is where the library of platforms says."""

import platformdirs
import pytest

from hotfix.runs.state_folder import state_folder

HOMES = ("/home/dana", "/home/dana/", "/", "", "dana", "~", None)
BASES = ("/var/state", "/var/state/", "/", "", "state", "~/state", "$HOME/state", " ", " /x", None)


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("base", BASES)
def test_it_is_what_the_library_says(home, base, monkeypatch):
    given = {"HOME": home, "XDG_STATE_HOME": base}
    for name, value in given.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    environ = {name: value for name, value in given.items() if value is not None}
    assert state_folder(environ) == platformdirs.user_state_dir("hotfix")


def test_the_variable_goes_before_it():
    assert state_folder({"HOTFIX_STATE_DIR": "here", "HOME": "/home/dana"}) == "here"
