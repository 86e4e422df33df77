"""The chapter's update step with a mistake, for tests of what sees it."""


def faulty(name):
    """Return the chapter's step with a mistake, written as somebody might."""

    def sgd_momentum(params, vs, lr, mom, batch_size):
        for param, v in zip(params, vs):
            if name == "velocity lost":
                v = mom * v + lr * param.grad / batch_size
                param[:] -= v
                continue
            if name == "rate outside the velocity":
                v[:] = mom * v + param.grad / batch_size
                param[:] -= lr * v
                continue
            size = {"gradient not divided": 1, "gradient divided twice": batch_size**2}
            grad = param.grad / size.get(name, batch_size)
            if name == "dampened gradient":
                grad = (1 - mom) * grad
            v[:] = mom * v + lr * grad
            param[:] -= mom * v + lr * grad if name == "Nesterov" else v

    return sgd_momentum
