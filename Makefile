# Needs Python 3.11 or newer, git and make; everything else goes into .venv. `make help` lists what can be made.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
OLD_PYTHON = Causerie needs Python 3.11 or newer, which $(or $(PYTHON),python3) is not: \
	install one, or name it: make demo PYTHON=/path/to/python3
BARE_PYTHON = $(PYTHON) cannot make virtual environments: install the rest of it (Debian: apt-get install python3-venv)
can = $(shell $(PYTHON) -c '$(1)' 2>/dev/null && echo yes)
comma := ,
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
UV := uv==0.13.9
LOCK := compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --quiet
TOOLS := tests/clients/tools
PROCESSES := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) # tests wait for servers that they start
EACH_FILE_ALONE := --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder
PORT ?= 8000
SEED ?= 1
SECONDS ?= 60
DATABASE ?= sqlite postgresql redis
WORKERS ?= 1 2
FOLDERS := auth benchmarks compiler jobs live media models resolvers runtime schema server storage tests transfer web

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help install web demo dev test lint format unit unit-sqlite coverage faults types bench bench-live bench-hostile bench-memory bench-pages bench-import screenshots lock clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 21

install: $(VENV)/.runtime ## install what the server needs

web: $(VENV)/.web ## build what browsers load: the site's script, the embed, the client, GraphiQL

demo: $(VENV)/.runtime ## run a blog with sample content on demo.db (PORT=8000)
	@$(MAKE) --silent web || echo "Going on without scripts: the pages work, and are not live."
	@$(BIN)/causerie serve --demo --database demo.db --port $(PORT)

dev: $(VENV)/.dev ## install what the tests need, too

test: lint unit unit-sqlite ## check everything: style, types, imports, then every test

lint: $(VENV)/.dev ## ruff, mypy and the direction of the imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev ## let ruff repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

unit: export PATH := $(CURDIR)/$(BIN):$(PATH)
unit: $(VENV)/.dev $(VENV)/.web ## only the tests
	$(BIN)/pytest $(EACH_FILE_ALONE)

coverage: export PATH := $(CURDIR)/$(BIN):$(PATH)
coverage: $(VENV)/.dev $(VENV)/.web ## the tests again, to see which lines they reach; they take longer then
	$(BIN)/pytest $(EACH_FILE_ALONE) --cov --cov-report=term:skip-covered

unit-sqlite: $(VENV)/.dev $(VENV)/.web ## the tests of reads and storage on other SQLites than Python's (VERSION: one of them)
	$(BIN)/python -m tests.libraries $(VERSION)

faults: $(VENV)/.dev ## break the server in every way for a minute, and see that nothing is lost (SEED, SECONDS, DATABASE, WORKERS)
	FAULTS_SEED=$(SEED) FAULTS_SECONDS=$(SECONDS) \
		FAULTS_PLACES="$(foreach database,$(DATABASE),$(foreach workers,$(WORKERS),$(database)-$(workers)))" \
		$(BIN)/pytest tests/faults/test_faults.py

types: ## make the types of the JavaScript client anew, of the schema
	cd $(TOOLS) && { test -d node_modules || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; } && \
		npx graphql-codegen --config schema-types.json

bench: $(VENV)/.dev ## measure reads beside other servers and write docs/benchmarks.md (QUICK=1: a trial)
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

bench-live: $(VENV)/.dev ## measure live comments beside other servers and write docs/benchmarks-live.md (QUICK=1: a trial)
	$(BIN)/python -m benchmarks.fanout $(if $(QUICK),--quick)

bench-hostile: $(VENV)/.dev ## attack the server and an older build, ask a neighbour, and write docs/benchmarks-hostile.md (QUICK=1: a trial)
	$(BIN)/python -m benchmarks.hostile $(if $(QUICK),--quick)

bench-import: $(VENV)/.dev ## import 100,000 comments beside sqlite3's executemany of the same rows
	$(BIN)/python -m benchmarks.imports.rate

bench-pages: $(VENV)/.dev ## measure the archive, the search, the feeds and the pages (QUICK=1: a trial)
	$(BIN)/python -m benchmarks.pages $(if $(QUICK),--quick)

bench-memory: $(VENV)/.dev ## ask 5,000 different documents 200,000 times and watch the memory
	$(BIN)/python -m benchmarks --only memory

screenshots: $(VENV)/.dev $(VENV)/.web ## take the pictures of the README again
	$(BIN)/python -m tests.web.screenshots

lock: $(VENV)/.runtime ## pin the dependencies of pyproject.toml, with the hashes of their files
	$(BIN)/python -m venv build/lock
	build/lock/bin/python -m pip --quiet install $(UV)
	build/lock/bin/uv pip $(LOCK) --group build --output-file requirements.lock pyproject.toml
	build/lock/bin/uv pip $(LOCK) --group build --group dev --constraint requirements.lock \
		--output-file requirements-dev.lock pyproject.toml
	build/lock/bin/uv pip $(LOCK) --output-file $(TOOLS)/requirements.lock $(TOOLS)/requirements.txt

clean: ## remove everything that was made, the demo's database included
	rm -rf $(VENV) build web/build $(TOOLS)/build *.egg-info .coverage htmlcov .*_cache .hypothesis demo.db demo.db-*
	find $(FOLDERS) -name __pycache__ -prune -exec rm -rf {} +
	find . -name node_modules -prune -exec rm -rf {} +

$(BIN)/python:
	$(if $(call can,import sys; sys.exit(sys.version_info < (3$(comma) 11))),,$(error $(OLD_PYTHON)))
	$(if $(call can,import ensurepip$(comma) venv),,$(error $(BARE_PYTHON)))
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the server into $(VENV)…"
	@$(PIP) install --no-deps --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing the tests' tools into $(VENV)…"
	@$(PIP) install --no-deps --require-hashes --requirement requirements-dev.lock
	@touch $@

$(VENV)/.web: web/package-lock.json web/build.js $(wildcard web/graphiql/* web/client/*.js web/embed/* web/site/*) | $(VENV)/.runtime
	@echo "Building what browsers load…"
	@$(BIN)/python -m web
	@touch $@
