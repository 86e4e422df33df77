"""Notebooks as Jupyter writes them, from cells and what the editions of the chapter print."""

import json

SCRATCH = "optimize(batch_size=10, lr=0.2, mom={mom}, num_epochs=3, log_interval=10)"


def stream(*texts, name="stdout"):
    return {"output_type": "stream", "name": name, "text": list(texts)}


def result(text, kind="execute_result"):
    return {"output_type": kind, "data": {"text/plain": [text], "image/png": "iVBORw0KGgo="}}


FIGURE = result("<Figure size 252x180 with 1 Axes>", "display_data")
ERROR = {"output_type": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": ["w: 1"]}


def code(source, *outputs):
    """Return a code cell; an output is a text that it printed, or a dict."""
    outputs = [stream(one) if isinstance(one, str) else one for one in outputs]
    return {"cell_type": "code", "source": source.splitlines(True), "outputs": outputs}


def text(source):
    return {"cell_type": "markdown", "source": [source]}


def notebook(folder, *cells):
    """Write a notebook; return its path."""
    path = folder / "momentum.ipynb"
    path.write_text(json.dumps({"cells": list(cells), "nbformat": 4}), "utf8")
    return path


def ndarray(w, b):
    """Return what the chapter prints of its two NDArrays."""
    rows = "]\n [".join(w)
    return f"w: \n[[{rows}]]\n<NDArray 2x1 @cpu(0)> \nb: \n[ {b}]\n<NDArray 1 @cpu(0)> \n\n"


def epoch_lines(losses, lr=0.2):
    """Return what the first version of the chapter prints in each epoch."""
    rates = [lr, lr, lr / 10]
    return [
        f"Batch size 10, Learning rate {rate:f}, Epoch {epoch}, loss {loss}\n"
        for epoch, (rate, loss) in enumerate(zip(rates, losses), 1)
    ]
