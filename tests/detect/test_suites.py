"""Which commands test a clone, by its files: a table."""

import shlex

import pytest

from hotfix.detect.files import Files
from hotfix.detect.suites import names_of, suites_of
from hotfix.detect.workflows import workflows_of
from hotfix.domain.shell_signs import shell_sign

NPM = '{"scripts": {"test": "vitest"}}'
UNITTEST = "import unittest\n"


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        ({"Cargo.toml": "[package]"}, {"cargo": "cargo test"}),
        ({"Cargo.toml": "[package]\n[workspace]"}, {"cargo": "cargo test --workspace"}),
        (
            {"Cargo.toml": "[workspace]", "a/Cargo.toml": "[package]", "b/Cargo.toml": "[package]"},
            {"cargo": "cargo test"},
        ),
        (
            {"a/Cargo.toml": "[package]", "b/Cargo.toml": "[package]", "fuzz/Cargo.toml": ""},
            {"a": "cargo test", "b": "cargo test"},
        ),
        ({"package.json": NPM}, {"node": "npm test"}),
        ({"package.json": NPM, "pnpm-lock.yaml": ""}, {"node": "pnpm test"}),
        ({"package.json": NPM, "yarn.lock": ""}, {"node": "yarn test"}),
        ({"package.json": NPM, "bun.lockb": ""}, {"node": "bun run test"}),
        ({"a/package.json": NPM, "yarn.lock": ""}, {"a": "yarn test"}),
        ({"package.json": '{"scripts": {"test:unit": "jest"}}'}, {"node": "npm run test:unit"}),
        ({"package.json": '{"scripts": {"build": "x"}}'}, {}),
        ({"package.json": '{"scripts": {"test": "  "}}'}, {}),
        ({"package.json": "["}, {}),
        ({"package.json": "[]"}, {}),
        ({"package.json": '{"scripts": ["test"]}'}, {}),
        (
            {"package.json": '{"workspaces": ["*"]}', "a/package.json": NPM},
            {"node": "npm test --workspaces --if-present"},
        ),
        ({"node_modules/a/package.json": NPM, "vendor/x/go.mod": "", "vendor/x/a_test.go": ""}, {}),
        ({"pytest.ini": ""}, {"python": "pytest"}),
        ({"requirements-dev.txt": "a\npytest==8\n"}, {}),
        ({"requirements-dev.txt": "a\npytest==8\n", "x/test_a.py": ""}, {"python": "pytest"}),
        (
            {"pytest.ini": "", "tests/conftest.py": "", "tests/app/conftest.py": ""},
            {"python": "pytest"},
        ),
        ({"requirements.txt": "# no pytest\nflask\n"}, {}),
        (
            {"pyproject.toml": "[tool.pytest.ini_options]", "uv.lock": ""},
            {"python": "uv run pytest"},
        ),
        (
            {"pyproject.toml": "[tool.poetry]\n[tool.poetry.dev-dependencies]\npytest = '*'"},
            {"python": "poetry run pytest"},
        ),
        ({"pyproject.toml": "dependencies = [ # broken", "pytest.ini": ""}, {"python": "pytest"}),
        ({"manage.py": ""}, {"python": "python3 manage.py test"}),
        ({"tox.ini": "[testenv]\n"}, {"python": "tox"}),
        (
            {"setup.py": "", "tests/test_a.py": UNITTEST},
            {"python": "python3 -m unittest discover -s tests"},
        ),
        ({"back/test_a.py": UNITTEST}, {"back": "python3 -m unittest"}),
        ({"back/test_a.py": "import pytest\n"}, {"back": "pytest"}),
        (
            {"pytest.ini": "", "back/test_a.py": UNITTEST, "tests/unit/test_b.py": ""},
            {"python": "pytest"},
        ),
        (
            {"back/tests/__init__.py": "", "back/tests/test_a.py": UNITTEST},
            {"back": "python3 -m unittest"},
        ),
        ({"back/tests/test_a.py": UNITTEST}, {"back": "python3 -m unittest discover -s tests"}),
        ({"tests/test_a.py": "def test_a(): pass"}, {"python": "pytest"}),
        ({"go.mod": ""}, {}),
        ({"go.mod": "", "a/b_test.go": ""}, {"go": "go test ./..."}),
        ({"go.work": "", "a/go.mod": "", "a/a_test.go": ""}, {"a": "go test ./..."}),
        ({"pom.xml": "", "a/pom.xml": ""}, {"maven": "mvn -B test"}),
        ({"pom.xml": "", "mvnw": ""}, {"maven": "sh mvnw -B test"}),
        ({"build.gradle": "", "a/build.gradle.kts": ""}, {"gradle": "gradle test"}),
        ({"Makefile": "test: build\n\tgo test ./...\n"}, {"make": "make test"}),
        ({"Makefile": "test := x\nbuild:\n"}, {}),
        ({"justfile": "test *args:\n  x\n"}, {"make": "just test"}),
        ({"Taskfile.yml": "version: '3'\ntasks:\n  test:\n    cmds: [x]\n"}, {"make": "task test"}),
        ({"Makefile": "test:\n\tx\n", "a/Cargo.toml": "[package]"}, {"a": "cargo test"}),
        (
            {"compose.yaml": "services:\n  test:\n    build: .\n", "Cargo.toml": "[package]"},
            {"test": "docker compose run --rm test"},
        ),
        (
            {"docker-compose.test.yml": "services:\n  api-tests: {image: x}\n"},
            {"api-tests": "docker compose -f docker-compose.test.yml run --rm api-tests"},
        ),
        ({"compose.yaml": "services:\n  test-db: {image: x}\n  e2e-tests: {image: x}\n"}, {}),
        (
            {
                "docker-compose.yml": "services:\n  app-dev:\n    volumes: ['./app:/x']\n",
                "app/package.json": NPM,
                "web/package.json": NPM,
            },
            {"app-dev": "docker compose run --rm app-dev npm test", "web": "npm test"},
        ),
        ({"docker-compose.yml": "services: [test]\n"}, {}),
        ({"Shop.sln": "", "src/Shop.csproj": ""}, {}),
        ({"Shop.sln": "", "t/Shop.Tests.csproj": ""}, {"dotnet": "dotnet test"}),
        ({"A.sln": "", "B.slnx": "", "t/ATest.fsproj": ""}, {"dotnet": "dotnet test A.sln"}),
        ({"t/Shop.Tests.csproj": ""}, {"t": "dotnet test"}),
        ({"mix.exs": ""}, {}),
        (
            {"mix.exs": "", "apps/a/mix.exs": "", "apps/a/test/a_test.exs": ""},
            {"elixir": "mix test"},
        ),
        ({"composer.json": '{"scripts": {"test": ["@unit"]}}'}, {"php": "composer test"}),
        (
            {"composer.json": '{"require-dev": {"phpunit/phpunit": "*"}}', "phpunit.xml.dist": ""},
            {"php": "vendor/bin/phpunit"},
        ),
        ({"composer.json": '{"require-dev": [1], "scripts": 2}', "phpunit.xml": ""}, {}),
        ({"Gemfile": "", "spec/a_spec.rb": ""}, {"ruby": "bundle exec rspec"}),
        ({"Gemfile": "", "bin/rails": "", "test/a_test.rb": ""}, {"ruby": "bin/rails test"}),
        ({"Gemfile": "", "Rakefile": "task :test do\n"}, {"ruby": "bundle exec rake test"}),
        ({"Gemfile": "", "Rakefile": "task default: :lint\n"}, {}),
        ({"build.sbt": "", "core/build.sbt": ""}, {"scala": "sbt test"}),
        ({"deno.json": '{"tasks": {"test": "deno test -A"}}'}, {"deno": "deno task test"}),
        ({"deno.json": '{"tasks": ["test"]}'}, {}),
        ({"MODULE.bazel": "", "BUILD.bazel": ""}, {}),
        ({"docker-compose.yml": "{{ bad"}, {}),
    ],
)
def test_a_suite_is_what_the_clone_says_that_it_is(texts, wanted):
    suites = suites_of(Files.of(texts))
    assert dict(zip(names_of(suites), (each.run for each in suites), strict=True)) == wanted


