# Two commands matter: `make demo` and `make test`. Everything else serves them.
PYTHON ?= python3
PACK ?= saas
W ?= all
SIZE ?= ci
BIN := .venv/bin
export PYTHONUNBUFFERED := 1

.PHONY: screenshots setup demo test test-sqlite test-postgres test-spark bench lint format messages lock clean

setup: .venv/.runtime

.venv/bin/uv: requirements/tools.txt
	@echo "[1/3] Building the environment in .venv"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt

.venv/.runtime: requirements/runtime.txt .venv/bin/uv pyproject.toml $(wildcard posvenda/*/locale/pt_BR/LC_MESSAGES/django.po)
	@echo "[2/3] Installing locked packages"
	@if [ -e .venv/.dev ]; then $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/dev.txt; \
	 else $(BIN)/uv pip install --compile-bytecode --require-hashes -r requirements/runtime.txt; fi
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@echo "[3/3] Compiling texts"
	@$(BIN)/python -m posvenda.config.messages
	@$(BIN)/python -m compileall -q -j 2 posvenda
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.runtime
	@echo "Installing what tests need"
	@$(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/dev.txt
	@touch $@

demo: setup
	@$(BIN)/posvenda demo --pack $(PACK)

test: .venv/.dev
	@bash tests/run

test-sqlite: .venv/.dev
	@bash tests/run sqlite

test-postgres: .venv/.dev
	@bash tests/run postgres

test-spark: .venv/.dev
	@bash tests/with_spark $(BIN)/python -m pytest -m spark -q tests/adapters

bench: .venv/.dev
	@$(BIN)/python -m benchmarks --workload $(W) --size $(SIZE)

format: .venv/.dev
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: .venv/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

messages: .venv/.dev
	@cd posvenda && for room in */; do [ -d $$room/locale ] && (cd $$room && ../../$(BIN)/django-admin makemessages -l pt_BR --no-location --no-wrap); done; true

lock: .venv/bin/uv
	@for set in runtime dev tools; do bash requirements/lock $$set; done

clean:
	@rm -rf .venv var

screenshots: .venv/.dev
	@DJANGO_SETTINGS_MODULE=posvenda.config.settings $(BIN)/python -m tests.browser.screenshots
