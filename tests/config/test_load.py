import json
import tomllib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hotfix.config.finding import FILE_NAME, find
from hotfix.config.load import load, parse
from hotfix.config.model import Config
from hotfix.domain.problem import ProblemCode, ProblemError

GITHUB = '[github]\nrepository = "webrana/webrana"\n'
KUBERNETES = "[kubernetes]\nnamespace = 'n'\ndeployments = ['web']\n"
TOKEN = "ghp_" + "a1B2" * 9


def refused(text, environ=None):
    with pytest.raises(ProblemError) as caught:
        parse(text, environ or {}, "hotfix.toml")
    assert caught.value.problem.code is ProblemCode.CONFIGURATION
    assert caught.value.problem.next_command
    return caught.value.problem


def test_it_is_found_from_the_working_directory_upwards(tmp_path):
    inner = tmp_path / "src" / "app"
    inner.mkdir(parents=True)
    (tmp_path / FILE_NAME).write_text(GITHUB, encoding="utf-8")
    assert find(str(inner)) == str(tmp_path / FILE_NAME)
    (tmp_path / "src" / FILE_NAME).write_text(GITHUB, encoding="utf-8")
    assert find(str(inner)) == str(tmp_path / "src" / FILE_NAME)


def test_a_folder_of_that_name_is_not_the_file(tmp_path):
    (tmp_path / "inner" / FILE_NAME).mkdir(parents=True)
    (tmp_path / FILE_NAME).write_text(GITHUB, encoding="utf-8")
    assert find(str(tmp_path / "inner")) == str(tmp_path / FILE_NAME)


def test_the_smallest_file_names_the_repository_and_nothing_else():
    config = parse(GITHUB, {}, "hotfix.toml")
    assert config.github.repository == "webrana/webrana"
    assert (config.git.base, config.github.merge_into) == ("main", "main")
    assert (config.timeline.total, config.timeline.fix) == (1800, 900)
    assert config.kubernetes is None


def test_a_whole_file_is_read():
    text = (
        GITHUB + 'merge_into = "hotfix/production"\n'
        "[kubernetes]\n"
        'namespace = "webrana"\ndeployments = ["webrana-backend", "webrana-frontend"]\n'
        "[[tests]]\n"
        'name = "backend"\nrun = "pytest -k \'a b\'"\ntimeout = "90s"\n'
        '[[probes]]\nname = "checkout"\nurl = "https://shop.example/checkout"\n'
        "[slack]\n"
    )
    config = parse(text, {}, "hotfix.toml")
    assert config.tests[0].run == ("pytest", "-k", "a b")
    assert config.tests[0].timeout == 90
    assert config.kubernetes is not None
    assert config.kubernetes.deployments == ("webrana-backend", "webrana-frontend")
    assert config.slack is not None
    assert config.slack.channel == "#engineering"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('repositry = "x"', "github.repositry: there is no such key; did you mean repository?"),
        ('[git]\nbse = "x"', "git.bse: there is no such key; did you mean base?"),
        ('[kubernets]\nnamespace = "x"', "kubernets: there is no such key; did you mean kub"),
        ("[timeline]\nverfy = '1m'", "timeline.verfy: there is no such key; did you mean verify?"),
        ('[[tests]]\nname = "a"\nrunn = "b"', "tests[0].runn: there is no such key; did you mean"),
        ("[zzzzzz]", "zzzzzz: there is no such key"),
    ],
)
def test_an_unknown_key_names_the_nearest_right_one(text, said):
    assert said in refused(GITHUB + text).why


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("required_approvals = 'two'", "github.required_approvals"),
        ("labels = 5", "github.labels"),
        ("merge_method = 'octopus'", "github.merge_method"),
        ("merge_into = '--force'", "github.merge_into"),
        ("api_url = 'http://github.example'", "github.api_url"),
        ("[git]\nremote = '--upload-pack=x'", "git.remote"),
        ("[git]\nalso_into = 'develop'", "git.also_into"),
        ("[git]\nalso_into = ['develop', 'release 1']", "git.also_into"),
        ("[kubernetes]\nnamespace = 'n'\ndeployments = []", "kubernetes.deployments"),
        ("[[tests]]\nname = 'a'\nrun = ''", "tests[0].run"),
        ("[[tests]]\nname = 'a'\nrun = \"echo 'open\"", "tests[0].run"),
        ("[[tests]]\nname = 'a'\nrun = 'b'\ndirectory = '../other'", "tests[0].directory"),
        ("[[tests]]\nname = 'a'\nrun = 'b'\ndirectory = '/etc'", "tests[0].directory"),
        ("[[probes]]\nname = 'a'", "probes[0]"),
        ("[[probes]]\nname = 'a'\nurl = 'http://x'\ncommand = 'y'", "probes[0]"),
        ("[[probes]]\nname = 'a'\nurl = 'ftp://x'", "probes[0].url"),
        (KUBERNETES + "prove_by = 'digest'", "kubernetes.digest_command"),
        (KUBERNETES + "digest_command = 'crane digest web'", "kubernetes.digest_command"),
        (KUBERNETES + "prove_by = 'label'\nversion_label = ''", "kubernetes.prove_by"),
        (KUBERNETES + "prove_by = 'faith'", "kubernetes.prove_by"),
        ("[slack]\nbase_url = 'http://slack.example'", "slack.base_url"),
        ("[slack]\nbase_url = 5", "slack.base_url"),
        ("[guard]\nmax_files = 0", "guard.max_files"),
    ],
)
def test_a_wrong_value_is_named_by_its_place_and_counted_once(text, where):
    problem = refused(GITHUB + text)
    assert problem.why.startswith(f"{where}: ")
    assert len(problem.why.splitlines()) == 1
    assert "in 1 place." in problem.what


