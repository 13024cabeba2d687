# Laksana: the two commands are `make demo` and `make test`; every target installs what it needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
python := .venv/bin/python
# Byte code makes every start of Airflow, Ansible and the tests two to three times faster.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONUNBUFFERED := 1
CASE ?= granted
PORT ?= 8080

.PHONY: help install demo demo-auto test check bench lab-up lab-down lock clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: ## Install system packages, Python packages and Laksana
	@bash tooling/install.sh

demo: install ## Start lab, database, Airflow and demo people with a sample request; Ctrl-C stops all of it
	@exec $(python) -m tests.demo up --port $(PORT)

demo-auto: install ## The same by script; prints a JSON summary (CASE=granted|taken|unreachable|hosting|vps-local|vps-pdn|resource|monitoring)
	@exec $(python) -m tests.demo auto --case $(CASE)

test: install ## All checks and tests; says how long each layer took
	@exec bash tooling/test.sh

check: install ## Linters and types: ruff, mypy, ansible-lint, yamllint, our own spec lint
	@exec bash tooling/check.sh

bench: install ## Measurements as JSON and as docs/bench.md
	@exec $(python) -m tests.bench

lab-up: install ## Start the lab's hosts
	@exec $(python) -m tests.lab up

lab-down: ## Stop the lab's hosts and leave nothing behind
	@if [ -x $(python) ]; then exec $(python) -m tests.lab down; fi

lock: ## Make the lock files anew (needs uv)
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements/product.lock requirements/product.in
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements/product.lock -o requirements/development.lock requirements/development.in

clean: lab-down ## Remove the virtual environment; the lab's base image stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache
