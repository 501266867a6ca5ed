# Two commands do everything: `make run` and `make test`. Both make .venv first when it is missing
# or older than the requirements.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv pip
READY  := $(VENV)/.ready
TESTING := $(VENV)/.testing

.PHONY: help setup run test lint types lock clean

help:                     ## Say what each target does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/uv:
	@echo "facewhy: making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(READY): requirements.txt requirements.lock | $(BIN)/uv
	@echo "facewhy: installing the pinned packages into $(VENV) (about 7 GB on disk)"
	@tools/debian-packages libgl1 libglib2.0-0
	@$(UV) install --quiet --python $(BIN)/python -r requirements.txt -c requirements.lock
	@touch $@

$(TESTING): $(READY) requirements-dev.txt
	@echo "facewhy: installing what the tests need"
	@$(UV) install --quiet --python $(BIN)/python -r requirements-dev.txt -c requirements.lock
	@tools/debian-packages chromium
	@touch $@

setup: $(READY)           ## Make .venv with everything the app needs

run: $(READY)             ## Start the page on http://127.0.0.1:7860
	@$(BIN)/python app.py

lint: $(TESTING)          ## Check style and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(TESTING)         ## Check types
	@$(BIN)/mypy

test: lint types          ## Lint, types, then every test, the browser ones too
	@$(BIN)/python -m pytest

lock: $(BIN)/uv           ## Write requirements.lock anew from the two requirements files
	@$(UV) compile requirements.txt requirements-dev.txt -o requirements.lock \
		--python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header --quiet

clean:                    ## Remove .venv and caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
