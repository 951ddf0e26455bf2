# The commands of this project. `make run` and `make test` begin with the set-up; a second call finds it done.

FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))
PYTHON ?= $(shell for one in python3.11 python3.12 python3; do $$one -c '$(FITS)' >/dev/null 2>&1 && echo $$one && break; done)
VENV := .venv
BIN := $(VENV)/bin
# One stamp per state of the lock: another lock means another set-up, the same lock none.
LOCK := $(shell cat requirements.txt pyproject.toml | sha256sum | cut -c1-16)
DEV_LOCK := $(shell cat requirements-dev.txt requirements.txt pyproject.toml | sha256sum | cut -c1-16)
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
# Tests in so many processes; each starts its own PostgreSQL.
TEST_PROCESSES ?= 2

.PHONY: setup run test bench chaos pictures lint lock migration packages setup-dev

setup: $(VENV)/.set-up-$(LOCK)

$(VENV)/.set-up-$(LOCK):
	@$(or $(PYTHON),false) -c '$(FITS)' || \
	  { echo "Python 3.11 or 3.12 is needed, and none was found. On Debian 12: apt-get install python3.11-venv; elsewhere: make setup PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv is missing. On Debian and Ubuntu: apt-get install $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.set-up-* && touch $@

run: setup
	$(BIN)/pushsvc dev

setup-dev: setup $(VENV)/.test-set-up-$(DEV_LOCK)

$(VENV)/.test-set-up-$(DEV_LOCK): | $(VENV)/.set-up-$(LOCK)
	$(PIP) install --require-hashes -r requirements-dev.txt
	@rm -f $(VENV)/.test-set-up-* && touch $@

# What the tests need beside Python: PostgreSQL, Redis, Java and Maven for Kafka, a browser, Chinese fonts for its screenshots.
# Kafka's jars come by Maven, once: they are kept in ~/.cache/pushsvc.
packages:
	@sh .ci/packages
	@$(or $(PYTHON),python3) -m tests.services.kafka

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup-dev packages lint
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist loadscope

bench: setup-dev
	$(BIN)/python -m bench $(BENCH)

# Every page of a demo town, for docs/pages/.
pictures: setup-dev packages
	$(BIN)/python -m docs.pages.take

# CHAOS="kills --kills 10 --seed 7", CHAOS="engines --on kafka/postgresql", CHAOS="cluster --rounds 2"; without it all three.
chaos: setup-dev packages
	$(BIN)/python -m tests.chaos $(CHAOS)

# Write the locks from pyproject.toml (needs uv): what is locked stays, what is new is added. UPGRADE=--upgrade takes the newest.
lock:
	uv pip compile -q $(UPGRADE) --generate-hashes --no-annotate --no-header --no-emit-index-url --universal \
	  --python-version 3.11 pyproject.toml --extra dev -o requirements-dev.txt
	printf 'hatchling\neditables\n' | uv pip compile -q --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --universal --python-version 3.11 -c requirements-dev.txt pyproject.toml - -o requirements.txt

# Write the next migration from what the tables say now: make migration WHAT="what changes".
migration: setup-dev
	$(BIN)/python -m pushsvc.storage.migrations.write "$(WHAT)"
	$(BIN)/ruff format -q pushsvc/storage/migrations
