"""What is a secret by its look, and what only looks like one to somebody in a hurry."""

import json
import time

import pytest

from hotfix.config.load import differences, parse
from hotfix.config.secret_shapes import looks_secret, masked
from hotfix.domain.problem import ProblemError
from hotfix.domain.redacted_values import is_redaction, redacted_values
from hotfix.domain.redaction import MARK

GITHUB = '[github]\nrepository = "acme/shop"\nreviewer = "rena"\n'
PROBE = '[[probes]]\nname = "p"\nurl = "https://shop.example/health'
HEADERS = f'{PROBE}"\n[probes.headers]\n'
RUN = '[[tests]]\nname = "t"\nrun = '
# Never the whole of a real shape in one piece: others look for these, too.
WORD = "SUPERSECRET" + "123"
GITHUB_TOKEN = "ghp" + "_" + "a1" * 18
JWT = "ey" + "JhbGciOiJIUzI1NiJ9." + "ey" + "JzdWIiOiJkYW5hIn0.c2lnbmF0dXJl"

SECRET = {
    "api_key in an address": (f'{PROBE}?api_key={WORD}"', "probes[0].url"),
    "apikey in an address": (f'{PROBE}?a=1&apikey={WORD}"', "probes[0].url"),
    "token in an address": (f'{PROBE}?token={WORD}"', "probes[0].url"),
    "access_token in an address": (f'{PROBE}?x=y&access_token={WORD}"', "probes[0].url"),
    "signature of Azure": (f'{PROBE}?sv=2022-11-02&sig={WORD}%3D"', "probes[0].url"),
    "signature of Amazon": (f'{PROBE}?X-Amz-Signature={WORD}"', "probes[0].url"),
    "credential of Amazon": (f'{PROBE}?X-Amz-Credential={WORD}"', "probes[0].url"),
    "client_secret": (f'{PROBE}?client_secret={WORD}"', "probes[0].url"),
    "password in an address": (f'{PROBE}?password={WORD}"', "probes[0].url"),
    "user and password": (
        f'[[probes]]\nname = "p"\nurl = "https://me:{WORD}@shop.example/"',
        "probes[0].url",
    ),
    "token for a user": (
        f'[[probes]]\nname = "p"\nurl = "https://{WORD}{WORD}@shop.example/"',
        "probes[0].url",
    ),
    "Authorization": (
        f'{HEADERS}Authorization = "Bearer {WORD}"',
        "probes[0].headers.Authorization",
    ),
    "Cookie": (f'{HEADERS}Cookie = "session={WORD}"', "probes[0].headers.Cookie"),
    "X-Auth": (f'{HEADERS}X-Auth = "{WORD}"', "probes[0].headers.X-Auth"),
    "X-Auth-User": (f'{HEADERS}X-Auth-User = "{WORD}"', "probes[0].headers.X-Auth-User"),
    "a -Token": (f'{HEADERS}X-Vault-Token = "{WORD}"', "probes[0].headers.X-Vault-Token"),
    "a -Key": (
        f'{HEADERS}Ocp-Apim-Subscription-Key = "{WORD}"',
        "probes[0].headers.Ocp-Apim-Subscription-Key",
    ),
    "a -Secret": (f'{HEADERS}CF-Access-Client-Secret = "{WORD}"', "CF-Access-Client-Secret"),
    "a header in a command": (
        f'{RUN}["curl", "-H", "Authorization: Bearer {WORD}", "https://x"]',
        "tests[0].run[2]",
    ),
    "a header in one word": (f"{RUN}['sh', '-c', 'curl -HX-Api-Key:{WORD} x']", "tests[0].run[2]"),
    "a cookie in a command": (f'{RUN}["curl", "--header", "Cookie: id={WORD}"]', "tests[0].run[2]"),
    "a header in a text": (f"{RUN}'curl -H \"X-Auth-Token: {WORD}\" https://x'", "tests[0].run"),
    "-u": (f'{RUN}["curl", "-u", "user:pass", "https://x"]', "tests[0].run"),
    "-u in a text": (f"{RUN}'curl -fsS -u user:pass https://x'", "tests[0].run"),
    "-su": (f"{RUN}'curl -su user:pass https://x'", "tests[0].run"),
    "--user": (f'{RUN}["curl", "--user=user:pass", "https://x"]', "tests[0].run"),
    "--password": (f'{RUN}["psql-check", "--password", "{WORD}"]', "tests[0].run"),
    "--token": (f'{RUN}["check", "--token={WORD}"]', "tests[0].run[1]"),
    "a variable that is set": (f'{RUN}["env", "API_TOKEN={WORD}", "make"]', "tests[0].run[1]"),
    "a password that is set": (f"{RUN}'PGPASSWORD={WORD} make test'", "tests[0].run"),
    "a field of a body": (
        f'{PROBE}"\nbody = \'{{"user": "me", "password": "{WORD}"}}\'',
        "probes[0].body",
    ),
    "of GitHub": (f'{RUN}["check", "{GITHUB_TOKEN}"]', "tests[0].run[1]"),
    "of GitHub, fine-grained": (f'{RUN}["check", "github_pat_{WORD}{WORD}"]', "tests[0].run[1]"),
    "of an app of GitHub's": (f'{RUN}["check", "gho_{WORD}{WORD}"]', "tests[0].run[1]"),
    "of a bot of Slack's": (f'{RUN}["check", "xoxb-{WORD}"]', "tests[0].run[1]"),
    "of a person in Slack": (f'{RUN}["check", "xoxp-{WORD}"]', "tests[0].run[1]"),
    "of GitLab": (f'{RUN}["check", "glpat-{WORD}{WORD}"]', "tests[0].run[1]"),
    "of Amazon": (f'{RUN}["check", "AKIA{"A1" * 8}"]', "tests[0].run[1]"),
    "a signed JSON": (f'{RUN}["check", "{JWT}"]', "tests[0].run[1]"),
    "a private key": (
        f"{PROBE}\"\nbody = '''-----BEGIN RSA PRIVATE KEY-----\nMII'''",
        "probes[0].body",
    ),
    "commented out": (f'# run = ["curl", "-H", "Authorization: Bearer {WORD}"]', "line 4"),
    "an address commented out": (f'# url = "https://x/?api_key={WORD}"', "line 4"),
    "a known one commented out": (f"# {GITHUB_TOKEN}", "line 4"),
}

