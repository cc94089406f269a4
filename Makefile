# `make ci` is everything; the other targets are its parts. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# One PostgreSQL major version at a time, the distribution's.
PG_MAJOR ?= 15
PG_CONFIG ?= /usr/lib/postgresql/$(PG_MAJOR)/bin/pg_config
export PGRX_PG_CONFIG_PATH := $(PG_CONFIG)
export PG_MAJOR
CARGO_TARGET_DIR ?= $(CURDIR)/target
export CARGO_TARGET_DIR
FEATURE_MAJORS ?= 13 14 16 17 18
# Options of the demo, such as `--tool-port 8090`.
DEMO ?=
# Where `make install` puts the extension; empty is the system itself.
DESTDIR ?=
# Built and tested as one selection: another selection means other features, and every dependency compiled again.
PRODUCT := -p openbadges -p lti-tool -p badge-tests
PG_FEATURES := --no-default-features --features pg$(PG_MAJOR)
PACKAGED := $(CARGO_TARGET_DIR)/release/pg_badges-pg$(PG_MAJOR)
CLUSTER := tests/cluster.sh run --
# A server as large as a small one of one's own; nothing but the measurement runs in it.
BENCH_CLUSTER := CLUSTER_SETTINGS='-c shared_buffers=1GB -c max_wal_size=4GB -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off -c maintenance_work_mem=512MB' $(CLUSTER)
# Each is a target bench-PART that writes a file of its own into target/bench.
BENCH_PARTS := engine sql sql-million lookups reports launch award pages
LAUNCH_PYTHON := $(CARGO_TARGET_DIR)/bench-launch-peers/bin/python
# Badges that bench-sql stores, verifies and audits.
BENCH_ROWS ?= 100000
export BENCH_ROWS
# Rows that bench-lookups looks among; 10000000 more takes 20 GB of disk while it runs.
LOOKUP_ROWS ?= 100000 1000000

.PHONY: help deps build extension install check advisories check-features test test-pg test-it test-all test-moodle interop tour fuzz ci demo demo-check bench bench-engine bench-sql bench-sql-million bench-reports bench-launch bench-award bench-pages bench-soak bench-lookups clean
# The recipes share one cargo and two cores: one after the other, in the order in which they are named.
.NOTPARALLEL:

help: ## This list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

deps: ## Install what is missing (apt packages, cargo-pgrx, cargo-deny), printing what is done.
	@tests/deps.sh build check browser interop fuzz

build: ## The tool, the practice LMS and the demo.
	cargo build --locked $(PRODUCT)

extension: ## The PostgreSQL extension, packaged under target/release/pg_badges-pg$(PG_MAJOR).
	@tests/deps.sh build
	cargo pgrx package --package pg_badges --pg-config $(PG_CONFIG) $(PG_FEATURES)
	pg-badges/upgrades.sh $(CARGO_TARGET_DIR)/release/pg_badges-pg$(PG_MAJOR)$$($(PG_CONFIG) --sharedir)/extension

install: extension ## Install the extension into the system's PostgreSQL (as root or by sudo), or below DESTDIR.
	@as_root=; [ -n "$(DESTDIR)" ] || [ "$$(id -u)" = 0 ] || as_root=sudo; \
	$$as_root mkdir -p "$(DESTDIR)/" && $$as_root cp -r "$(PACKAGED)/." "$(DESTDIR)/" && echo "installed into $(DESTDIR)/"

check: ## Formatting, lints with warnings denied, layers, licences and sources of dependencies.
	@tests/deps.sh check
	cargo fmt --all --check
	tests/layers.sh
	cargo clippy --locked --workspace --all-targets --features badge-tests/it,badge-tests/moodle -- -D warnings
	cargo deny --locked --log-level error check licenses bans sources

# Not a part of `make check`: it fetches the database of advisories, and a new one must not fail an old commit.
advisories: ## Dependencies with known vulnerabilities (needs the network).
	@tests/deps.sh check
	cargo deny --locked check advisories

test: ## Every test that needs no server.
	cargo test --locked $(PRODUCT)

test-pg: extension ## The extension's regression tests in a throwaway PostgreSQL.
	$(CLUSTER) pg-badges/tests/run.sh

test-it: extension build ## Integration: the real programs, a strict platform, PostgreSQL, a real browser.
	@tests/deps.sh browser
	$(CLUSTER) cargo test --locked $(PRODUCT) --features badge-tests/it --test integration -- --test-threads=3

test-all: test test-pg test-it interop ## Everything: unit, SQL, integration, the demo's story, independent verifiers.

# The same random choices in every run: what passed once passes again. `make fuzz` by itself makes new ones.
ci: export FUZZ_SEED := 1
ci: deps check check-features test-all fuzz ## What continuous integration runs; `demo-check` is a part of `interop`.
	@if [ -n "$${MOODLE_URL:-}" ]; then $(MAKE) --no-print-directory test-moodle; else \
	  printf '\n**** SKIPPED: the %s tests on a real Moodle. Give them one: MOODLE_URL=... make test-moodle (tests/moodle/README.md)\n' \
	    "$$(grep -c '^#\[tokio::test' tests/it/moodle.rs)" >&2; fi

