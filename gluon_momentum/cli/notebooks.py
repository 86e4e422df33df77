"""The command ``notebooks``."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import typer

from . import app

# What --open needs, by the name to import: the program, and the kernel of this Python.
_NEEDED = {"jupyterlab": "JupyterLab", "ipykernel": "the kernel python3"}
_SOURCE = Path(__file__).parents[1] / "notebooks"


@app.command()
def notebooks(
    folder: Path = typer.Argument(Path("momentum-notebooks"), metavar="[DIR]", help="Where to."),
    force: bool = typer.Option(False, "--force", help="Overwrite notebooks that are there."),
    open_: bool = typer.Option(False, "--open", help="Start JupyterLab on the first of them."),
) -> None:
    """Copy the notebooks to a folder: the chapter, the published results, the exercise."""
    from .. import results

    sources = sorted(_SOURCE.glob("*.ipynb"))
    if not sources:
        raise OSError(f"This installation holds no notebooks in {_SOURCE}: install it anew.")
    if open_:
        for module, what in _NEEDED.items():
            if find_spec(module) is None:
                raise ImportError(f"--open needs {what}, which is missing: pip install {module}.")
    results.prepare_folder(folder)
    targets = [folder / source.name for source in sources]
    there = [target for target in targets if os.path.lexists(target)]
    if there and not force:
        names = ", ".join(target.name for target in there)
        raise OSError(
            f"The folder {folder} already holds {names}: open what is there with "
            f"`jupyter lab {shlex.quote(str(there[0]))}`, name another folder, or overwrite "
            "with --force."
        )
    for source, target in zip(sources, targets):
        with results.replacing(target) as temporary:
            shutil.copyfile(source, temporary)
    typer.echo(f"Wrote {', '.join(target.name for target in targets)} in {folder}.")
    typer.echo(f"To open them: jupyter lab {shlex.quote(str(targets[0]))}")
    if open_:
        sys.stdout.flush()
        # In this process's place, so that Ctrl-C is JupyterLab's to answer.
        os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(targets[0])])
