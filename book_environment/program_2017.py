"""The chapter's first version, of October 2017, as MXNet 0.12 and 1.0 run it.

usage: PYTHON -m book_environment.program_2017 OUT DRAWS

Runs that version's two programs, from scratch and with Gluon, and writes what they print to OUT, as
JSON; and writes normals that this MXNet draws from some seeds to DRAWS, as NumPy's npz. It needs
Python 3.6 and that MXNet, and nothing of this repository.
"""

import argparse
import json
import random

import numpy as np

CALL = {"batch_size": 10, "lr": 0.2, "mom": 0.9, "num_epochs": 3}
NUM_INPUTS, NUM_EXAMPLES = 2, 1000
TRUE_W, TRUE_B = [2, -3.4], 4.2
# The shapes that the programs draw from seed 1; then many numbers, and an odd number of them.
SEEDS = (0, 1, 2, 3, 1000)
SHAPES = ((NUM_EXAMPLES, NUM_INPUTS), (NUM_EXAMPLES,), (NUM_INPUTS, 1), (20001,))


def generate_data(nd):
    """Seed both generators and return features and labels."""
    import mxnet

    mxnet.random.seed(1)
    random.seed(1)
    X = nd.random_normal(scale=1, shape=(NUM_EXAMPLES, NUM_INPUTS))
    y = TRUE_W[0] * X[:, 0] + TRUE_W[1] * X[:, 1] + TRUE_B
    y += 0.01 * nd.random_normal(scale=1, shape=y.shape)
    return X, y


def batches(nd, X, y):
    """Yield the mini-batches of an epoch."""
    order = list(range(NUM_EXAMPLES))
    random.shuffle(order)
    for first in range(0, NUM_EXAMPLES, CALL["batch_size"]):
        j = nd.array(order[first : first + CALL["batch_size"]])
        yield nd.take(X, j), nd.take(y, j)


def from_scratch():
    """Return the loss after each epoch, w and b of momentum written out."""
    from mxnet import autograd, nd

    X, y = generate_data(nd)
    w, b = nd.random_normal(scale=1, shape=(NUM_INPUTS, 1)), nd.zeros((1,))
    params, vs = [w, b], [nd.zeros((NUM_INPUTS, 1)), nd.zeros((1,))]
    for param in params:
        param.attach_grad()

    def loss(X, y):
        error = nd.dot(X, w) + b - y.reshape((-1, 1))
        return error**2 / 2

    lr, losses = CALL["lr"], []
    for epoch in range(1, CALL["num_epochs"] + 1):
        if epoch > 2:
            lr *= 0.1
        for Xs, ys in batches(nd, X, y):
            with autograd.record():
                batch_loss = loss(Xs, ys)
            batch_loss.backward()
            for param, v in zip(params, vs):
                v[:] = CALL["mom"] * v + lr * param.grad / CALL["batch_size"]
                param[:] = param - v
        losses.append(nd.mean(loss(X, y)))
    return printed(losses, w, b)


def with_gluon():
    """Return the same of Gluon's Trainer."""
    from mxnet import autograd, gluon, init, nd

    X, y = generate_data(nd)
    net = gluon.nn.Dense(1)
    net.initialize(init.Normal(sigma=1))
    loss = gluon.loss.L2Loss()
    trainer = gluon.Trainer(
        net.collect_params(), "sgd", {"learning_rate": CALL["lr"], "momentum": CALL["mom"]}
    )
    losses = []
    for epoch in range(1, CALL["num_epochs"] + 1):
        if epoch > 2:
            trainer.set_learning_rate(trainer.learning_rate * 0.1)
        for Xs, ys in batches(nd, X, y):
            with autograd.record():
                batch_loss = loss(net(Xs), ys)
            batch_loss.backward()
            trainer.step(CALL["batch_size"])
        losses.append(nd.mean(loss(net(X), y)))
    return printed(losses, net.weight.data(), net.bias.data())


def printed(losses, w, b):
    """Return what a program prints, as floats."""
    return {
        "epoch_losses": [float(loss.asscalar()) for loss in losses],
        "w": [float(value) for value in w.asnumpy().ravel()],
        "b": float(b.asscalar()),
    }


def draws():
    """Return what successive calls of nd.random_normal give, by seed and call."""
    import mxnet

    arrays = {}
    for seed in SEEDS:
        mxnet.random.seed(seed)
        for call, shape in enumerate(SHAPES):
            name = f"{seed}_{call}"
            arrays[name] = mxnet.nd.random_normal(shape=shape).asnumpy()
    return arrays


def main():
    """Run the programs and draw."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", metavar="OUT")
    parser.add_argument("draws", metavar="DRAWS")
    options = parser.parse_args()
    found = {"scratch": from_scratch(), "gluon": with_gluon()}
    np.savez(options.draws, **draws())
    with open(options.out, "w", encoding="utf8") as file:
        json.dump(found, file, indent=1)


if __name__ == "__main__":
    main()