demo: extension build ## The whole product on this machine, until Ctrl-C.
	@$(CARGO_TARGET_DIR)/debug/demo $(DEMO)

demo-check: extension build ## The demo's story without a person; leaves target/demo/out and prints the SQL verdict.
	@$(CARGO_TARGET_DIR)/debug/demo --check $(DEMO)

interop: demo-check ## Independent libraries judge what is issued here, and what they issue is judged here.
	@tests/deps.sh interop
	# The same selection as everywhere: another one would compile every dependency again.
	cargo build --locked $(PRODUCT) --example issue_every_form --example schema_departures
	tests/interop/run.sh $(CARGO_TARGET_DIR)/demo/out

tour: extension build ## Take the four pictures of README anew (lti-tool/tour).
	@tests/deps.sh browser
	$(CLUSTER) cargo test --locked $(PRODUCT) --features badge-tests/it --test integration -- --ignored tour::

fuzz: ## Every parser that a stranger can reach, fuzzed for FUZZ_SECONDS (60) each, two at a time.
	@tests/deps.sh fuzz
	shared/fuzz/run.sh

test-moodle: extension build ## The whole story on the Moodle at $$MOODLE_URL (tests/moodle/README.md).
	@tests/deps.sh browser
	$(CLUSTER) cargo test --locked $(PRODUCT) --features badge-tests/moodle --test moodle -- --test-threads=1

bench: ## Everything that has a speed, in one report: target/bench/report.json (tests/bench/README.md).
	@rm -f $(CARGO_TARGET_DIR)/bench/*.json
	@$(MAKE) --no-print-directory $(addprefix bench-,$(BENCH_PARTS))
	@tests/bench/report.py

bench-engine: ## One credential at a time, as ratios of one Ed25519 verification.
	@tests/deps.sh interop
	@tests/bench/install.sh peers
	cargo bench --locked -p openbadges --bench engine

bench-sql: ## Storing, verifying and auditing in SQL, beside Python and Node.
	@tests/deps.sh build interop bench
	@$(MAKE) --no-print-directory extension
	cd tests/bench/sql/node && npm ci --no-audit --no-fund --loglevel=error
	$(BENCH_CLUSTER) tests/bench/sql/bench.py

bench-sql-million: ## The same with a million badges (about 6 GB of disk while it runs).
	@$(MAKE) --no-print-directory bench-sql BENCH_ROWS=1000000

bench-reports: ## Every report among 2,900 awards and among a million (about 6 GB of disk while it runs).
	@$(MAKE) --no-print-directory extension
	$(BENCH_CLUSTER) tests/bench/reports/bench.py

bench-launch: ## Launches: what one costs, how long it takes, ten thousand at once, beside ltijs and PyLTI1p3.
	@tests/deps.sh build interop
	@$(MAKE) --no-print-directory extension
	cargo build --locked --release -p lti-tool
	@tests/bench/install.sh launch
	$(BENCH_CLUSTER) $(LAUNCH_PYTHON) tests/bench/launch/bench.py

bench-award: ## Ten thousand awards of one course, from the rule to the stored badge; an import of 2,900.
	@tests/deps.sh build
	@$(MAKE) --no-print-directory extension
	cargo build --locked --release -p lti-tool
	$(BENCH_CLUSTER) tests/bench/award/bench.py

bench-pages: ## The first byte of the public page at 100 requests a second.
	@tests/deps.sh build
	@$(MAKE) --no-print-directory extension
	cargo build --locked --release -p lti-tool
	$(BENCH_CLUSTER) tests/bench/pages/bench.py

bench-soak: ## Ten minutes of launches at half load: no error, flat memory. Not part of `make bench`.
	@tests/deps.sh build interop
	@$(MAKE) --no-print-directory extension
	cargo build --locked --release -p lti-tool
	@tests/bench/install.sh launch
	$(BENCH_CLUSTER) $(LAUNCH_PYTHON) tests/bench/launch/bench.py --soak

bench-lookups: ## Look-ups of a learner's badges among as many rows as LOOKUP_ROWS says.
	@$(MAKE) --no-print-directory extension
	$(BENCH_CLUSTER) tests/bench/sql/lookups.py $(LOOKUP_ROWS)

check-features: ## The extension compiles for every PostgreSQL that pgrx knows (against pgrx's bundled bindings).
	@tests/deps.sh build
	@for major in $(FEATURE_MAJORS); do \
	  echo "checking pg_badges for PostgreSQL $$major"; \
	  DOCS_RS=1 RUSTC_WRAPPER=$(CURDIR)/tests/bundled-bindings.sh \
	    cargo check --locked --quiet -p pg_badges --no-default-features --features pg$$major || exit 1; \
	done

clean: ## Remove what was built and the demo's data.
	cargo clean
