"""README shows a run as it is."""

from docs.images.transcript import as_any_run, shown, transcript


def test_the_run_in_the_readme_is_what_a_terminal_shows():
    assert as_any_run(shown()) == as_any_run(transcript())
