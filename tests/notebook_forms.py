"""Notebooks as Jupyter writes them, from cells and from what was published."""

import io
import json

import nbformat

from gluon_momentum.editions import EDITIONS


def stream(*texts, name="stdout"):
    return {"output_type": "stream", "name": name, "text": list(texts)}


def result(text, kind="execute_result"):
    data = {"text/plain": [text], "image/png": "iVBORw0KGgo="}
    count = {"execution_count": 1} if kind == "execute_result" else {}
    return {"output_type": kind, "data": data, "metadata": {}, **count}


def shown(svg):
    """Return an output that shows a figure as SVG."""
    data = {"image/svg+xml": svg.splitlines(True), "text/plain": ["<Figure>"]}
    return {"output_type": "display_data", "data": data, "metadata": {}}


FIGURE = result("<Figure size 252x180 with 1 Axes>", "display_data")
ERROR = {"output_type": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": ["w: 1"]}


def code(source, *outputs, count=None):
    """Return a code cell; an output is a text that it printed, or a dict."""
    return {
        "cell_type": "code",
        "execution_count": count,
        "metadata": {},
        "source": source.splitlines(True),
        "outputs": [stream(one) if isinstance(one, str) else one for one in outputs],
    }


def text(source):
    return {"cell_type": "markdown", "metadata": {}, "source": [source]}


def whole(*cells):
    """Return a notebook of nbformat 4."""
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 2}


def whole_3(*cells):
    """Return a notebook of nbformat 3 with the same cells."""
    return nbformat.reads(json.dumps(whole(*cells)), 3)


def notebook(folder, *cells, form=whole):
    """Write a notebook; return its path."""
    path = folder / "momentum.ipynb"
    path.write_text(json.dumps(form(*cells)), "utf8")
    return path


def ndarray(w, b):
    """Return what the chapter prints of its two NDArrays."""
    rows = "]\n [".join(w)
    return f"w: \n[[{rows}]]\n<NDArray {len(w)}x1 @cpu(0)> \nb: \n[ {b}]\n<NDArray 1 @cpu(0)> \n\n"


def epoch_lines(losses, lr=0.2):
    """Return what the first version of the chapter prints in each epoch."""
    rates = [lr, lr, lr / 10]
    return [
        f"Batch size 10, Learning rate {rate:f}, Epoch {epoch}, loss {loss}\n"
        for epoch, (rate, loss) in enumerate(zip(rates, losses), 1)
    ]


IMPORTS = {
    "mxnet": "from mxnet import np, npx", "pytorch": "import torch",
    "tensorflow": "import tensorflow as tf", "paddle": "import paddle", "jax": "import jax, optax",
    "mindspore": "from mindspore import nn", "mlx": "import mlx.optimizers as optim",
}  # fmt: skip
TRAINERS = {
    "mxnet": "'sgd'", "pytorch": "torch.optim.SGD", "tensorflow": "tf.keras.optimizers.SGD",
    "paddle": "paddle.optimizer.Momentum", "jax": "optax.sgd", "mindspore": "nn.Momentum",
    "mlx": "optim.SGD",
}  # fmt: skip


def call_of(program, settings):
    """Return the call of a program as its notebooks write it, by its signature."""
    signature = program.signatures[0]
    lr, mom = settings.lr, settings.mom
    nesterov = ", 'nesterov': True" * program.nesterov
    rates = f"{{'learning_rate': {lr}, 'momentum': {mom}{nesterov}}}"
    own = "sgd_momentum" if "states" in signature.positional else TRAINERS.get(program.framework)
    values = {
        **{name: str(value) for name, value in settings._asdict().items()},
        "hyperparams": rates,
        "trainer": f"gluon.Trainer(net.collect_params(), 'sgd', {rates})",
        "optimizer": own,
        "trainer_fn": own,
        "states": "init_momentum_states()",
        "decay_epoch": "2",
    }
    given = ", ".join(values.get(name, name) for name in signature.positional)
    name = signature.shown.partition("(")[0].split()[-1].replace("*", "pytorch")
    return f"d2l.{name}({given})"


def start_of(program):
    """Return the code that draws a program's first weights, or loads its data."""
    if program.kind:
        loaded = "data_iter, feature_dim = d2l.get_data_ch11(batch_size=10)"
        step = "def sgd_momentum(params, states, hyperparams):\n    pass"
        return f"{IMPORTS[program.framework]}\n{step}\n{loaded}"
    if program.signatures[0].trainer:
        return f"net.initialize(init.Normal(sigma={program.scale}))"
    drawn = f"nd.random_normal(scale={program.scale}, shape=(num_inputs, 1))"
    return f"def init_params():\n    w = {drawn}\n    return w, nd.zeros(1)"


def draw(x, y, change=lambda axes: None, **settings):
    """Return a figure of a curve as SVG."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"path.simplify": False, **settings}):
        figure = Figure(figsize=(3.5, 2.5))
        axes = figure.add_subplot()
        axes.plot(x, y)
        axes.set(xlabel="epoch", ylabel="loss")
        change(axes)
        file = io.StringIO()
        figure.savefig(file, format="svg", bbox_inches="tight")
    return file.getvalue()


def animated(x, y, num_epochs=2):
    """Return a picture of an animation of today's edition, with the limits that it has."""
    return draw(x, y, lambda axes: axes.set(xlim=(0, num_epochs), ylim=(0.22, 0.35)))


def of_results(folder, edition, results, framework="mxnet", curves=False):
    """Write a notebook of the calls of an edition, with what each has printed, and drawn."""
    of, cells = EDITIONS[edition], []
    for each in results:
        named = each.program, framework, each.program, each.nesterov
        program = next(one for one in of.programs if (named[0] == one.name and not one.kind)
                       or named[1:] == (one.framework, one.kind, one.nesterov))  # fmt: skip
        printed = [f"loss: {loss}, 0.5 sec per epoch\n" for loss in each.losses[-1:]]
        if each.params:
            printed = [*epoch_lines(each.losses), ndarray(each.params[:-1], each.params[-1])]
        if curves and len(each.curve):
            x, y = each.curve.T
            whole = of.records.before  # today's edition alone has an animation
            printed.append(shown(draw(x, y) if whole else animated(x, y, each.settings.num_epochs)))
        cells += [code(start_of(program)), code(call_of(program, each.settings), *printed)]
    return notebook(folder, *cells)
