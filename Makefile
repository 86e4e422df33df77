BIN = .venv/bin
WITHOUT = .venv-without
export PYTHON
# Without byte code, each process of the tests, and each mutant, compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE

# What was there on the day of the chapter's revision does not build any more; the later ones do.
BUILDABLE = markupsafe=2018-12-01 setuptools=2026-01-01 wheel=2026-01-01

# For every Python from 3.8 to 3.13 at once, and by hash. `make lock UPGRADE=` keeps the versions
# that the locks name, and adds or drops what setup.cfg now asks for.
UPGRADE = --upgrade
# setuptools builds d2l, of which only the source is published, and this package. The others are for
# Python 3.13 too, where setup.cfg does not ask for them.
BROUGHT = setuptools>=64\nmxnet<2\nd2l==0.8.7\nipython<9\n
COMPILE = $(BIN)/uv pip compile --universal --python-version 3.8 $(UPGRADE) \
	--generate-hashes --no-annotate --quiet --custom-compile-command 'make lock'

# Its schemas come with it: it asks no network.
SCHEMA = $(BIN)/check-jsonschema --builtin-schema vendor

# A file of tests stays with one process: what its tests share is then made once.
TEST = $(BIN)/pytest -n logical --dist loadfile

.PHONY: reproduce help notebooks check test test-without lint mutants matrix lock sbom venv book-environment

reproduce: venv  ## run the chapter's experiments into results/
	$(BIN)/gluon-momentum reproduce --out results

help:  ## print what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-17s %s\n", $$1, $$2 }' Makefile

notebooks: venv  ## execute the notebooks anew and write them, in both languages
	$(BIN)/python tools/run_notebooks.py

check: lint  ## lint, types and the fast tests, in about a minute
	$(TEST) -m 'not slow'

# The settings by name: on Python 3.8, pytest-cov measures the notebooks' kernels too, which run
# elsewhere and would not find them.
test: lint  ## lint, types and all tests, with their coverage
	$(TEST) --cov --cov-config=setup.cfg

# From Python 3.13 on pip brings neither; on an older one they are taken out again.
test-without:  ## the fast tests that need neither MXNet nor d2l, in an environment without them
	$$(tools/find-python) -m venv --clear $(WITHOUT)
	$(WITHOUT)/bin/pip install --quiet --constraint constraints.txt --editable '.[test]' pytest-xdist
	$(WITHOUT)/bin/pip uninstall --quiet --yes mxnet d2l
	$(WITHOUT)/bin/pytest -n logical --dist loadfile -m 'not slow'

lint: venv  ## style, types, who imports whom, and the files of the repository that have a schema
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile
	@$(SCHEMA).github-workflows .github/workflows/* & workflows=$$!; \
	if $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 9))'; then \
		$(SCHEMA).citation-file-format CITATION.cff; \
	else \
		echo 'CITATION.cff: not checked, since check-jsonschema for Python 3.8 lacks its schema'; \
	fi && wait $$workflows

mutants: venv  ## change the code, a little each time, and list the changes that no fast test notices
	rm -rf mutants
	$(BIN)/python tools/mutants.py

# `make matrix ROW=3.8-mxnet-1.6.0` is for one. How a row failed (status 1) is told in its table.
ROW =
matrix: venv  ## compare all MXNet builds with the book's results, and fill the tables in docs/
	$(BIN)/python tools/matrix.py run $(ROW) || [ $$? -eq 1 ]
	$(BIN)/python tools/matrix.py tables

# What the first lock pins is left out of the second. pip takes no constraints by hash for what is not
# locked, hence the third file.
lock: venv  ## resolve all locks anew: the package and its tests, the tools, the book's environment
	printf '$(BROUGHT)' | $(COMPILE) setup.cfg - --extra test --output-file requirements.lock
	printf '$(BROUGHT)' | $(COMPILE) setup.cfg - --extra dev --constraints requirements.lock \
		--output-file requirements-dev.lock
	awk 'NR == FNR { pinned[$$0]; next } /^[^ ]/ { keep = /^#/ || !($$0 in pinned) } keep' \
		requirements.lock requirements-dev.lock > requirements-dev.lock.new
	mv requirements-dev.lock.new requirements-dev.lock
	sed -n '/^ /d; s/ *\\$$//; p' requirements.lock > constraints.txt
	printf 'gluonbook==0.7.4\nmxnet==1.2.1\n' | $(BIN)/uv pip compile - --no-config \
		--python-version 3.6 --exclude-newer 2018-07-31 $(BUILDABLE:%=--exclude-newer-package %) \
		--generate-hashes --no-annotate --quiet --custom-compile-command 'make lock' \
		--output-file book_environment/requirements.lock

sbom: venv  ## list what requirements.lock installs here, in build/sbom.json (CycloneDX; Python >= 3.9)
	mkdir -p build
	$(BIN)/uv pip compile requirements.lock --no-deps --python $(BIN)/python --generate-hashes \
		--no-annotate --no-header --quiet --output-file build/requirements.txt
	$(BIN)/cyclonedx-py requirements build/requirements.txt \
		--output-reproducible --validate --output-file build/sbom.json

venv:  ## make .venv, from the locks, if it is not up to date
	@tools/make-venv

book-environment:  ## the book's own environment, in .book-environment
	@tools/make-book-environment