HARMLESS = {
    "a commit": f'{RUN}["check", "{"0a1b2c3d4e" * 4}"]',
    "a plain key": f'{PROBE}?key=checkout"',
    "Cache-Control": f'{HEADERS}Cache-Control = "no-cache, max-age=0"',
    "Accept": f'{HEADERS}Accept = "application/json"',
    "Idempotency-Key": f'{HEADERS}Idempotency-Key = "probe-of-the-shop"',
    "a path with token": f'{PROBE}/token/refresh"',
    "a path with a colon": f'{PROBE}/a:b/c"',
    "a port": '[[probes]]\nname = "p"\nurl = "http://127.0.0.1:8080/health?ready=1"',
    "a variable in a header": f"{RUN}['sh', '-c', 'curl -H \"Authorization: Bearer $TOKEN\" x']",
    "a variable in braces": f"{RUN}['sh', '-c', 'curl -H \"X-Api-Key: ${{SHOP_KEY}}\" x']",
    "a variable in an address": f"{RUN}['sh', '-c', 'curl \"https://x/?api_key=$KEY\"']",
    "variables for curl -u": f"{RUN}['sh', '-c', 'curl -u \"$NAME:$PASS\" https://x']",
    "variables in an address": f"{RUN}['sh', '-c', 'curl https://$NAME:$PASS@shop.example/']",
    "a variable handed on": f"{RUN}['sh', '-c', 'API_TOKEN=$SHOP_TOKEN make test']",
    "the user of a container": f'{RUN}["docker", "run", "-u", "1000:1000", "shop"]',
    "a file of tests": f'{RUN}["pytest", "tests/test_token.py", "-k", "not password"]',
    "a file with the secret": f'{RUN}["check", "--token-file", "/run/secrets/token"]',
    "an image": f'{RUN}["docker", "run", "registry.example:5000/shop@sha256:{"ab" * 32}"]',
    "a secret by its id": f'{RUN}["docker", "build", "--secret", "id=npmrc,src=.npmrc", "."]',
    "a key to sort by": f'{PROBE}?sort-key=price"',
    "a clone over ssh": f'{RUN}["git", "ls-remote", "ssh://git@github.com/acme/shop.git"]',
    "who is who": '[review]\nlogins = { "noor@shop.example" = "noor" }',
    "words in a comment": "# Authorization: comes from the environment; the token= is never here",
    "a mark in a comment": '# url = "https://shop.example/#token"',
    "a word that begins alike": f'{PROBE}/eyJournal"',
}


