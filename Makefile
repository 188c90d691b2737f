# Everything sets itself up: a virtual environment in .venv, real servers, clients and what the
# examples need in .peers.

PYTHON ?= python3
BIN := .venv/bin
UV := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate
PIP_INSTALL := pip install --quiet --disable-pip-version-check
NODE_PEERS := .peers/node.stamp .peers/clients-node.stamp
WHEELS := .peers/wheels.stamp
PYTHON_PEERS := .peers/python.stamp .peers/clients-sdk1.stamp .peers/clients-sdk2.stamp \
	.peers/pytest8.stamp .peers/pytest9.stamp
MAKE_WHEEL = rm -rf .peers/built && $(BIN)/python -m hatchling build -t wheel -d .peers/built
EXAMPLES := $(wildcard examples/*/pyproject.toml)

# The tests start the same sources many hundred times, which need not be compiled each time.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo peers test check examples docs bench lock clean

help:
	@echo "make demo      verify the bundled mock, then one with a fault"
	@echo "make test      install what is needed and run the tests"
	@echo "make check     format, lint and type checks"
	@echo "make examples  install the wheel and run the tests of the example repositories"
	@echo "make docs      build the documentation's site in build/site"
	@echo "make bench     the benchmarks (no part of the tests)"
	@echo "make lock      pin the dependencies anew"

demo: .venv/run.stamp
	@echo "== verify the bundled mock, which keeps every rule =="
	$(BIN)/mcp-proof verify -- $(BIN)/mcp-proof mock everything --stdio
	@echo
	@echo "== verify the same mock with one fault: responses with both result and error =="
	$(BIN)/mcp-proof verify -- $(BIN)/mcp-proof mock everything --stdio \
		--fault jsonrpc-result-xor-error; test $$? -eq 1

# Environments are installed side by side, for much of it is waiting.
peers: .venv/dev.stamp $(NODE_PEERS) $(PYTHON_PEERS) $(WHEELS) .peers/examples.stamp

# Four processes for two cores, for many a test waits until a peer has ended or is given up.
test:
	$(MAKE) --jobs=4 peers
	MCP_PROOF_PEERS_REQUIRED=1 $(BIN)/python -m pytest -n 4 --dist worksteal

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pyright

# The wheel is made and installed each time: that it holds all it needs is what these runs show.
examples: .peers/examples.stamp
	$(MAKE_WHEEL)
	.peers/examples/bin/$(PIP_INSTALL) --no-deps --force-reinstall .peers/built/*.whl
	for each in $(dir $(EXAMPLES)); do \
		echo "== $$each"; \
		(cd $$each && $(CURDIR)/.peers/examples/bin/pytest -p no:cacheprovider) || exit 1; \
	done

docs: .venv/dev.stamp
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

bench: .venv/dev.stamp .peers/node.stamp .peers/python.stamp .peers/rival.stamp
	$(BIN)/python benches/schema_verdicts.py
	$(BIN)/python benches/start_up.py
	$(BIN)/python benches/verify_everything.py
	$(BIN)/python benches/mock_server.py
	$(BIN)/python benches/cassette.py
	$(BIN)/python benches/fuzz_generation.py
	$(BIN)/python benches/fuzz_calls.py
	$(BIN)/python benches/recorder.py
	$(BIN)/python benches/load_user.py
	$(BIN)/python benches/load_open_model.py
	$(BIN)/python benches/load_processes.py
	$(BIN)/python benches/load_capacity.py

lock: .venv/dev.stamp
	$(MAKE_WHEEL)
	$(BIN)/$(UV) pyproject.toml -o requirements.lock
	$(BIN)/$(UV) pyproject.toml --extra auth -o requirements-image.lock
	$(BIN)/$(UV) pyproject.toml --group dev -o requirements-dev.lock
	$(BIN)/$(UV) pyproject.toml --extra auth --extra load -o requirements-load.lock
	$(BIN)/$(UV) benches/rival.in -o benches/rival.lock
	$(BIN)/$(UV) --no-strip-extras tests/peers/requirements.in -o tests/peers/requirements.lock
	$(BIN)/$(UV) --no-strip-extras tests/peers/clients/sdk1.in -o tests/peers/clients/sdk1.lock
	$(BIN)/$(UV) tests/peers/clients/sdk2.in -o tests/peers/clients/sdk2.lock
	$(BIN)/$(UV) pyproject.toml tests/peers/pytest8.in -o tests/peers/pytest8.lock
	$(BIN)/$(UV) pyproject.toml tests/peers/pytest9.in -o tests/peers/pytest9.lock
	$(BIN)/$(UV) --find-links .peers/built --no-emit-package mcp-proof \
		pyproject.toml --extra queue --extra fuzz --extra load \
		$(foreach each,$(EXAMPLES),$(each) --group $(each):dev) -o examples/requirements.lock

clean:
	rm -rf .venv .peers

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "mcp-proof needs Python 3.11 or newer; set PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/$(PIP_INSTALL) --require-hashes -r requirements.lock
	$(BIN)/$(PIP_INSTALL) --no-deps --editable .
	touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(BIN)/$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	touch $@

# Node comes with the development requirements, so that none needs to be installed.
.peers/node.stamp: tests/peers/package.json tests/peers/package-lock.json
.peers/clients-node.stamp: tests/peers/clients/package.json tests/peers/clients/package-lock.json
$(NODE_PEERS): .venv/dev.stamp
	mkdir -p $(@:.stamp=)
	cp $(filter %.json,$^) $(@:.stamp=)/
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --prefix $(@:.stamp=) --no-audit --no-fund --loglevel=error
	touch $@

# The majors of the Python SDK exclude each other: an environment for each.
.peers/python.stamp: tests/peers/requirements.lock
.peers/clients-sdk1.stamp: tests/peers/clients/sdk1.lock
.peers/clients-sdk2.stamp: tests/peers/clients/sdk2.lock
.peers/pytest8.stamp: tests/peers/pytest8.lock
.peers/pytest9.stamp: tests/peers/pytest9.lock
.peers/rival.stamp: benches/rival.lock
.peers/rival.stamp $(PYTHON_PEERS): | .venv/bin/python
	$(PYTHON) -m venv $(@:.stamp=)
	$(@:.stamp=)/bin/$(PIP_INSTALL) --require-hashes -r $<
	touch $@

# What the image of the mock is built from where the container engine reaches no index.
$(WHEELS): requirements-image.lock | .venv/bin/python
	$(BIN)/pip download --quiet --disable-pip-version-check --require-hashes -r $< -d $(@:.stamp=)
	$(BIN)/pip download --quiet --disable-pip-version-check hatchling -d $(@:.stamp=)
	touch $@

# One environment for all the examples, as long as what they depend on can live together.
.peers/examples.stamp: examples/requirements.lock pyproject.toml | .venv/dev.stamp
	$(PYTHON) -m venv $(@:.stamp=)
	$(@:.stamp=)/bin/$(PIP_INSTALL) --require-hashes -r $<
	$(MAKE_WHEEL)
	$(@:.stamp=)/bin/$(PIP_INSTALL) --no-deps --force-reinstall .peers/built/*.whl
	touch $@
