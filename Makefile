# On a fresh machine with git, make and Python 3.11+: `make drill` runs the main job, `make test` the tests.
# Both set up what they need in .venv and wait for no input.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
QUICK  := tests/domain tests/view tests/config tests/engine tests/journals tests/house

.PHONY: agent help setup drill test quick check cluster browser format lock bench bench-cluster fact-mutants step-mutants mutants picture tables clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(READY) ## the virtual environment with the locked dependencies

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "hotfix needs Python 3.11 or newer; this is %d.%d. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" % sys.version_info[:2])'
	@echo "Setting up $(VENV) (about a minute, once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

drill: $(READY) ## the whole procedure in the embedded world, hands-free
	@$(BIN)/hotfix drill --auto </dev/null

test: $(READY) ## all tests
	@$(BIN)/python -m pytest -n 2 --dist loadscope </dev/null

quick: $(READY) ## ruff, mypy and the tests that need no world, in half a minute
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --quiet -n 2 --dist loadscope $(QUICK) </dev/null

check: $(READY) ## ruff, mypy, import rules, tables that are not stale
	@$(BIN)/ruff format --check --quiet . || { echo "Files above need formatting: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m docs.tables --check

cluster: ## a Kubernetes control plane for the tests, without Docker (found, or built once)
	@$(PYTHON) -S -m tests.real_cluster.provide </dev/null

browser: ## a Chromium without a screen for the tests (found, or installed from Debian's packages)
	@$(PYTHON) -S -m tests.browser.provide </dev/null

format: $(READY) ## rewrite the files as ruff formats them
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

lock: $(READY) ## resolve the dependencies anew: versions and hashes, no addresses
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet --upgrade -o requirements.lock

bench: $(READY) ## whole-process times next to bare Python; a large repository next to git; 10,000 runs next to one; who is dead or silent; doctor
	@$(BIN)/python bench/start_up.py </dev/null; started=$$?; \
	$(BIN)/python bench/large_repository.py </dev/null; large=$$?; \
	$(BIN)/python bench/dead_slack.py </dev/null; slack=$$?; \
	$(BIN)/python bench/doctor.py </dev/null; doctor=$$?; \
	$(BIN)/python bench/many_runs.py </dev/null && exit $$((started + large + slack + doctor))

bench-cluster: $(READY) cluster ## rollback and lock on a real API server, next to kubectl
	@$(BIN)/python bench/cluster.py </dev/null

agent: $(READY) ## let a scripted agent walk every scenario of the drill by JSON alone (some minutes)
	@$(BIN)/python -m tests.stories.scripted_agent </dev/null

fact-mutants: $(READY) ## change every fact in three ways, and count what notices (some ten minutes)
	@$(BIN)/python -m tests.mutants.facts </dev/null

step-mutants: $(READY) ## take each step's effect away, then its evidence, and print which no test notices
	@$(BIN)/python -m tests.mutants.steps </dev/null

mutants: $(READY) ## change the rules, one at a time, and count what the quick tests notice (bounded; ARGS=--help)
	@$(BIN)/python -m tests.mutants.rules $(ARGS) </dev/null

picture: $(READY) ## the picture of a drill and the run in the README
	@$(BIN)/python docs/images/draw_drill.py </dev/null
	@$(BIN)/python -m docs.images.transcript </dev/null

tables: $(READY) ## the tables and the schema in docs/ that are made from the code
	@$(BIN)/python -m docs.tables

clean: ## remove what setup made
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
