# What a newcomer tries first. CI runs tests/run, which needs no make.
PYTHON ?= python3
BIN := .venv/bin
DOMAIN := soccheck
LOCALE := soccheck/locale

.PHONY: help test newest oldest lint format bench schemas translations docs lock

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 16

test: ## install what is needed and run all tests, as CI does
	sh tests/run

newest oldest: ## the tests on the newest, the lowest versions allowed
	sh tests/run --$@

$(BIN)/python:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --requirement requirements/lock.txt
	$(BIN)/pip install --quiet --no-deps --editable .

lint: $(BIN)/python ## style, types, imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(BIN)/python ## lay the code out
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(BIN)/python ## speed beside the peers and the goals (minutes; a quiet machine)
	$(BIN)/python -m tests.bench.core
	$(BIN)/python -m tests.bench.gate
	$(BIN)/python -m tests.bench.reports

schemas: $(BIN)/python ## write the inventory's JSON Schema anew from the facts
	$(BIN)/python -m soccheck.schemas

translations: $(BIN)/python ## bring the Vietnamese catalogue up to date
	$(BIN)/python -m babel.messages.frontend -q extract -F tests/babel.cfg -k language -k phrase -k fact:4 -k plural:1,2 --no-location --sort-output -o messages.pot soccheck
	$(BIN)/pybabel -q update -D $(DOMAIN) -l vi -d $(LOCALE) -i messages.pot --ignore-obsolete
	for domain in $(DOMAIN) click; do $(BIN)/pybabel -q compile -D $$domain -l vi -d $(LOCALE); done
	rm messages.pot

docs: $(BIN)/python ## write the present outputs into README and docs
	$(BIN)/python -m tests.test_readme
	$(BIN)/soccheck docs --cases tests/policies/cases --write docs/controls

lock: ## renew the locks (needs uv)
	sh requirements/renew
