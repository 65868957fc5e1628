# On a fresh machine with Python 3.11 or later and make: `make run`, `make test`.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: run test proof mutants setup format lint types contracts map-diff bench bench-peers wheel wheel-check clean

run: setup ## the whole road on this machine, with something to see
	$(BIN)/samsyn demo

test: setup ## every test, on all cores
	$(BIN)/pytest --numprocesses auto --maxprocesses 8 --dist worksteal

proof: setup ## longer stories and storms, and more that goes wrong in them, than in `make test`
	$(BIN)/pytest tests/proof --hypothesis-profile=long --wrongs 2 --storm 120

mutants: setup ## mistakes that somebody might make, and the tests that catch them
	$(BIN)/python mutants/run.py

setup: $(INSTALLED)

# The lock names every package: what it does not name is not fetched (--no-deps), and `pip check` says if one is missing.
$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check --disable-pip-version-check
	touch $(INSTALLED)

format: setup ## write the code as ruff wants it
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lint: setup ## ruff, format and rules
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: setup ## mypy --strict
	$(BIN)/mypy

contracts: setup ## who may import whom
	$(BIN)/lint-imports

# What recipients get may change from one release to the next only as somebody has said that it may, and why.
CORPUS ?= ../shared/corpus
APPROVED := mappings/approved-changes.yaml

map-diff: setup ## what the mappings make otherwise than those of the last release, beside what is approved
	@release=$$(git describe --tags --match 'v*' --abbrev=0 2>/dev/null) || \
	  { echo "map-diff: there is no release (a tag v*) to compare with"; exit 0; }; \
	$(BIN)/samsyn map diff "$$release" mappings mappings $(wildcard $(CORPUS)) --approved $(APPROVED)

bench: setup ## figures, as ratios in one run
	$(BIN)/python -m benchmarks.road
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.accepts
	$(BIN)/python -m benchmarks.deliveries
	$(BIN)/python -m benchmarks.audit
	$(BIN)/python -m benchmarks.growth

bench-peers: setup ## the same work by engines that one could pick instead; fetches them
	$(BIN)/python benchmarks/peers/run.py

# Developer's tools: Node for SUSHI; Java 17 and Maven for the validator. HL7 Sweden's base and IHE's BALP have no package to fetch.
SWEDEN ?= ../shared/fhir/hl7-sweden-base
BALP ?= ../shared/fhir/ihe-balp
CORE := build/profiles/core/google/fhir/r4/data/hl7.fhir.r4.core.tgz
SUSHI := build/profiles/node_modules/fsh-sushi/dist/app.js

$(CORE): conformance/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade --target build/profiles/core -r $<
	touch $@

$(SUSHI): conformance/package-lock.json
	mkdir -p build/profiles && cp conformance/package.json conformance/package-lock.json build/profiles
	npm ci --silent --no-audit --no-fund --ignore-scripts --prefix build/profiles
	touch $@

profiles: setup $(CORE) $(SUSHI) ## FSH to StructureDefinitions with snapshots
	$(BIN)/python conformance/profiles.py $(CORE) $(SWEDEN) $(SUSHI)

profiles-check: setup $(CORE) $(SUSHI) ## the compiled profiles are those of the FSH
	$(BIN)/python conformance/profiles.py $(CORE) $(SWEDEN) $(SUSHI) build/profiles/compiled
	diff -r build/profiles/compiled schemas/fhir/compiled

conformance: setup ## HL7's own validator on every output
	$(BIN)/python conformance/outputs.py build/conformance/outputs
	mvn --quiet --batch-mode --file conformance/pom.xml compile exec:java \
	  -Dexec.args="build/conformance/outputs schemas/fhir/compiled $(SWEDEN) $(BALP)" > build/conformance/results.jsonl
	$(BIN)/python conformance/verdict.py build/conformance/results.jsonl

defects: setup ## HL7's own validator and the check at run time, on documents with a defect each
	$(BIN)/python conformance/defects.py build/conformance/defects
	mvn --quiet --batch-mode --file conformance/pom.xml compile exec:java \
	  -Dexec.args="build/conformance/defects schemas/fhir/compiled $(SWEDEN)" > build/conformance/defects.jsonl
	$(BIN)/python conformance/defects.py build/conformance/defects build/conformance/defects.jsonl

wheel: setup ## the distribution
	rm -rf dist
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

wheel-check: wheel ## the distribution works away from the checkout
	rm -rf build/away && $(PYTHON) -m venv build/away
	build/away/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	build/away/bin/python -m pip install --quiet --disable-pip-version-check --no-deps dist/samsyn-*.whl
	cd build && away/bin/samsyn check --json $(CURDIR)/mappings/certificates/*/*/samples/*.xml
	cd build && away/bin/samsyn map try --json $(CURDIR)/mappings/certificates/lisjp/2/samples/full.xml >/dev/null

clean:
	rm -rf .venv dist build var *.egg-info