def test_a_wrapper_is_run_as_git_has_it():
    texts = {"settings.gradle": "", "gradlew": ""}
    assert [each.run for each in suites_of(Files.of(texts))] == ["sh gradlew test"]
    files = Files.of(texts, frozenset({"gradlew"}))
    assert [each.run for each in suites_of(files)] == ["./gradlew test"]


def checks(run, folder=""):
    where = f"\n        working-directory: {folder}" if folder else ""
    return f"on: pull_request\njobs:\n  a:\n    steps:\n      - run: |\n          {run}{where}\n"


@pytest.mark.parametrize(
    ("run", "folder", "wanted"),
    [
        ("make test", "", {"make test"}),
        ("make  test", "", {"make test"}),
        ("make test", "elsewhere", {"cargo test"}),
        ("make lint", "", {"cargo test"}),
        ("docker compose run --rm app cargo test", "", {"docker compose run --rm app cargo test"}),
        ("docker compose run app test && echo", "", {"cargo test"}),
        ("bazel test //...", "", {"cargo test", "bazel test //..."}),
        ("bazel test //... | tee log", "", {"cargo test"}),
        ("bazel test $TARGETS", "", {"cargo test"}),
        ("bazel build //...", "", {"cargo test"}),
        ("swift test --parallel", "", {"cargo test", "swift test --parallel"}),
        ("ctest --test-dir build", "", {"cargo test", "ctest --test-dir build"}),
        ("docker compose run app test $ARGS", "", {"cargo test"}),
        ("docker compose run app test ${{ matrix.x }}", "", {"cargo test"}),
    ],
)
def test_what_the_teams_own_checks_run_decides(run, folder, wanted):
    files = Files.of(
        {
            "Cargo.toml": "[package]",
            "Makefile": "test:\n\tcargo test\n",
            ".github/workflows/ci.yml": checks(run, folder),
        }
    )
    assert {each.run for each in suites_of(files, workflows_of(files).every)} == wanted


def test_no_two_are_called_alike_and_none_needs_a_shell():
    texts = {"a/x/Cargo.toml": "", "b/x/Cargo.toml": "", "b/x/package.json": NPM, "x/go.mod": ""}
    suites = suites_of(Files.of(texts | {"x/a_test.go": ""}))
    names = names_of(suites)
    assert len(set(names)) == len(names) == 4
    assert [each.run for each in suites if shell_sign(shlex.split(each.run))] == []
