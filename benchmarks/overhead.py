"""What the package costs on top of the book's code: in a loop, and in a whole process.

Each pair is measured back to back in this one run; the ratio printed is the median over pairs.
"""

import random
import statistics
import subprocess
import sys
import tempfile
import time

import d2l
import mxnet as mx
import numpy as np
from mxnet import autograd, nd

import gluon_momentum as gm

BARE = """
import random
import d2l
import mxnet as mx
import numpy as np
from mxnet import autograd, nd
{code}
mx.random.seed(0)
random.seed(0)
features, labels = data()
for mom in (0.99, 0.9, 0.5):
    optimize(batch_size=10, lr=0.2, mom=mom, num_epochs=3, log_interval=10)
"""

# The chapter's code as printed (Dive into Deep Learning, Apache-2.0), without its print and plot.
BOOK = """
num_inputs = 2
num_examples = 1000
true_w = [2, -3.4]
true_b = 4.2

def data():
    features = nd.random.normal(scale=1, shape=(num_examples, num_inputs))
    labels = true_w[0] * features[:, 0] + true_w[1] * features[:, 1] + true_b
    labels += nd.random.normal(scale=0.01, shape=labels.shape)
    return features, labels

def init_params():
    w = nd.random.normal(scale=0.01, shape=(num_inputs, 1))
    b = nd.zeros(shape=(1,))
    params = [w, b]
    vs = []
    for param in params:
        param.attach_grad()
        vs.append(param.zeros_like())
    return params, vs

def sgd_momentum(params, vs, lr, mom, batch_size):
    for param, v in zip(params, vs):
        v[:] = mom * v + lr * param.grad / batch_size
        param[:] -= v

net = d2l.linreg
loss = d2l.squared_loss

def optimize(batch_size, lr, mom, num_epochs, log_interval):
    [w, b], vs = init_params()
    ls = [loss(net(features, w, b), labels).mean().asnumpy()]
    for epoch in range(1, num_epochs + 1):
        if epoch > 2:
            lr *= 0.1
        for batch_i, (X, y) in enumerate(
            d2l.data_iter(batch_size, features, labels)):
            with autograd.record():
                l = loss(net(X, w, b), y)
            l.backward()
            sgd_momentum([w, b], vs, lr, mom, batch_size)
            if batch_i * batch_size % log_interval == 0:
                ls.append(loss(net(features, w, b), labels).mean().asnumpy())
    return ls
"""


def seconds(call):
    """Return how long call() takes; every loop here ends in asnumpy, so MXNet has finished."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compare(name, ours, theirs, pairs):
    """Measure ours and theirs in alternation and print the median ratio of a pair."""
    measured = []
    for i in range(pairs):
        order = (ours, theirs) if i % 2 else (theirs, ours)  # neither is always the warmer
        times = {call: seconds(call) for call in order}
        measured.append((times[ours], times[theirs]))
    ratio = statistics.median(a / b for a, b in measured)
    a, b = (statistics.median(column) for column in zip(*measured))
    print(f"{name}: {a:.3f} s against {b:.3f} s, ratio {ratio:.3f} (median of {pairs} pairs)")


def main():
    """Print the two ratios that README.md states."""
    call = {"batch_size": 10, "lr": 0.2, "mom": 0.9, "num_epochs": 3, "log_interval": 10}
    book = {"autograd": autograd, "d2l": d2l, "nd": nd, "np": np, "random": random}
    exec(BOOK, book)
    gm.seed(0)
    features, labels = gm.generate_data()
    book.update(features=features, labels=labels)
    gm.optimize(features, labels, **call)
    mx.nd.waitall()
    compare(
        "optimize against the book's loop",
        lambda: gm.optimize(features, labels, **call),
        lambda: book["optimize"](**call),
        pairs=9,
    )
    with tempfile.TemporaryDirectory() as out:
        ours = [sys.executable, "-m", "gluon_momentum", "reproduce", "--out", out]
        theirs = [sys.executable, "-c", BARE.format(code=BOOK)]
        compare(
            "reproduce against a bare script",
            lambda: subprocess.run(ours, check=True, capture_output=True),
            lambda: subprocess.run(theirs, check=True),
            pairs=5,
        )


if __name__ == "__main__":
    main()
