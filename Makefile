# Needs make and Python 3.11 or later with venv; everything else goes into .venv, at the versions in the locks.
SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
LOCKS := requirements.txt requirements-dev.txt
DESCRIPTORS := generated/compaction/v1/descriptors.binpb
# The contract of the last release, which lint holds today's against. A release copies DESCRIPTORS to
# protos/releases/VERSION.binpb, names that file here, and removes the one before it.
RELEASED := protos/releases/0.1.0.binpb

# The first Python on the path that is new enough; PYTHON=/path/to/python3.12 overrides.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$python; break; fi; done)

# As many processes as cores; each takes what is left of another's tests once its own are done.
PARALLEL := --numprocesses=logical --maxprocesses=8 --dist=worksteal

# Bytecode is written whatever the shell says: the suite starts a hundred processes, and each would compile litellm anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo quick test serve generate build docs lint bench load quality torture lock clean

help: ## print these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: $(VENV)/.installed $(VENV)/.node ## set up .venv: the locked versions, and compactd itself

demo: $(VENV)/.installed ## compact a conversation in all four modes and show it (MODEL=provider/name: with that model too)
	@$(BIN)/compactd demo $(if $(MODEL),--model '$(MODEL)')

quick: $(VENV)/.installed ## run the tests that need no database, no server and no process: within a minute
	@$(BIN)/python -m pytest $(PARALLEL) -m quick $(ARGS)

test: install ## run the whole suite on all cores (ARGS='-k context -x' goes to pytest; -n0: in one process)
	@$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

serve: $(VENV)/.installed ## start the server; COMPACTD_... variables configure it
	@$(BIN)/compactd serve

generate: $(VENV)/.installed ## write generated/ from protos/
	@$(BIN)/python protos/generate.py

build: $(VENV)/.installed ## build the packages of the server and of the Python client into dist/
	@$(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python --out-dir dist service/client
	@$(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python --out-dir dist .
	@ls dist

docs: $(VENV)/.installed ## write the tables in docs/ that repeat what the code says, and wrap the prose of the pages
	@PYTHONPATH=.:$$PYTHONPATH $(BIN)/python .ci/docs.py

# The first step that fails is named at the end, and runs again by its name; make -j4 lint runs them side by side.
LINTS := lint-code lint-spelling lint-imports lint-tree lint-protos lint-generated lint-docs lint-types lint-locks
.PHONY: $(LINTS)
lint: $(LINTS) ## ruff, mypy, import-linter, typos, buf; generated/, docs/ and the locks are current; nothing of this machine in the tree
$(LINTS): $(VENV)/.installed

lint-code:
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

lint-spelling:
	@$(BIN)/typos

lint-imports:
	@$(BIN)/lint-imports --no-logo

lint-tree:
	@$(BIN)/python .ci/check_tree.py

lint-protos:
	@$(BIN)/buf format protos --diff --exit-code
	@$(BIN)/buf lint $(DESCRIPTORS) --path compaction --config protos/buf.yaml
	@$(BIN)/buf breaking $(DESCRIPTORS) --against $(RELEASED) --path compaction --config protos/buf.yaml

lint-generated:
	@$(BIN)/python protos/generate.py --check

lint-docs:
	@PYTHONPATH=.:$$PYTHONPATH $(BIN)/python .ci/docs.py --check

# A checkout that is thrown away has no use for the cache, which takes 4 s of a core to write.
lint-types:
	@$(BIN)/mypy $(if $(CI),--cache-dir=/dev/null)

lint-locks:
	@VENV=$(VENV) .ci/lock --check

bench: $(VENV)/.installed ## measure servers of its own for 40 minutes and write docs/performance.md (ARGS=--quick: a look within a minute; ARGS='--only memory')
	@$(BIN)/python -m tests.load.bench $(ARGS)

load: $(VENV)/.installed ## put ghz on servers with one worker and two, on both databases, and write docs/scale.md (ARGS=--quick: a look, written nowhere)
	@$(BIN)/python -m tests.load.replica_load $(ARGS)

quality: $(VENV)/.installed ## measure what summaries keep, beside baselines, and what redaction finds, and write docs/quality.md (ARGS=--quick: a look, written nowhere)
	@$(BIN)/python -m tests.quality.bench_quality $(ARGS)
	@$(BIN)/python -m tests.quality.bench_redaction $(if $(ARGS),2)

torture: $(VENV)/.installed ## kill servers and databases under clients for three minutes, and check what is left (ARGS='--seconds 600 --seed 2 --database sqlite')
	@$(BIN)/python -m tests.torture $(ARGS)

lock: $(BIN)/uv ## write the locks from pyproject.toml (ARGS=--upgrade: the newest versions that fit)
	@VENV=$(VENV) .ci/lock $(ARGS)

clean: ## remove .venv, caches and builds
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find service generated protos tests .ci -name __pycache__ -type d -prune -exec rm -rf {} +

# bin/pip is the last thing that venv writes: an interrupted one is made again from nothing.
$(BIN)/pip:
	@test -n '$(PYTHON)' || { echo 'compactd needs Python 3.11 or later; make install PYTHON=/path/to/python3 names one.' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'compactd needs Python 3.11 or later; $(PYTHON) is older, or not there.' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo '$(PYTHON) comes without venv; on Debian and Ubuntu the package python3-venv brings it.' >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

# pip only brings uv, at the version and hashes of the lock; uv does the rest in a tenth of the time.
$(BIN)/uv: $(BIN)/pip
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt > $(VENV)/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(VENV)/uv.txt
	@touch $@

$(VENV)/.installed: $(BIN)/uv pyproject.toml service/client/pyproject.toml $(LOCKS)
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes $(LOCKS)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable service/client --editable .
	@touch $@

# The npm client that the tests run, in .venv too, so that nothing of npm's lies in the tree. Only the tests need it.
NODE := tests/letta/node
$(VENV)/.node: $(NODE)/package.json $(NODE)/package-lock.json $(NODE)/.npmrc $(NODE)/install.py | $(VENV)/.installed
	@$(BIN)/python $(NODE)/install.py $(VENV)/node
	@touch $@
