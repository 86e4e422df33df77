"""The sides of `benchmarks.loop`, which calls this with each side's own Python, 3.6 as well.

usage: PYTHON -m benchmarks.loop_sides SIDE DATA [calls]

Prints, as JSON, what ran, the least time of three runs after one to warm up, and the losses. DATA
is a file with the features, labels and initial w that `chapter` and `package` draw for themselves.
With `calls`, the side `chapter` also tells what its run calls.
"""

import cProfile
import json
import os
import pstats
import random
import sys
import time

import numpy as np

CALL = {"batch_size": 10, "lr": 0.2, "mom": 0.9, "num_epochs": 3, "log_interval": 10}


class ChapterSide:
    """The cells of notebook 01, with gluonbook where it is installed."""

    def __init__(self, data):
        from book_environment.record import Chapter, helper

        import mxnet  # isort: skip

        self.program = Chapter(helper())
        self.name = f"the chapter's cells, MXNet {mxnet.__version__}"

    def prepare(self):
        self.program.define(seed=0)

    def run(self):
        self.program.call(f"optimize(**{CALL})")
        return [float(loss) for loss in self.program.losses]

    def calls(self):
        """Return how many operators a run calls, its assignments x[:] = y, and what one takes."""
        from mxnet import nd

        profile = cProfile.Profile()
        profile.runcall(self.run)
        count = {"_imperative_invoke": 0, "__setitem__": 0}
        for (_, _, function), (_, calls, *_) in pstats.Stats(profile).stats.items():
            if function in count:
                count[function] += calls
        x, y = nd.zeros((2, 1)), nd.ones((2, 1))
        start = time.perf_counter()
        for _ in range(2000):
            x[:] = y
        x.wait_to_read()
        microseconds = (time.perf_counter() - start) / 2000 * 1e6
        return [count["_imperative_invoke"], count["__setitem__"], microseconds]


class PackageSide:
    """`optimize` of the package."""

    def __init__(self, data):
        import gluon_momentum

        import mxnet  # isort: skip

        self.gm = gluon_momentum
        self.name = f"optimize, MXNet {mxnet.__version__}"

    def prepare(self):
        self.gm.seed(0)
        self.data = self.gm.generate_data()

    def run(self):
        return self.gm.optimize(*self.data, **CALL).losses.tolist()


class NumpySide:
    """The chapter's loop on NumPy arrays, its gradient written out."""

    def __init__(self, data):
        with np.load(data) as arrays:
            self.features, self.labels, self.w = (arrays[name] for name in ("X", "y", "w"))
        self.name = f"the same loop, NumPy {np.__version__}"

    def prepare(self):
        random.seed(0)

    def batches(self):
        order = list(range(len(self.labels)))
        random.shuffle(order)
        for first in range(0, len(order), CALL["batch_size"]):
            yield order[first : first + CALL["batch_size"]]

    def run(self):
        features, labels = self.features, self.labels
        w, b = self.w.copy(), np.zeros(1, np.float32)
        vs = [np.zeros_like(w), np.zeros_like(b)]
        lr, mom, batch_size = CALL["lr"], CALL["mom"], CALL["batch_size"]

        def error(X, y):
            return X @ w + b - y.reshape(-1, 1)

        ls = [(error(features, labels) ** 2 / 2).mean()]
        for epoch in range(1, CALL["num_epochs"] + 1):
            if epoch > 2:
                lr *= 0.1
            for j in self.batches():
                X = features[j]
                e = error(X, labels[j])
                for param, v, grad in zip((w, b), vs, (X.T @ e, e.sum(0))):
                    v[:] = mom * v + lr * grad / batch_size
                    param[:] -= v
                ls.append((error(features, labels) ** 2 / 2).mean())
        return [float(loss) for loss in ls]


class TorchSide(NumpySide):
    """The chapter's loop on PyTorch's tensors and automatic differentiation."""

    def __init__(self, data):
        import torch

        super().__init__(data)
        self.torch = torch
        self.features, self.labels = map(torch.from_numpy, (self.features, self.labels))
        self.name = f"the same loop, PyTorch {torch.__version__}"

    def run(self):
        torch, features, labels = self.torch, self.features, self.labels
        params = [torch.tensor(self.w, requires_grad=True), torch.zeros(1, requires_grad=True)]
        vs = [torch.zeros_like(param) for param in params]
        lr, mom, batch_size = CALL["lr"], CALL["mom"], CALL["batch_size"]

        def loss(X, y):
            return (X @ params[0] + params[1] - y.reshape(-1, 1)) ** 2 / 2

        ls = [loss(features, labels).mean().item()]
        for epoch in range(1, CALL["num_epochs"] + 1):
            if epoch > 2:
                lr *= 0.1
            for j in self.batches():
                j = torch.tensor(j)
                loss(features[j], labels[j]).sum().backward()
                with torch.no_grad():
                    for param, v in zip(params, vs):
                        v[:] = mom * v + lr * param.grad / batch_size
                        param[:] -= v
                        param.grad.zero_()
                    ls.append(loss(features, labels).mean().item())
        return ls


SIDES = {"chapter": ChapterSide, "package": PackageSide, "numpy": NumpySide, "torch": TorchSide}


def main():
    name, data, *calls = sys.argv[1:]
    os.environ["MPLBACKEND"] = "agg"  # d2l and gluonbook import pyplot
    side = SIDES[name](data)
    times = []
    for _ in range(4):
        side.prepare()
        start = time.perf_counter()
        losses = side.run()  # on the host: nothing is left to wait for
        times.append(time.perf_counter() - start)
    found = {"name": side.name, "seconds": min(times[1:]), "losses": losses}
    if calls and name == "chapter":
        found["calls"] = side.calls()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
