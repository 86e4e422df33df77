BIN = .venv/bin
export PYTHON

.PHONY: reproduce notebooks test lint lock venv

reproduce: venv  ## run the chapter's experiments into results/
	$(BIN)/gluon-momentum reproduce --out results

notebooks: venv  ## execute the notebooks anew and write them with their outputs
	$(BIN)/python tools/run_notebooks.py

test: lint  ## lint, types and tests
	$(BIN)/pytest --cov

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile

lock: venv  ## resolve requirements.lock anew, for every Python from 3.8 to 3.11
	$(BIN)/uv pip compile setup.cfg --extra dev --universal --python-version 3.8 --upgrade \
		--generate-hashes --no-annotate --quiet --custom-compile-command 'make lock' \
		--output-file requirements.lock

venv:
	@tools/make-venv