def test_a_missing_section_and_a_missing_key_are_named():
    assert "github: is missing." in refused("").why
    assert "github.repository: is missing" in refused("[github]").why
    assert "statuspage.page_id: is missing" in refused(GITHUB + "[statuspage]").why


def test_everything_that_is_wrong_is_named_at_once():
    text = "[github]\nlabels = 1\n[git]\nbse = 'x'\n[timeline]\nfix = 'soon'\n"
    problem = refused(text)
    assert len(problem.why.splitlines()) == 4
    for part in ("github.repository", "github.labels", "git.bse", "timeline.fix"):
        assert part in problem.why
    assert "in 4 places." in problem.what


def test_a_file_that_is_not_utf_8_is_a_problem(tmp_path):
    path = tmp_path / FILE_NAME
    path.write_bytes(b"[github]\nrepository = '\xff\xfe'\n")
    with pytest.raises(ProblemError, match="not UTF-8"):
        load(path, {})


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path, name):
    with pytest.raises(ProblemError, match="cannot be read") as caught:
        load(tmp_path / name, {})
    assert caught.value.problem.next_command.startswith("ls -l")


@pytest.mark.parametrize(
    "text",
    [
        "= 1",
        "[github",
        "a = 1\na = 2",
        "a = " + "[" * 3000,
        "a = " + "1" * 5000,
        ".".join("a" * 3000) + " = 1",
        "[" + ".".join("a" * 3000) + "]",
    ],
    ids=["syntax", "open", "twice", "nested", "number", "dotted", "header"],
)
def test_what_is_no_usable_toml_is_a_problem(text):
    assert "no valid TOML" in refused(text).what


def test_a_number_too_long_to_be_shown_is_a_problem_like_any_other():
    problem = refused(GITHUB + "reviewer = 0x" + "f" * 5000)
    assert "github.reviewer" in problem.why
    assert "(found" not in problem.why


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('token = "whatever"', "github.token"),
        ('api_url = "https://me:whatever@github.example"', "github.api_url"),
        (f'# token = "{TOKEN}"', "line 3"),
        (f'reviewer = "rena" # not {TOKEN}', "line 3"),
        ('[slack]\nbot_token = "whatever"', "slack.bot_token"),
        ('[slack]\nwebhook_url = "whatever"', "slack.webhook_url"),
        ('[statuspage]\npage_id = "p"\napi_key = "whatever"', "statuspage.api_key"),
        ('[pagerduty]\npassword = "whatever"', "pagerduty.password"),
        (f'reviewer = "{TOKEN}"', "github.reviewer"),
        (f'labels = ["hotfix", "{TOKEN}"]', "github.labels[1]"),
        ('[slack]\nchannel = "xoxb-12345678-whatever"', "slack.channel"),
        (f'[[probes]]\nname = "x"\nurl = "https://x/?k={TOKEN}"', "probes[0].url"),
        (
            '[[probes]]\nname = "x"\nurl = "https://x"\nheaders = {X-Api-Key = "whatever"}',
            "probes[0].headers.X-Api-Key",
        ),
        (
            '[[probes]]\nname = "x"\nurl = "https://x"\nheaders = {Authorization = "whatever"}',
            "probes[0].headers.Authorization",
        ),
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_shown(text, where):
    problem = refused(GITHUB + text)
    assert "holds a secret" in problem.what
    assert problem.why.startswith(f"{where}: ")
    told = f"{problem.what}{problem.why}{problem.next_command}"
    assert TOKEN not in told
    assert "whatever" not in told


@pytest.mark.parametrize("text", [f"{TOKEN} = 1", f"[{TOKEN}]\n[{TOKEN}]"])
def test_a_secret_in_place_of_a_key_is_not_shown(text):
    assert TOKEN not in refused(f"{text}\n{GITHUB}").why


def test_an_empty_token_is_no_secret_but_an_unknown_key():
    assert "github.token: there is no such key" in refused(GITHUB + 'token = ""').why


def test_a_secret_in_an_override_is_not_shown_either():
    problem = refused(GITHUB, {"HOTFIX_GITHUB__REPOSITORY": TOKEN})
    assert "github.repository" in problem.why
    assert TOKEN not in f"{problem.what}{problem.why}"


