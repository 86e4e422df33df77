"""An implementation of the chapter in NumPy float64, which shares no code with the package's."""

import numpy as np

# The chapter's calls of `optimize`, which differ in the momentum alone.
CALL = {"batch_size": 10, "lr": 0.2, "num_epochs": 3, "log_interval": 10}
MOMENTA = (0.99, 0.9, 0.5)


def train(
    x, y, w, shuffle, batch_size, lr, mom, num_epochs, log_interval, convention="book", b=0.0,
    decay=0.1, nesterov=False, own_size=False, from_the_end=False,
):  # fmt: skip
    """Return (w, b, losses) of linear regression by SGD with momentum.

    convention "book" keeps the learning rate inside the velocity, "pytorch" outside; own_size says
    whether a smaller last batch is divided by its own size, and from_the_end whether the examples
    are counted that a mini-batch ends with, and not those before it, to record the loss.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    design = np.column_stack([x, np.ones(len(x))])
    theta = np.append(np.asarray(w, np.float64), b)
    velocity = np.zeros_like(theta)
    losses = [0.5 * np.mean((design @ theta - y) ** 2)]
    for epoch in range(num_epochs):
        rate = lr * decay ** max(0, epoch - 1)
        inside, outside = (rate, 1) if convention == "book" else (1, rate)
        order = list(range(len(x)))
        shuffle(order)
        for first in range(0, len(x), batch_size):
            rows = order[first : first + batch_size]
            size = len(rows) if own_size else batch_size
            step = inside * (design[rows].T @ (design[rows] @ theta - y[rows])) / size
            velocity = mom * velocity + step
            theta = theta - outside * (mom * velocity + step if nesterov else velocity)
            if (first + batch_size * from_the_end) % log_interval == 0:
                losses.append(0.5 * np.mean((design @ theta - y) ** 2))
    return theta[:-1], theta[-1], np.array(losses)


def train_2019(x, y, w, shuffle, lr, mom, num_epochs=2, own_size=True):
    """Return (w, b, losses) of the 2019 edition's program; its batches have 10 examples."""
    options = {"decay": 1.0, "own_size": own_size, "from_the_end": True}
    return train(x, y, w, shuffle, 10, lr, mom, num_epochs, 100, **options)


def assert_same_stream(losses, expected, below=np.inf):
    """Compare the losses of two programs that drew the same numbers.

    Rounding moves the parameters by a share of how far they have been, and the loss feels that
    through its slope.
    """
    losses, expected = np.asarray(losses, np.float64), np.asarray(expected, np.float64)
    seen = expected < below
    with np.errstate(invalid="ignore"):
        allowed = 2e-5 * np.sqrt(expected * np.fmax.accumulate(expected))
        difference = np.abs(losses - expected)[seen]
    assert (difference <= allowed[seen]).all()
