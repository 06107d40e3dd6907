"""A key that is added to ``hotfix.toml`` fails here until it says who looks up what it names.

That it is looked up is seen in ``tests/stories/test_names_that_nobody_has.py``.
"""

import pytest
from tests.config.resolved_names import KEYS, sections


@pytest.mark.parametrize(("name", "section"), list(sections()))
def test_every_key_says_who_looks_it_up(name, section):
    assert set(section.model_fields) == set(KEYS[name])


def test_there_is_no_word_of_a_section_that_is_gone():
    assert {name for name, _ in sections()} == set(KEYS)