@pytest.mark.parametrize(
    ("variable", "value", "read"),
    [
        ("HOTFIX_GITHUB__MERGE_INTO", "hotfix/live", lambda c: c.github.merge_into),
        ("HOTFIX_GITHUB__REQUIRED_APPROVALS", "2", lambda c: str(c.github.required_approvals)),
        ("HOTFIX_SLACK__CHANNEL", "#ops", lambda c: c.slack.channel),
    ],
)
def test_an_override_replaces_a_single_value(variable, value, read):
    assert read(parse(GITHUB, {variable: value, "PATH": "/bin"}, "x")) == value


def test_an_override_of_a_duration_is_read_as_one():
    assert parse(GITHUB, {"HOTFIX_TIMELINE__TOTAL": "45m"}, "x").timeline.total == 2700


@pytest.mark.parametrize(
    "variable",
    [
        "HOTFIX_GITHUB__REPOSITRY",
        "HOTFIX_GITHUB",
        "HOTFIX_NOWHERE__KEY",
        "HOTFIX_",
        "HOTFIX___GITHUB",
        "HOTFIX_TESTS__NAME",
        "HOTFIX_PROBES__URL",
    ],
)
@pytest.mark.parametrize("more", ["", "[[tests]]\nname = 'a'\nrun = 'b'\n"])
def test_an_override_that_overrides_nothing_is_a_problem(variable, more):
    problem = refused(GITHUB + more, {variable: "x"})
    assert problem.what == f"{variable} overrides nothing."
    assert problem.next_command == f"unset {variable}"


def test_an_override_of_the_wrong_type_names_the_place():
    problem = refused(GITHUB, {"HOTFIX_GUARD__MAX_FILES": "many"})
    assert problem.why.startswith("guard.max_files: ")


@pytest.mark.parametrize(
    "variable",
    ["HOTFIX_STATE_DIR", "HOTFIX_OPERATOR", "HOTFIX_CONFIG", "HOTFIX_PLAIN", "HOTFIX_DRILL"],
)
def test_variables_of_ours_are_no_overrides(variable):
    assert parse(GITHUB, {variable: "x"}, "x") == parse(GITHUB, {}, "x")


@pytest.mark.parametrize(
    ("base", "merge_into"),
    [
        ("main", "main"),
        ("main", "hotfix/production"),
        ("main", "prod"),
        ("main", "staging"),
        ("develop", "main"),
        ("develop", "release/1.2"),
    ],
)
def test_any_branch_may_be_the_one_that_deploys(base, merge_into):
    found = parse(f'{GITHUB}merge_into = "{merge_into}"\n[git]\nbase = "{base}"', {}, "x")
    assert (found.git.base, found.github.merge_into) == (base, merge_into)


def places(node):
    """Yield every property of the schema with its name."""
    for name, each in node.get("properties", {}).items():
        yield name, each
    for each in node.get("$defs", {}).values():
        yield from places(each)


def test_the_schema_is_json_and_describes_every_key():
    made = Config.model_json_schema()
    assert json.loads(json.dumps(made)) == made
    assert made["type"] == "object"
    assert made["additionalProperties"] is False
    assert made["required"] == ["github"]
    for definition in made["$defs"].values():
        assert definition["description"]
        for name, each in definition["properties"].items():
            assert each["description"], name
    names = {name for name, _ in places(made)}
    assert {"github", "repository", "merge_into", "expect_status"} <= names


# Plain text rarely is TOML, so keys and values that are right or nearly so are mixed in.
SCALARS = st.one_of(
    st.text(max_size=8).map(json.dumps),
    st.integers(-(10**30), 10**30).map(str),
    st.floats().map(str),
    st.sampled_from(["true", "1979-05-27", "[]", "{}", "[1, 'a']", "{a.b = 1}", "'30m'"]),
)
NAMES = sorted({name for name, _ in places(Config.model_json_schema())})
LINES = st.one_of(
    st.builds("{} = {}".format, st.sampled_from(NAMES), SCALARS),
    st.builds("[{}]".format, st.sampled_from(NAMES)),
    st.builds("[[{}]]".format, st.sampled_from(NAMES)),
    st.text(max_size=20),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(LINES, max_size=8).map("\n".join))
@example(GITHUB + "[timeline]\ntotal = nan")
@example(GITHUB + "[timeline]\ntotal = 1" + "0" * 400)
def test_no_text_raises_anything_but_a_problem(text):
    try:
        config = parse(text, {}, "hotfix.toml")
    except ProblemError:
        return
    assert tomllib.loads(text)
    assert config.github.repository


def test_branches_that_get_the_fix_too_are_names_or_patterns_of_some():
    text = GITHUB + '[git]\nalso_into = ["develop", "release/*"]'
    assert parse(text, {}, "hotfix.toml").git.also_into == ("develop", "release/*")
    said = refused(GITHUB + '[git]\nalso_into = ["release/[12]"]').why
    assert "'release/[12]' can be no branch: no branch has '[' in its name" in said
