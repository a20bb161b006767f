# One command a habit; `make help` lists them. Everything is made inside this directory, from the lock files.

unexport VIRTUAL_ENV CONDA_PREFIX PYTHONPATH PYTHONHOME
MISTUDIO := backend/.venv/bin/python -m mistudio.cli
NPM := scripts/npm.sh
PAGE := frontend/dist/.built
PAGE_SOURCES := $(shell find frontend/src frontend/public frontend/scripts frontend/*.json frontend/*.ts frontend/*.html -type f 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run page doctor test test-backend test-page test-browser test-faults test-hostile check format bench lock clean
.NOTPARALLEL:

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

run: environment page ## Start miStudio on this machine (MISTUDIO_PORT, MISTUDIO_DATA_DIR…: see .env.example)
	@exec $(MISTUDIO) up

doctor: environment ## Say what this machine lacks
	@$(MISTUDIO) doctor

test: test-backend test-page test-browser ## Run every test, on the real parts

test-backend: environment-test
	cd backend && .venv/bin/python -m pytest

test-page: frontend/node_modules/.installed
	$(NPM) test

test-browser: environment-test page
	CHROMIUM_PATH="$$(scripts/chromium.sh)" && export CHROMIUM_PATH && $(NPM) run e2e

test-faults: environment-test ## Kill every part at every stage
	cd backend && .venv/bin/python -m pytest tests/faults --all-cells

test-hostile: environment-test ## Files and requests that mean harm
	cd backend && .venv/bin/python -m pytest tests/hostile

check: environment-test frontend/node_modules/.installed ## Lint, types, import directions, generated client, lock files
	cd backend && .venv/bin/ruff check && .venv/bin/ruff format --check
	cd backend && .venv/bin/python -m mypy
	cd backend && .venv/bin/lint-imports
	scripts/check-locks.sh
	scripts/check-client.sh
	$(NPM) run check

format: environment-test frontend/node_modules/.installed ## Format the code and fix what can be fixed
	cd backend && .venv/bin/ruff check --fix-only --quiet && .venv/bin/ruff format
	$(NPM) run format

bench: environment-test ## Measure; writes the tables of docs/BENCHMARKS.md
	cd backend && .venv/bin/python -m tests.bench

lock: ## Resolve the Python dependencies again
	scripts/lock.sh

clean: ## Remove what was installed and built; data stay
	rm -rf .tools backend/.venv frontend/node_modules frontend/dist
	rm -rf backend/.mypy_cache backend/.ruff_cache backend/.pytest_cache backend/.hypothesis backend/.import_linter_cache

.PHONY: environment environment-test
environment:
	@scripts/environment.sh run

environment-test:
	@scripts/environment.sh test

page: $(PAGE)

$(PAGE): frontend/node_modules/.installed $(PAGE_SOURCES)
	$(NPM) run --silent build
	@touch $@

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json
	$(NPM) ci --include=dev --silent
	@touch $@
