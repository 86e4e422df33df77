"use strict";

// The chapter's small formulas and its sentences, without a page.

const chapter = {
  /**
   * Return the steps of momentum on f = a x1^2 + c x2^2: of each x and v, the start (v = 0) first.
   * With mom 0 it is gradient descent.
   */
  trace({ lr, mom, start, steps = 20, a = 0.1, c = 2 }) {
    let x = [...start], v = [0, 0];
    const all = [{ x, v }];
    for (let step = 0; step < steps; step++) {
      const gradient = [2 * a * x[0], 2 * c * x[1]];
      v = v.map((each, i) => mom * each + lr * gradient[i]);
      x = x.map((each, i) => each - v[i]);
      all.push({ x, v });
    }
    return all;
  },

  /** Return the weights of the newest n values in a moving average, newest first. */
  weights: (gamma, n) => Array.from({ length: n }, (_, i) => (1 - gamma) * gamma ** i),

  /** Return the way that the log loss goes up and down: the less, the smoother the curve. */
  roughness(losses) {
    const logs = losses.map(Math.log);
    return logs.slice(1).reduce((sum, log, i) => sum + Math.abs(log - logs[i]), 0);
  },

  /** Tell whether w and b are the true ones to two decimals. */
  isClose({ w, b }, truth) {
    const errors = [...w.map((each, i) => each - truth.w[i]), b - truth.b];
    return Math.max(...errors.map(Math.abs)) < 0.005;
  },

  hasFallen: ({ losses }) => losses[losses.length - 1] < losses[0],
  hasRisen: ({ losses }) => losses[losses.length - 1] > losses[0],

  /** What the chapter says of a momentum, and whether it holds: of(mom) gives the run. */
  sentences: {
    "mom-0.99.rises": (of) => chapter.hasRisen(of(0.99)),
    "mom-0.9.falls": (of) => chapter.hasFallen(of(0.9)),
    "mom-0.5.falls": (of) => chapter.hasFallen(of(0.5)),
    "mom-0.5.smoother": (of) =>
      chapter.roughness(of(0.5).losses) < chapter.roughness(of(0.9).losses),
    "mom-0.5.close": (of, truth) => chapter.isClose(of(0.5), truth),
  },
};
