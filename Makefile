# `make help` lists what there is. Python 3.11 to 3.13; PYTHON=python3.12 chooses another one than python3.
PYTHON ?= python3
BIN := .venv/bin
# A file stays in one process, whose tests share servers; both must name their tests alike, sets in their names included.
PYTEST := PYTHONHASHSEED=0 $(BIN)/python -m pytest -n 2 --dist loadfile
RUFF_PATHS := flows transforms checks warehouse tests benchmarks docs

.DEFAULT_GOAL := help

.PHONY: help
help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# $(call build,LOCK): the environment as LOCK has it, to the last hash.
define build
$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else f"aidledger needs Python 3.11 to 3.13, and $(PYTHON) is {v[0]}.{v[1]}: run make PYTHON=/path/to/python3.12")'
$(PYTHON) -m venv .venv
$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1)
$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
$(BIN)/python -m pip check
@touch $@
endef

.venv/.installed: requirements.lock pyproject.toml
	$(call build,requirements.lock)

# The developers' lock holds all of the other one at the same versions.
.venv/.installed-dev: requirements-dev.lock pyproject.toml
	$(call build,requirements-dev.lock)
	@touch .venv/.installed

.PHONY: install
install: .venv/.installed  ## build .venv from the hash-locked requirements

.PHONY: install-dev
install-dev: .venv/.installed-dev  ## the same with what tests, lint and documents need

.PHONY: run
run: install  ## run the main job on examples/ and show what it found
	$(BIN)/aidledger run --source examples --home data

.PHONY: test
test: install-dev  ## unit, golden, property and flow tests
	$(PYTEST) -m "not slow"

.PHONY: test-slow
test-slow: install-dev  ## slow proofs: fault injection, scale
	$(PYTEST) -m slow || [ $$? -eq 5 ]  # 5: there is none

.PHONY: format
format: install-dev  ## rewrite the sources in the house's format
	$(BIN)/ruff format $(RUFF_PATHS)
	$(BIN)/ruff check --fix $(RUFF_PATHS)

.PHONY: lint
lint: install-dev  ## format, lint and types, nothing rewritten
	$(BIN)/ruff format --check $(RUFF_PATHS)
	$(BIN)/ruff check $(RUFF_PATHS)
	$(BIN)/mypy

.PHONY: check
check: lint test  ## what CI runs

.PHONY: docs
docs: install-dev  ## the documents as a site in build/site, every link followed
	$(BIN)/mkdocs build --strict --quiet

.PHONY: readme
readme: install-dev  ## fill in the answers below the README's SQL from the examples
	$(BIN)/python docs/readme_answers.py

LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: lock
lock:  ## resolve the dependencies anew (needs uv)
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) --extra dev --extra dask --extra lake -c requirements.lock pyproject.toml -o requirements-dev.lock

.PHONY: clean
clean:  ## remove the environment, the caches and the built warehouse
	rm -rf .venv .venv-peers data build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: eval
eval: install  ## score the extraction on the golden corpus
	$(BIN)/python benchmarks/evaluate.py

SIZE ?= 10000
BENCH := $(BIN)/python -W ignore -m benchmarks.suite

.PHONY: bench
bench: install  ## ratios of speed, each beside something plain, on SIZE articles (10000); ROWS=job,load chooses
	$(BENCH) --size $(SIZE) $(if $(ROWS),--rows $(ROWS))

.PHONY: bench-large
bench-large: install  ## the rows that 100,000 articles are wanted for; a quarter of an hour on two cores
	$(BENCH) --large $(if $(ROWS),--rows $(ROWS))

.PHONY: bench-page
bench-page: install  ## write the newest measurements into docs/benchmarks.md
	$(BENCH) --page

.PHONY: bench-peers
bench-peers:  ## the libraries beside which quantities are measured, in .venv-peers
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt

MINUTES ?= 120

.PHONY: test-soak
test-soak: install  ## scheduled runs over a growing folder for MINUTES (120) on a real Prefect server
	$(BIN)/python -W ignore -m benchmarks.soak --minutes $(MINUTES)