@pytest.mark.parametrize("shape", SECRET)
def test_what_looks_like_a_secret_is_refused_and_never_shown(shape):
    text, where = SECRET[shape]
    with pytest.raises(ProblemError, match="holds a secret") as caught:
        parse(f"{GITHUB}{text}\n", {}, "hotfix.toml")
    problem = caught.value.problem
    assert where in problem.why
    told = f"{problem.what}{problem.why}{problem.next_command}"
    assert not [word for word in (WORD, GITHUB_TOKEN, JWT, "user:pass") if word in told]
    assert "$SHOP_TOKEN" in problem.next_command


@pytest.mark.parametrize("shape", HARMLESS)
def test_what_is_none_passes(shape):
    assert parse(f"{GITHUB}{HARMLESS[shape]}\n", {}, "hotfix.toml").github.reviewer == "rena"


@pytest.mark.parametrize("shape", SECRET)
def test_a_run_that_an_earlier_version_began_with_one_is_taken_up_all_the_same(shape):
    text, _ = SECRET[shape]
    kept = parse(f"{GITHUB}{text}\n", {}, "hotfix.toml", is_on_record=True)
    assert kept.github.reviewer == "rena"


def test_what_differs_from_such_a_record_is_told_without_it():
    text, now = f'{GITHUB}{HEADERS}X-Auth = "{WORD}"', f'{GITHUB}{PROBE}"'
    kept = parse(text, {}, "hotfix.toml", is_on_record=True)
    ((key, before, _),) = differences(kept, parse(now, {}, "hotfix.toml"))
    assert key == "probes.p"
    assert "headers" in before
    assert WORD not in before


PEM = "MIIEpAIBAAKCAQEA" + "b3Blbl" * 8
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{PEM}\n{PEM}Q==\n-----END RSA PRIVATE KEY-----"
HIDDEN = "Zz9" + "kQ7" * 8

