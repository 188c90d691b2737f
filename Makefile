# Everything sets itself up: a virtual environment in .venv, real servers for the tests in .peers.

PYTHON ?= python3
BIN := .venv/bin
UV := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

.PHONY: help demo test check bench lock clean

help:
	@echo "make demo   verify the bundled mock, then one with a fault"
	@echo "make test   install what is needed and run the tests"
	@echo "make check  format, lint and type checks"
	@echo "make bench  the benchmarks (no part of the tests)"
	@echo "make lock   pin the dependencies anew"

demo: .venv/run.stamp
	@echo "== verify the bundled mock, which keeps every rule =="
	$(BIN)/mcp-proof verify -- $(BIN)/mcp-proof mock everything --stdio
	@echo
	@echo "== verify the same mock with one fault: responses with both result and error =="
	$(BIN)/mcp-proof verify -- $(BIN)/mcp-proof mock everything --stdio \
		--fault jsonrpc-result-xor-error; test $$? -eq 1

test: .venv/dev.stamp .peers/node.stamp .peers/python.stamp
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pyright

bench: .venv/dev.stamp .peers/node.stamp
	$(BIN)/python benches/schema_verdicts.py
	$(BIN)/python benches/start_up.py
	$(BIN)/python benches/verify_everything.py

lock: .venv/dev.stamp
	$(BIN)/$(UV) pyproject.toml -o requirements.lock
	$(BIN)/$(UV) pyproject.toml --group dev -o requirements-dev.lock
	$(BIN)/$(UV) tests/peers/requirements.in -o tests/peers/requirements.lock

clean:
	rm -rf .venv .peers

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "mcp-proof needs Python 3.11 or newer; set PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# Node comes with the development requirements, so that none needs to be installed.
.peers/node.stamp: tests/peers/package.json tests/peers/package-lock.json .venv/dev.stamp
	mkdir -p .peers/node
	cp tests/peers/package.json tests/peers/package-lock.json .peers/node/
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --prefix .peers/node --no-audit --no-fund --loglevel=error
	touch $@

.peers/python.stamp: tests/peers/requirements.lock | .venv/bin/python
	$(PYTHON) -m venv .peers/python
	.peers/python/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@
