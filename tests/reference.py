"""An implementation of the chapter in NumPy float64, which shares no code with the package's."""

import numpy as np

from gluon_momentum.verification.same_stream import SAME_STREAM, stream_differences


def train(x, y, w, shuffle, batch_size, lr, mom, num_epochs, log_interval, convention="book"):
    """Return (w, b, losses) of linear regression by SGD with momentum.

    convention "book" keeps the learning rate inside the velocity, "pytorch" outside.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    design = np.column_stack([x, np.ones(len(x))])
    theta = np.append(np.asarray(w, np.float64), 0.0)
    velocity = np.zeros_like(theta)
    losses = [0.5 * np.mean((design @ theta - y) ** 2)]
    for epoch in range(num_epochs):
        rate = lr * 0.1 ** max(0, epoch - 1)
        order = list(range(len(x)))
        shuffle(order)
        for first in range(0, len(x), batch_size):
            rows = order[first : first + batch_size]
            gradient = design[rows].T @ (design[rows] @ theta - y[rows]) / batch_size
            if convention == "book":
                velocity = mom * velocity + rate * gradient
                theta = theta - velocity
            else:
                velocity = mom * velocity + gradient
                theta = theta - rate * velocity
            if first % log_interval == 0:
                losses.append(0.5 * np.mean((design @ theta - y) ** 2))
    return theta[:-1], theta[-1], np.array(losses)


def train_2019(x, y, w, shuffle, lr, mom, num_epochs=2, own_size=True):
    """Return (w, b, losses) of the 2019 edition's program; its batches have 10 examples.

    own_size says whether a smaller last batch is divided by its own size.
    """
    design = np.column_stack([x, np.ones(len(x))]).astype(np.float64)
    theta, velocity = np.append(w, 0.0).astype(np.float64), np.zeros(design.shape[1])
    losses = [0.5 * np.mean((design @ theta - y) ** 2)]
    for _ in range(num_epochs):
        order = list(range(len(x)))
        shuffle(order)
        while order:
            rows, order = order[:10], order[10:]
            residuals = design[rows] @ theta - y[rows]
            gradient = residuals @ design[rows] / (len(rows) if own_size else 10)
            velocity = mom * velocity + lr * gradient
            theta = theta - velocity
            seen = len(x) - len(order)
            if len(rows) == 10 and seen % 100 == 0:
                losses.append(0.5 * np.mean((design @ theta - y) ** 2))
    return theta[:-1], theta[-1], np.array(losses)


def assert_same_stream(losses, expected, below=None):
    """Compare the losses of two programs that drew the same numbers."""
    seen = slice(None) if below is None else np.asarray(expected) < below
    difference = np.max(stream_differences(losses, expected)[seen])
    assert difference <= SAME_STREAM, f"{difference:.2g} is above {SAME_STREAM:g}"
