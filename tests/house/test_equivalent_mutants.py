"""What is said to be no change at all names code that is there, and a change is really made."""

import ast

import pytest
from tests.mutants import changes, rules
from tests.mutants.live import live_functions, put_in

from hotfix.engine.lock_keeper import LockKeeper


def test_every_entry_names_a_change_of_the_code_as_it_is_and_says_why():
    every = [change for file in changes.files() for change in changes.changes(file)]
    equivalent = rules.equivalent_changes(every)
    assert all(len(because) > 20 for because in equivalent.values())


def test_an_entry_whose_code_is_gone_is_an_error(monkeypatch, tmp_path):
    path = tmp_path / "equivalent.toml"
    path.write_text(
        '[[change]]\nfile = "hotfix/gone.py"\nwhere = "f"\nbefore = "a"\nafter = "b"\n'
        'because = "it was so once"\n'
    )
    monkeypatch.setattr(rules, "_EQUIVALENT", path)
    with pytest.raises(SystemExit, match=r"hotfix/gone\.py"):
        rules.equivalent_changes([])


def test_a_change_is_found_again_by_its_number_and_is_one_change_of_the_code():
    file = "hotfix/engine/lock_keeper.py"
    found = changes.changes(file)
    assert len({change.number for change in found}) == len(found) > 50
    same = ast.dump(ast.parse((changes.SOURCE / file).read_text(encoding="utf-8")))
    for change in found[::20]:
        assert ast.dump(changes.tree_with(file, change.number)) != same
        compile(changes.tree_with(file, change.number), file, "exec")


def test_a_change_is_put_into_the_functions_that_are_there_but_for_what_is_done_at_import():
    file = "hotfix/engine/lock_keeper.py"
    live = live_functions()
    true = {each: each.__code__ for each in live[file]}
    assert LockKeeper.close in true
    for change in changes.changes(file):
        try:
            is_put_in = put_in(change, live)
            changed = [each for each, code in true.items() if each.__code__ != code]
            assert bool(changed) is is_put_in
            assert is_put_in is bool(change.where), str(change)
        finally:
            for each, code in true.items():
                each.__code__ = code
