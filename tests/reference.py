"""An implementation of the chapter in NumPy float64 that shares no code with the package."""

import numpy as np

# Of two programs' losses on the same draws, in the measure below: some 170 float32 ulps.
SAME_STREAM = 2e-5


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


def stream_difference(losses, expected):
    """Return the largest difference of two programs' losses that drew the same numbers.

    Rounding moves the parameters by a share of how far they have been, and the loss feels that
    through its slope, the square root of the loss: hence the scale.
    """
    expected = np.asarray(expected, np.float64)
    scale = np.sqrt(expected * np.maximum.accumulate(expected))
    return np.max(np.abs(losses - expected) / scale)


def assert_same_stream(losses, expected):
    """Hold the losses of two programs that drew the same numbers against each other."""
    difference = stream_difference(losses, expected)
    assert difference <= SAME_STREAM, f"{difference:.2g} is above {SAME_STREAM:g}"
