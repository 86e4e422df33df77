"""Record the chapter's program as it runs in the book's own environment.

usage: .book-environment/bin/python -m book_environment.record [--elsewhere] [FILE]

Runs the code cells of notebooks/01_momentum.ipynb that are the chapter's, on several seeds, and
writes every loss and the final w and b to FILE, by default recording.json beside this
script. It needs Python 3.6, mxnet 1.2.1 and gluonbook 0.7.4 (`make book-environment`), and nothing
of this repository but the notebook. With --elsewhere it takes the Python, the MXNet, and gluonbook
or d2l, that it is run with.
"""

import argparse
import ast
import contextlib
import hashlib
import io
import json
import os
import platform
import random
import re
from importlib import import_module
from importlib.util import find_spec

HERE = os.path.dirname(os.path.abspath(__file__))
NOTEBOOK = os.path.join(HERE, "..", "notebooks", "01_momentum.ipynb")
SEEDS = range(5)


class Chapter:
    """The chapter's program, from its cells in notebook 01.

    Args:
        package: what holds the chapter's helpers, "gluonbook" as in the book, or "d2l".
    """

    def __init__(self, package="gluonbook"):
        with open(NOTEBOOK, encoding="utf8") as file:
            cells = json.load(file)["cells"]
        sources = [
            "".join(c["source"]) for c in cells if "chapter" in c["metadata"].get("tags", [])
        ]
        # The notebook names d2l, as the book's package came to be called.
        sources = [s.replace("import d2l as gb", f"import {package} as gb") for s in sources]
        self.digest = hashlib.sha256("\n\n".join(sources).encode("utf8")).hexdigest()
        self.cells = sources
        self.definitions = [source for source in sources if not source.startswith("optimize(")]
        self.calls = [source for source in sources if source.startswith("optimize(")]
        self.names = {}

    def define(self, seed):
        """Seed both generators, run all cells up to the calls, and watch what a call leaves."""
        import mxnet

        mxnet.random.seed(seed)
        random.seed(seed)
        self.names.clear()
        for source in self.definitions:
            exec(source.replace("%matplotlib inline", ""), self.names)  # the magic is Jupyter's
        # A call prints w and b rounded and draws its losses: both are taken on their way there.
        init_params = self.names["init_params"]

        def noted_init_params():
            self.params, vs = init_params()
            return self.params, vs

        def noted_semilogy(es, ls, *labels):
            self.losses = [loss[0] for loss in ls]

        self.names["init_params"] = noted_init_params
        self.names["gb"].semilogy = noted_semilogy

    def call(self, source):
        """Run a cell that calls optimize, without what it prints."""
        with contextlib.redirect_stdout(io.StringIO()):
            exec(source, self.names)

    def data(self):
        """Return features and labels as arrays."""
        return [self.names[name].asnumpy() for name in ("features", "labels")]


def numbers(values):
    """Return float32 values as floats with the fewest digits that tell them apart."""
    return [float(str(value)) for value in values]


def arguments(source):
    """Return the arguments of a cell that calls optimize."""
    keywords = ast.parse(source).body[0].value.keywords
    return {keyword.arg: ast.literal_eval(keyword.value) for keyword in keywords}


def record(chapter, seed):
    """Return what the three calls leave on one seed, one after the other as in the book."""
    chapter.define(seed)
    digests = [hashlib.sha256(array.tobytes()).hexdigest() for array in chapter.data()]
    experiments = []
    for source in chapter.calls:
        chapter.call(source)
        w, b = (param.asnumpy().ravel() for param in chapter.params)
        losses = numbers(chapter.losses)
        experiments.append(
            {"call": arguments(source), "w": numbers(w), "b": numbers(b)[0], "losses": losses}
        )
    return {
        "seed": seed,
        "features_sha256": digests[0],
        "labels_sha256": digests[1],
        "experiments": experiments,
    }


def helper():
    """Return the name of the installed package of the chapter's helpers."""
    return "gluonbook" if find_spec("gluonbook") else "d2l"


def environment(package="gluonbook", elsewhere=False):
    """Return what the program runs in, with the chapter's helpers in a package.

    Raises:
        ImportError: it is not the book's, and need not be elsewhere.
    """
    import matplotlib
    import mxnet
    import numpy

    found = {
        "python": platform.python_version(),
        "mxnet": mxnet.__version__,
        package: import_module(package).__version__,
        "numpy": numpy.__version__,
        "matplotlib": matplotlib.__version__,
        "platform": platform.platform(),
        "cpu": cpu(),
    }
    if elsewhere:
        return found
    if [found["python"][:4], found["mxnet"], found["gluonbook"]] != ["3.6.", "1.2.1", "0.7.4"]:
        ours = "Python {python} with mxnet {mxnet} and gluonbook {gluonbook}".format(**found)
        raise ImportError(ours + " is not Python 3.6 with mxnet 1.2.1 and gluonbook 0.7.4")
    return found


def cpu():
    """Return the processor's name; its instructions decide the order in which BLAS adds."""
    with contextlib.suppress(OSError), open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def text(recording):
    """Return the recording as JSON, with a list of numbers on one line."""
    lists = re.compile(r"\[\s+([-+.\deE,\s]+?)\s+\]")
    lines = json.dumps(recording, indent=1)
    return lists.sub(lambda found: "[" + " ".join(found.group(1).split()) + "]", lines) + "\n"


def main():
    """Record; 0, or 2 and one sentence."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--elsewhere", action="store_true", help="in any environment")
    parser.add_argument("file", nargs="?", default=os.path.join(HERE, "recording.json"))
    options = parser.parse_args()
    path, package = options.file, helper() if options.elsewhere else "gluonbook"
    # Nothing is drawn, and gluonbook imports pyplot where there may be no screen.
    os.environ["MPLBACKEND"] = "agg"
    try:
        ran = environment(package, options.elsewhere)
    except (ImportError, OSError) as error:  # MXNet raises the latter where a library is missing
        parser.exit(2, f"{error}; make book-environment makes what this needs.\n")
    chapter = Chapter(package)
    try:
        # Opened before the runs: that a folder is missing need not wait for them.
        with open(path + ".new", "w", encoding="utf8") as file:
            runs = [record(chapter, seed) for seed in SEEDS]
            recording = {"environment": ran, "program_sha256": chapter.digest, "runs": runs}
            file.write(text(recording))
        os.replace(path + ".new", path)
    except OSError as error:
        parser.exit(2, f"{path} cannot be written: {error.strerror}.\n")
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(path + ".new")


if __name__ == "__main__":
    main()
