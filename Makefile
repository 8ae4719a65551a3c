# Analysts' targets are one line each into the `royalty` command; `make help` lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
ROYALTY := .venv/bin/royalty
REPORTS := ../shared/data/dsrf
DLT := dlt[filesystem,parquet]==1.31.0

# Each is empty on a machine that has what is needed, and ends make with one line where it has not.
has-git = $(if $(shell command -v git 2>/dev/null),,$(error git is missing; install it, for \
  example: apt install git))
has-python = $(if $(shell $(PYTHON) -c 'print()' 2>/dev/null && echo yes),,$(error $(PYTHON) is \
  missing or does not start; install Python 3.11 or newer, for example: apt install python3))
version = $(shell $(PYTHON) -c 'import platform; print(platform.python_version())')
is-new = $(if $(shell $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  && echo yes),,$(error $(PYTHON) is Python $(version), but 3.11 or newer is needed; name \
  another, for example: make PYTHON=python3.12))
has-venv = $(if $(shell $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null && echo yes),,$(error \
  $(PYTHON) cannot make virtual environments; install what is missing, for example: apt install \
  python3-venv))
machine = $(has-git)$(has-python)$(is-new)$(has-venv)

# $(1): its folder, $(2): the extras it holds. It is made anew where it is half made, was moved with
# the repo, or has lost its Python; otherwise pip only brings it up to date.
usable = test -x $(1)/bin/python && test "$$(cat $(1)/stamp 2>/dev/null)" = "$(CURDIR)"
define environment
$(machine)@echo 'Setting up $(1)/ from constraints.txt; the first time takes a minute or two.' >&2
@{ $(usable); } || $(PYTHON) -m venv --clear $(1)
@$(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
  -c constraints.txt -e '.[$(2)]'
@printf '%s' "$(CURDIR)" > $(1)/stamp
endef

# A stamp made in another place is as good as none.
moved = $(if $(shell { $(usable); } && echo yes),,$(1)/stamp)
.PHONY: $(call moved,.venv) $(call moved,.venv-bench) $(call moved,.venv-sync)

.venv/stamp: pyproject.toml constraints.txt
	$(call environment,.venv,$(strip dev,notebook,alerts))

# Once for this machine and these loops: the first report would wait for it.
.venv/compiled: .venv/stamp $(wildcard pipeline/compiled/*.py pipeline/*/kernel*.py)
	@echo 'Compiling for this machine; a few seconds, once.' >&2
	@.venv/bin/python -m pipeline.flow.compiling
	@touch $@

# Apart, because pandera starts more slowly where pandas is installed.
.venv-bench/stamp: pyproject.toml constraints.txt
	$(call environment,.venv-bench,bench)

# By itself: what dlt asks for contradicts what we pin.
.venv-sync/stamp: Makefile
	$(machine)@echo 'Setting up .venv-sync/ with $(DLT).' >&2
	@$(PYTHON) -m venv --clear .venv-sync
	@.venv-sync/bin/python -m pip install --quiet --disable-pip-version-check '$(DLT)'
	@printf '%s' "$(CURDIR)" > $@

# `need-FILES` ends make with one line where FILES is not given.
need-%:
	$(if $($*),,$(error $* is missing; for example: $(example-$*)))@:
example-FILES = make $(MAKECMDGOALS) FILES=reports/june.csv PERIOD=2026-06
example-DIR = make $(MAKECMDGOALS) DIR=path/to/folder
example-QUARTER = make $(MAKECMDGOALS) QUARTER=2026Q3

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":[^#]*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:[^#]*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile
	@printf '\nThe lake is under data/, or where ROYALTY_HOME says. More: .venv/bin/royalty --help\n'

##@ See it work
.PHONY: demo formats real drift
demo: setup ## Sample catalog and sample reports into a fresh home, data/demo
	@rm -rf data/demo
	.venv/bin/python -m tests.world catalog data/generated/catalog
	$(ROYALTY) --home data/demo catalog load data/generated/catalog
	$(ROYALTY) --home data/demo ingest data/sample/*.[ct]sv*
	$(ROYALTY) --home data/demo status

formats: setup ## One report in every format into a fresh home, data/formats, and what became of each
	@.venv/bin/python -m tests.formats data/formats

real: setup ## The two complete YouTube reports beside the repo into a fresh home, data/real
	$(if $(wildcard $(REPORTS)/*),,$(error $(REPORTS) is not there; real reports are never copied \
	  into the repo: put the shared folder beside it, or run make demo))@rm -rf data/real
	$(ROYALTY) --home data/real ingest $(REPORTS)/DSR_TEST*_YouTube*

drift: setup ## Two clean years, then a quarter with three drifts, into a fresh home, data/drift
	@rm -rf data/drift data/generated/drift
	.venv/bin/python -m tests.world drift data/generated/drift
	$(ROYALTY) --home data/drift ingest data/generated/drift/*.csv --json > data/generated/drift.json
	$(ROYALTY) --home data/drift drift

##@ Every day
.PHONY: catalog ingest sync status alerts retry quarantine
catalog: need-DIR setup ## Load the authoritative catalog: DIR=folder or file
	@$(ROYALTY) catalog load $(DIR)

ingest: need-FILES setup ## Take in sales reports: FILES="a.csv b.tsv" [PERIOD=2026-06] [SOURCE=name]
	@$(ROYALTY) ingest $(FILES) $(if $(PERIOD),--period '$(PERIOD)') $(if $(SOURCE),--source '$(SOURCE)')

sync: setup ## Fetch what is new at every source: [SOURCE=name]
	@$(ROYALTY) sync $(SOURCE)

status: setup ## What was reported, matched, held and why, by currency; what to do next
	@$(ROYALTY) status

alerts: setup ## What fires, what is silenced, and what was resolved lately
	@$(ROYALTY) alerts list

retry: setup ## Try again the lines whose reason may be gone
	@$(ROYALTY) retry

quarantine: setup ## Lines that are invalid, and the assets that they halt
	@$(ROYALTY) quarantine list

# HOST counts where it is said to make: some shells export one of their own. Whoever else may reach
# the page needs the token that it prints, and does not sign with this user's name.
review-open = $(if $(findstring command,$(origin HOST)),--host '$(HOST)' --token)
review-name = $(if $(findstring command,$(origin HOST)),ROYALTY_USER= )
.PHONY: review
review: setup ## Decide in the browser what the machine may not: [HOST=0.0.0.0]
	@$(review-name).venv/bin/python -m marimo run notebooks/review.py $(review-open)

##@ Every quarter
.PHONY: audit verify
audit: need-QUARTER setup ## Export a quarter for the auditor: QUARTER=2026Q3
	@$(ROYALTY) audit export '$(QUARTER)'

verify: need-DIR setup ## Recompute an export's digests and sums: DIR=folder
	@$(ROYALTY) audit verify $(DIR)

##@ Look closer
.PHONY: notebook bench bench-match bench-sync calibrate-drift
notebook: setup ## Open the notebooks in the browser
	@.venv/bin/python -m marimo edit notebooks

.PHONY: notebooks-html notebooks-ipynb
# Of the home that ROYALTY_HOME names; a cell that fails ends make.
pages = $(or $(ROYALTY_HOME),data)/notebooks
exported = $(or $(NOTEBOOK),reconciliation quarantine quarter drift)
notebooks-html: setup ## Write them as pages beside the lake, as they are now: [NOTEBOOK=quarter]
	@mkdir -p '$(pages)'
	@for name in $(exported); do .venv/bin/python -m marimo -q -y export html --force \
	  --no-include-code notebooks/$$name.py -o '$(pages)'/$$name.html || exit 1; \
	  echo '$(pages)'/$$name.html; done

notebooks-ipynb: setup ## The same for Jupyter, with what they show: [NOTEBOOK=quarter]
	@mkdir -p '$(pages)'
	@for name in $(exported); do ROYALTY_STILL=1 .venv/bin/python -m marimo -q -y export ipynb --force \
	  --include-outputs notebooks/$$name.py -o '$(pages)'/$$name.ipynb || exit 1; \
	  echo '$(pages)'/$$name.ipynb; done

bench: setup .venv-bench/stamp ## Measure against the peers; prints a table, saves data/bench
	@.venv/bin/python -m tests.bench

bench-match: setup .venv-bench/stamp ## Precision, recall and speed of matching beside the peers
	@.venv-bench/bin/python -m tests.bench.matching

bench-sync: setup .venv-sync/stamp ## Fetch 10,000 pages of 200 rows, beside dlt's REST source: [PAGES=10000]
	@.venv/bin/python -m tests.bench.fetching $(PAGES)

calibrate-drift: setup ## False alarms on clean months, power on drifts: [SOURCES=50]
	@.venv/bin/python -m tests.bench.drifting $(or $(SOURCES),50)

##@ Work on the code
.PHONY: setup check test campaign chaos provider clean
setup: .venv/stamp .venv/compiled ## Make or update .venv/ (every target does it when it must)
	@:

check: setup ## Format, lint, types, imports, SQL
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/python -m mypy
	.venv/bin/lint-imports
	.venv/bin/sqlfluff lint --disable-progress-bar queries

test: setup ## All tests but the campaigns
	@NUMBA_BOUNDSCHECK=1 .venv/bin/python -m pipeline.flow.compiling
	.venv/bin/python -m pytest -n auto --maxprocesses=8 --dist=worksteal

campaign: setup ## Property tests on tens of thousands of examples each; takes long
	HYPOTHESIS_PROFILE=campaign .venv/bin/python -m pytest -n auto -m '' tests/properties
	.venv/bin/python -m pytest -n auto -m campaign tests/flow

chaos: setup ## 200 seeded schedules of faults and kills against a provider: [SCHEDULES=200]
	.venv/bin/python -m tests.provider.chaos $(or $(SCHEDULES),200)

provider: setup ## A provider on loopback to fetch from: [PORT=8765]
	@.venv/bin/python -m tests.provider $(PORT)

clean: ## Remove what make can make again; never a lake
	@rm -rf .venv .venv-bench .venv-sync build royalty_pipeline.egg-info data/demo data/formats
	@rm -rf data/real data/drift data/generated
	@rm -rf tests/artefacts
	@rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . \( -path ./.git -o -path ./data \) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
