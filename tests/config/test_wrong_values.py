"""What is wrong in ``hotfix.toml`` is said by key, line, what is accepted, and what was meant."""

import pytest

from hotfix.config.load import parse
from hotfix.config.model import ACCEPTED, Config
from hotfix.domain.problem import ProblemError

LEAST = '[github]\nrepository = "webrana/webrana"\n'


def wrong(text, environ=None):
    with pytest.raises(ProblemError) as refusal:
        parse(text, environ or {}, "hotfix.toml")
    return refusal.value.problem.why


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f'{LEAST}required_approvals = "two"\n',
            "github.required_approvals: it takes a whole number (found 'two'; line 3).",
        ),
        (f"{LEAST}labels = 5\n", "github.labels: it takes a list (found 5; line 3)."),
        (
            f'{LEAST}merge_method = "squahs"\n',
            (
                "github.merge_method: it takes 'merge', 'squash' or 'rebase' (found 'squahs'); "
                "did you mean squash? (line 3)"
            ),
        ),
        (
            f'{LEAST}api_url = "http://github.example"\n',
            (
                "github.api_url: it takes an address that begins with https://, or with http:// on "
                "this machine (found 'http://github.example'; line 3)."
            ),
        ),
        (
            f'{LEAST}\n[timeline]\ntotal = "soon"\n',
            (
                "timeline.total: a duration is a text such as '30m', '45s' or '1h 30m' "
                "(found 'soon'; line 5)."
            ),
        ),
        (
            f'{LEAST}[slack]\nchannel = "#x"\napi_url = "https://x/"\n',
            "slack.api_url: there is no such key; did you mean base_url? (line 5)",
        ),
        (
            (
                f'{LEAST}[[probes]]\nname = "a"\nurl = "https://a/"\n[[probes]]\nname = "b"\n'
                'url = "ftp://b/"\n'
            ),
            (
                "probes[1].url: it takes an address that begins with http:// or https:// (found "
                "'ftp://b/'; line 8)."
            ),
        ),
        (
            f'{LEAST}[[probes]]\nname = "a"\n',
            "probes[0]: a probe has either a url or a command (line 3).",
        ),
        ('[github]\nrepository = "webrana"\n', "github.repository: it takes owner/name, such as"),
        ("", "github: is missing."),
    ],
)
def test_it_is_said_in_words_with_its_line(text, said):
    assert said in wrong(text)


def test_an_override_is_named_by_its_variable():
    said = wrong(LEAST, {"HOTFIX_GITHUB__REQUIRED_APPROVALS": "two"})
    assert said.endswith("(found 'two'; HOTFIX_GITHUB__REQUIRED_APPROVALS).")


@pytest.mark.parametrize("value", ['"x"', "5", "5.5", "true", "[]", "[1]", "{}", '""'])
def test_no_word_of_the_library_is_shown_whatever_stands_where(value):
    for section, field in Config.model_fields.items():
        kind = field.annotation
        for key in getattr(kind, "model_fields", {}):
            try:
                parse(f"{LEAST}[{section}]\n{key} = {value}\n".replace("[github]\n[", "["), {}, "x")
            except ProblemError as refusal:
                why = refusal.problem.why
                assert "Input should" not in why
                assert "Value error" not in why
                assert "pattern" not in why


def test_every_pattern_of_the_model_has_words():
    def patterns(schema):
        if isinstance(schema, dict):
            yield from (schema["pattern"],) if isinstance(schema.get("pattern"), str) else ()
            for each in schema.values():
                yield from patterns(each)
        if isinstance(schema, list):
            for each in schema:
                yield from patterns(each)

    assert set(patterns(Config.model_json_schema())) <= set(ACCEPTED)
