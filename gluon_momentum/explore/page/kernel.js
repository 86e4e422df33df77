"use strict";

// What MXNet computes in gm.optimize on the book's data. It needs shuffles.js and no page: a worker
// runs it too.
//
// With e the distance of (w, b) from a least-squares solution, and a column of ones for the bias,
// the gradient of a mini-batch is H e + g, and the mean loss is the least one plus e'Ae: no digits
// are lost near the minimum. H and g depend on the shuffle alone: a step costs a few operations.

/** Return {run, map, plan, walk} for data {features (two each), labels, starts (of each seed)}. */
function momentumKernel(data) {
  const { seeded, shuffle } = pythonShuffles;
  const features = Float32Array.from(data.features), labels = Float32Array.from(data.labels);
  const numExamples = labels.length;
  const LARGEST = 3.4028234663852886e38; // float32's, beyond which MXNet's losses are infinite
  const SIZE = 9; // numbers of a mini-batch: the six of H, which is symmetric, and g

  function check(name, value, allowed, domain) {
    if (!allowed) throw new RangeError(`${name} must be ${domain}, not ${String(value)}.`);
  }

  function checkWhole(name, value, least, most) {
    const allowed = Number.isInteger(value) && value >= least && value <= most;
    check(name, value, allowed, `an integer from ${least} to ${most}`);
  }

  const checkRate = (lr) =>
    check("lr", lr, Number.isFinite(lr) && lr > 0, "a finite number above 0");
  const checkMomentum = (mom) =>
    check("mom", mom, Number.isFinite(mom) && mom >= 0 && mom <= 1, "a number from 0 to 1");

  // Add an example's part to the six numbers of a symmetric matrix.
  function addProducts(sums, at, p, q) {
    sums[at] += p * p;
    sums[at + 1] += p * q;
    sums[at + 2] += p;
    sums[at + 3] += q * q;
    sums[at + 4] += q;
    sums[at + 5] += 1;
  }

  const curvature = new Float64Array(6), right = [0, 0, 0]; // of all examples; the first is 2A
  for (let i = 0; i < numExamples; i++) {
    const p = features[2 * i], q = features[2 * i + 1];
    addProducts(curvature, 0, p, q);
    [p, q, 1].forEach((input, k) => { right[k] += (input * labels[i]) / numExamples; });
  }
  for (let k = 0; k < 6; k++) curvature[k] /= numExamples;
  const best = solve(curvature, right);
  const residuals = Float64Array.from(labels, (label, i) =>
    features[2 * i] * best[0] + features[2 * i + 1] * best[1] + best[2] - label);
  const least = residuals.reduce((sum, r) => sum + r * r, 0) / (2 * numExamples);

  function solve([a, b, c, d, e, f], vector) {
    const p = d * f - e * e, q = c * e - b * f, r = b * e - c * d;
    const s = a * f - c * c, t = b * c - a * e, u = a * d - b * b;
    return [[p, q, r], [q, s, t], [r, t, u]].map((row) =>
      row.reduce((sum, minor, k) => sum + minor * vector[k], 0) / (a * p + b * q + c * r));
  }

  /** Return a run's mini-batches: the H and g of each, and how they are gone through. */
  function plan({ batch_size = 10, num_epochs = 3, log_interval = 10, seed = 0 }) {
    checkWhole("batch_size", batch_size, 1, numExamples);
    checkWhole("num_epochs", num_epochs, 1, 1000);
    checkWhole("log_interval", log_interval, 1, 2 ** 31 - 1);
    const batches = Math.ceil(numExamples / batch_size);
    const sums = new Float64Array(num_epochs * batches * SIZE);
    const state = seeded(seed), order = new Int32Array(numExamples);
    for (let epoch = 0; epoch < num_epochs; epoch++) {
      for (let i = 0; i < numExamples; i++) order[i] = i;
      shuffle(state, order);
      for (let place = 0; place < numExamples; place++) {
        const at = (epoch * batches + Math.floor(place / batch_size)) * SIZE, i = order[place];
        const p = features[2 * i], q = features[2 * i + 1], r = residuals[i];
        addProducts(sums, at, p, q);
        sums[at + 6] += p * r;
        sums[at + 7] += q * r;
        sums[at + 8] += r;
      }
    }
    // By batch_size for the last one too, which may be smaller: so the chapter does.
    for (let k = 0; k < sums.length; k++) sums[k] /= batch_size;
    return { sums, batches, batch_size, num_epochs, log_interval };
  }

  /** Go through a plan, collecting `losses` if given; return {last (recorded loss), w, b}. */
  function walk(steps, lr, mom, start, outside, losses) {
    const { sums, batches, batch_size, num_epochs, log_interval } = steps;
    const [a, b, c, d, e, f] = curvature;
    let x = start[0] - best[0], y = start[1] - best[1], z = -best[2]; // the bias starts at 0
    let u = 0, v = 0, w = 0, rate = lr, at = 0, last = 0;
    const record = () => {
      const above = x * (a * x + 2 * b * y + 2 * c * z) + y * (d * y + 2 * e * z) + f * z * z;
      const loss = least + above / 2;
      last = loss <= LARGEST ? loss : Infinity; // where it is not a number too
      if (losses) losses.push(last);
    };
    record();
    for (let epoch = 0; epoch < num_epochs; epoch++) {
      if (epoch > 1) rate *= 0.1;
      const inner = outside ? 1 : rate, outer = outside ? rate : 1;
      for (let batch = 0; batch < batches; batch++, at += SIZE) {
        const h1 = sums[at + 1], h2 = sums[at + 2], h4 = sums[at + 4];
        u = mom * u + inner * (sums[at] * x + h1 * y + h2 * z + sums[at + 6]);
        v = mom * v + inner * (h1 * x + sums[at + 3] * y + h4 * z + sums[at + 7]);
        w = mom * w + inner * (h2 * x + h4 * y + sums[at + 5] * z + sums[at + 8]);
        x -= outer * u;
        y -= outer * v;
        z -= outer * w;
        if ((batch * batch_size) % log_interval === 0 && (losses || epoch === num_epochs - 1)) {
          record();
        }
      }
    }
    return { last, w: [x + best[0], y + best[1]], b: z + best[2] };
  }

  /**
   * Return {losses, epochs, w, b}: what gm.seed(seed) and gm.optimize give on the data of seed 0,
   * or with `outside` the same with the learning rate outside the velocity. With `start`, it begins
   * at those weights, and the seed, then any below 2**32, is that of the mini-batches alone.
   */
  function run({ lr, mom, seed = 0, outside = false, start, ...schedule } = {}) {
    checkRate(lr);
    checkMomentum(mom);
    checkWhole("seed", seed, 0, start ? 2 ** 32 - 1 : data.starts.length - 1);
    const steps = plan({ ...schedule, seed }), losses = [];
    const { w, b } = walk(steps, lr, mom, start || data.starts[seed], outside, losses);
    const width = steps.num_epochs / (losses.length - 1);
    return { losses, epochs: losses.map((_, i) => i * width), w, b };
  }

  /** Return the last recorded losses for arrays lr and mom, a row for each of mom. */
  function map({ lr, mom, seed = 0, ...schedule } = {}) {
    [["lr", lr], ["mom", mom]].forEach(([name, values]) =>
      check(name, values, Array.isArray(values) && values.length > 0, "an array of numbers"));
    lr.forEach(checkRate);
    mom.forEach(checkMomentum);
    checkWhole("seed", seed, 0, data.starts.length - 1);
    const steps = plan({ ...schedule, seed }), start = data.starts[seed];
    return mom.map((each) => lr.map((rate) => walk(steps, rate, each, start, false).last));
  }

  return { run, map, plan, walk };
}