# What a person or a program says, and each part of it that opens something.
SAID = {
    "a webhook of Slack's": (f"https://hooks.slack.com/services/T0/B0/{HIDDEN}", HIDDEN),
    "one of its triggers": (f"https://hooks.slack.com/triggers/T0/1/{HIDDEN}", HIDDEN),
    "a webhook of Discord's": (f"https://discord.com/api/webhooks/123456/{HIDDEN}", HIDDEN),
    "a webhook of Teams'": (f"https://acme.webhook.office.com/webhookb2/a@b/c/{HIDDEN}", HIDDEN),
    "a signed JSON, its signature": (f"{JWT}{HIDDEN}", HIDDEN),
    "a private key": (f"before {KEY} after", PEM),
    "a private key on one line": (KEY.replace("\n", " "), PEM),
    "a private key in JSON": (json.dumps(KEY), PEM),
    "a private key that was cut off": (KEY[:-40], PEM),
    "a key of PGP's": (KEY.replace("RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK"), PEM),
    "a password with an @": (f"postgres://app:{HIDDEN}@{HIDDEN}@db:5432/shop", HIDDEN),
    "a password with spaces": (f'{{"password": "open {HIDDEN}"}}', HIDDEN),
    "one in quotes": (f"DB_PASSWORD='{HIDDEN}'", HIDDEN),
    "one as people say it": (f"the password: {HIDDEN}", HIDDEN),
    "a token in YAML": (f"token: {HIDDEN}", HIDDEN),
    "the key of a kubeconfig": (f"client-key-data: {HIDDEN}=", HIDDEN),
    "one of Amazon's, in its file": (f"aws_secret_access_key = {HIDDEN}/{HIDDEN}", HIDDEN),
    "a key of PagerDuty's": (f"PAGERDUTY_ROUTING_KEY={HIDDEN}", HIDDEN),
    "a header of PagerDuty's": (f"Authorization: Token token={HIDDEN}", HIDDEN),
    "a bearer alone": (f"it sends bearer {HIDDEN}", HIDDEN),
    "a second cookie": (f"Cookie: theme=dark; session={HIDDEN}", HIDDEN),
    "of a service with parts": (f"sk-ant-api03-{HIDDEN}-{HIDDEN}", HIDDEN),
    "in npm's file": (f"//packages.example/:_authToken={HIDDEN}", HIDDEN),
}


@pytest.mark.parametrize("shape", SAID)
def test_a_secret_that_is_said_is_left_out_to_its_end(shape):
    text, secret = SAID[shape]
    assert secret not in masked(text)
    told = masked(f"first line\n{text}\nlast line")
    assert secret not in told
    assert told.startswith("first line\n")
    assert told.endswith("\nlast line")


@pytest.mark.parametrize(
    "shape", ["a private key", "a key of PGP's", "a private key that was cut off"]
)
def test_one_of_several_lines_is_left_out_where_each_stands_for_itself(shape):
    lines = ["before", *SAID[shape][0].splitlines(), "after", "last"]
    told = json.dumps(redacted_values({"shown": lines}, masked))
    assert PEM not in told
    assert told.startswith('{"shown": ["before')
    assert told.endswith('"last"]}')
    assert redacted_values(["one", "two", 3], masked) == ["one", "two", 3]
    shared = redacted_values({"shown": lines}, lambda text: masked(text, MARK))
    assert is_redaction(shared, {"shown": lines})
    assert not is_redaction(shared, {"shown": [*lines[:-1], "another"]})


@pytest.mark.parametrize(
    "text",
    [
        "The lock's token: 12",
        "password: is in the vault",
        "api_key: Field required",
        "tests/test_token.py:123 failed",
        "hotfix lock release --lock-id 0a1b2c3d4e0a1b2c3d4e",
        f"shop@sha256:{'ab12' * 16}",
        "password=${DB_PASSWORD_2} token=$SHOP_TOKEN_17",
        "sk-button-primary-very-long-class",
        "-----BEGIN CERTIFICATE-----",
    ],
)
def test_what_is_said_of_secrets_is_none(text):
    assert masked(text) == text


@pytest.mark.parametrize(
    "part",
    [
        "-----BEGIN PRIVATE KEY-----",
        "token=",
        "x-",
        "A_",
        "://a:",
        "sk-",
        "bearer ",
        "'token",
        "eyJ",
    ],
)
def test_no_text_keeps_who_shares_it_busy(part):
    began = time.process_time()
    masked(part * (40_000 // len(part)))
    assert time.process_time() - began < 5


def test_what_is_told_of_a_wrong_file_holds_none():
    assert masked(f"url: https://x/?token={WORD} is no url") == "url: https://x/... is no url"
    assert not looks_secret("repository: acme/shop")
