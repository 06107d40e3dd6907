"""What of a command only a shell would understand: a table."""

import shlex

import pytest

from hotfix.domain.shell_signs import shell_sign


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("cargo test", ""),
        ("npm test -- --run", ""),
        ("go test ./...", ""),
        ("pytest -k 'a and not b'", ""),
        ("pytest -k 'a&&b'", ""),
        ("cd backend && cargo test", "cd"),
        ("cargo test && npm test", "&&"),
        ("cargo test || true", "||"),
        ("cargo test | tee log", "|"),
        ("cargo test > log", ">"),
        ("cargo test 2>&1", "2>&1"),
        ("cargo test 2>/dev/null", "2>/dev/null"),
        ("cargo test; npm test", "test;"),
        ("cargo test &", "&"),
        ("RUST_LOG=debug cargo test", "RUST_LOG=debug"),
        ("env RUST_LOG=debug cargo test", ""),
        ("pytest $ARGS", "$ARGS"),
        ("pytest ${ARGS}", "${ARGS}"),
        ("pytest $(git ls-files)", "$(git"),
        ("pytest `git ls-files`", "`git"),
        ("pytest 'costs $5'", "costs $5"),
        ("~/bin/test", "~/bin/test"),
        ("source venv/bin/activate", "source"),
        ("sh -c 'cd backend && cargo test'", ""),
        ("bash -c 'echo $HOME'", ""),
        ("/bin/sh -c 'a; b;'", ""),
        ("docker compose run --rm app sh -c 'echo $HOME'", ""),
        ("docker compose run --rm app cargo test && echo", "&&"),
        ("find . -name x -exec rm {} ';'", ""),
        ("", ""),
    ],
)
def test_a_shells_word_is_named(line, sign):
    assert shell_sign(shlex.split(line)) == sign
