#!/usr/bin/env python3
"""Execute the notebooks anew and write them with their outputs; what is the same is not touched.

usage: tools/run_notebooks.py [NOTEBOOK ...]

The same environment gives the same bytes: no timing, path or version is kept. A translation is not
executed: it gets the code and the outputs of its original.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import translation
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from gluon_momentum.files import together

ROOT = Path(__file__).resolve().parents[1]
KERNEL = "python3"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": KERNEL},
    # What nbconvert asks for to write a script.
    "language_info": {
        "name": "python",
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "nbconvert_exporter": "python",
    },
}
# The book's semilogy asks for SVG, which JupyterLab does not show in a notebook that its reader has
# not run yet; PNG it shows.
_STARTUP = (
    "import IPython.display\nIPython.display.set_matplotlib_formats = lambda *formats: None\n"
)


def execute(notebook: Any, kernel: str = KERNEL, seconds: int = 600) -> Any:
    """Execute a notebook in a fresh kernel and an empty folder, and return it tidied.

    Args:
        notebook: from nbformat.read; it is changed.
        kernel: the name of the kernel.
        seconds: how long one cell may take.

    Raises:
        NoSuchKernel: there is no kernel of that name.
        CellExecutionError: a cell raised.
    """
    with tempfile.TemporaryDirectory() as folder:
        # A reader's own settings stay out.
        settings = Path(folder, "settings")
        startup = settings / "profile_default/startup"
        startup.mkdir(parents=True)
        (settings / "matplotlibrc").touch()
        (startup / "00-png.py").write_text(_STARTUP, encoding="utf8")
        work = Path(folder, "work")
        work.mkdir()
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        env = {
            **os.environ,
            "IPYTHONDIR": str(settings),
            "MATPLOTLIBRC": str(settings / "matplotlibrc"),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        }
        client = NotebookClient(
            notebook,
            kernel_name=kernel,
            timeout=seconds,
            record_timing=False,
            resources={"metadata": {"path": str(work)}},
        )
        client.execute(env=env)
    return tidy(notebook)


def tidy(notebook: Any) -> Any:
    """Take out of an executed notebook what differs from one execution to the next."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
        for output in cell.get("outputs", []):
            if "metadata" in output:
                size = output.metadata.get("image/png")
                output.metadata = nbformat.from_dict({"image/png": size} if size else {})
    return notebook


def _joined(outputs: list[Any]) -> list[Any]:
    """Join what a cell printed in pieces: where it is cut is a matter of time."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def main(names: list[str]) -> int:
    """Execute the notebooks of these names, or all of them; 0, or 2 and one sentence."""
    paths = [Path(name) for name in names] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    try:
        # All of them, before the first is executed, which takes its time.
        pairs = [translation.pair(path) for path in paths]
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for path, (notebook, prose) in zip(paths, pairs):
        try:
            new = {path: execute(notebook)}
        except NoSuchKernel:
            print(f"The kernel {KERNEL} is missing: pip install ipykernel.", file=sys.stderr)
            return 2
        except CellExecutionError as error:
            print(f"{path} stopped at a cell that raised, and stays as it was.", file=sys.stderr)
            print(error, file=sys.stderr)
            return 2
        if prose:
            new[translation.path_of(path)] = translation.translate(notebook, prose)
        _write(new, path.parent)
    return 0


def _write(notebooks: dict[Path, Any], folder: Path) -> None:
    """Write those notebooks that have changed, and say of each below folder if it has."""
    with together() as files:
        for path, notebook in notebooks.items():
            new = nbformat.writes(notebook) + "\n"
            changed = new != path.read_text("utf8")
            if changed:
                files.write_text(path, new)
            print(f"{path.relative_to(folder)}: {'changed' if changed else 'unchanged'}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
