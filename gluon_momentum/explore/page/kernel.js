"use strict";

// Linear regression by mini-batches with momentum: what MXNet computes in gm.optimize, and what the
// other editions' programs compute. It needs shuffles.js and no page: a worker runs it too.
//
// With e the distance of (w, b) from a least-squares solution, and a column of ones for the bias,
// the gradient of a mini-batch is H e + g, and the mean loss is the least one plus e'Ae: no digits
// are lost near the minimum. H and g depend on the shuffle alone: a step costs a few operations.

const regression = (() => {
  const { seeded, shuffle } = pythonShuffles;
  const LARGEST = 3.4028234663852886e38; // float32's, beyond which MXNet's losses are infinite
  const CHAPTER = { decay: 0.1, outside: false, nesterov: false, added: false, broadcast: false };

  /** Return the data of features, several numbers for each of labels, with their least squares. */
  function regress(features, labels) {
    const count = labels.length, inputs = features.length / count, size = inputs + 1;
    const terms = (size * size + size) / 2; // of a symmetric matrix, row by row
    const stride = terms + size; // numbers of an example, and of a mini-batch: H and then g
    const products = new Float64Array(count * stride), right = new Float64Array(size);
    const curvature = new Float64Array(terms); // of all examples: 2A
    // Where the last number of each row stands, which is of the rows' last column.
    const lasts = Array.from({ length: size }, (_, k) => (k + 1) * size - 1 - (k * k + k) / 2);
    const input = (i, k) => (k < inputs ? features[i * inputs + k] : 1);
    for (let i = 0; i < count; i++) {
      for (let k = 0, at = 0; k < size; k++) {
        right[k] += (input(i, k) * labels[i]) / count;
        for (let m = k; m < size; m++, at++) {
          products[i * stride + at] = input(i, k) * input(i, m);
          curvature[at] += products[i * stride + at];
        }
      }
    }
    for (let k = 0; k < terms; k++) curvature[k] /= count;
    const best = solve(curvature, right);
    let least = 0, middle = 0, variance = 0;
    for (let i = 0; i < count; i++) {
      let residual = -labels[i];
      for (let k = 0; k < size; k++) residual += input(i, k) * best[k];
      for (let k = 0; k < size; k++) products[i * stride + terms + k] = input(i, k) * residual;
      least += (residual * residual) / (2 * count);
      middle += labels[i] / count;
    }
    for (let i = 0; i < count; i++) variance += (labels[i] - middle) ** 2 / count;
    // Where every prediction is compared with every label, the best one is their mean.
    const flat = { best: Float64Array.from(best, (_, k) => (k < inputs ? 0 : middle)) };
    flat.least = variance / 2;
    return { count, size, terms, stride, lasts, products, curvature, best, least, flat };
  }

  /** Return the solution of a symmetric system, by Cholesky's factors. */
  function solve(packed, right) {
    const size = right.length, rows = [], found = Float64Array.from(right);
    for (let i = 0, at = 0; i < size; i++) {
      rows.push(new Float64Array(size)); // of the factor's transpose
      for (let k = i; k < size; k++, at++) {
        let rest = packed[at];
        for (let m = 0; m < i; m++) rest -= rows[m][i] * rows[m][k];
        rows[i][k] = k === i ? Math.sqrt(rest) : rest / rows[i][i];
      }
    }
    for (let i = 0; i < size; i++) {
      for (let m = 0; m < i; m++) found[i] -= rows[m][i] * found[m];
      found[i] /= rows[i][i];
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) found[i] -= rows[i][k] * found[k];
      found[i] /= rows[i][i];
    }
    return found;
  }

  /**
   * Return what runs go through: how many mini-batches an epoch has, and after which of all of them
   * a loss is recorded. A multiple of log_interval is, as `counted`, the number of a mini-batch's
   * first example ("begun"), of the next one's ("ended"), or of all examples so far ("seen").
   */
  function schedule(count, { batch_size, num_epochs, log_interval, ...other }) {
    const { counted = "begun", before = true, mean = false, buffer = 0 } = other;
    const batches = Math.ceil(count / batch_size);
    const recorded = new Uint8Array(num_epochs * batches);
    for (let epoch = 0, step = 0; epoch < num_epochs; epoch++) {
      for (let first = 0; first < count; first += batch_size, step++) {
        const next = first + batch_size, all = epoch * count + Math.min(next, count);
        const seen = counted === "begun" ? first : counted === "ended" ? next : all;
        if (seen % log_interval === 0) recorded[step] = 1;
      }
    }
    return { batch_size, num_epochs, batches, recorded, before, mean, buffer };
  }

  /** Return the H and g of each mini-batch of the seed's shuffles. */
  function plan({ count, terms, stride, size, products }, steps, seed) {
    const { batch_size, num_epochs, batches, mean, buffer } = steps;
    const sums = new Float64Array(num_epochs * batches * stride);
    const state = seeded(seed), order = new Int32Array(count);
    for (let epoch = 0; epoch < num_epochs; epoch++) {
      for (let i = 0; i < count; i++) order[i] = i;
      shuffle(state, order, buffer);
      for (let place = 0; place < count; place++) {
        const to = (epoch * batches + Math.floor(place / batch_size)) * stride;
        const from = order[place] * stride;
        for (let k = 0; k < stride; k += 3) {
          sums[to + k] += products[from + k];
          sums[to + k + 1] += products[from + k + 1];
          sums[to + k + 2] += products[from + k + 2];
        }
      }
    }
    for (let step = 0, k = 0; step < num_epochs * batches; step++) {
      // By batch_size for the last one too, which may be smaller, but for a mean loss.
      const rest = count - (step % batches) * batch_size;
      const divisor = mean ? Math.min(rest, batch_size) : batch_size;
      for (let end = k + stride; k < end; k++) sums[k] /= divisor;
    }
    return sums;
  }

  /**
   * Go through a plan's sums from start, (w, b), collecting `losses` if given; return {last
   * (recorded loss), params}. The rule is the chapter's, or what is taken for it, as in Python.
   */
  function walk(data, steps, sums, { lr, mom, start, rule = CHAPTER, losses }) {
    const { size, terms, stride, curvature } = data, { num_epochs, batches, recorded } = steps;
    const { decay, outside, nesterov, added, broadcast } = rule;
    const { best, least } = broadcast ? data.flat : data;
    const e = best.map((each, k) => start[k] - each);
    const v = new Float64Array(size), g = new Float64Array(size);
    const total = new Float64Array(size);
    let last = Infinity;
    const record = () => {
      let above = 0;
      for (let i = 0, at = 0; i < size; i++) {
        let row = curvature[at++] * e[i];
        for (let k = i + 1; k < size; k++) row += 2 * curvature[at++] * e[k];
        above += e[i] * row;
      }
      const loss = least + above / 2;
      last = loss <= LARGEST ? loss : Infinity; // where it is not a number too
      if (losses) losses.push(last);
    };
    if (steps.before || !losses) record();
    const final = recorded.lastIndexOf(1);
    let rate = lr, at = 0;
    for (let epoch = 0, step = 0; epoch < num_epochs; epoch++) {
      if (epoch > 1) rate *= decay;
      const inner = outside ? 1 : rate, outer = outside ? rate : 1;
      if (size === 3 && !nesterov && !added && !broadcast) {
        // The same without arrays, which takes half the time: the map has 12,000 such runs.
        let x = e[0], y = e[1], z = e[2], p = v[0], q = v[1], r = v[2];
        for (let batch = 0; batch < batches; batch++, step++, at += stride) {
          const h1 = sums[at + 1], h2 = sums[at + 2], h4 = sums[at + 4];
          p = mom * p + inner * (sums[at] * x + h1 * y + h2 * z + sums[at + 6]);
          q = mom * q + inner * (h1 * x + sums[at + 3] * y + h4 * z + sums[at + 7]);
          r = mom * r + inner * (h2 * x + h4 * y + sums[at + 5] * z + sums[at + 8]);
          e[0] = x -= outer * p;
          e[1] = y -= outer * q;
          e[2] = z -= outer * r;
          if (losses ? recorded[step] : step === final) record();
        }
        v[0] = p;
        v[1] = q;
        v[2] = r;
      } else {
        for (let batch = 0; batch < batches; batch++, step++) {
          for (let k = 0; k < size; k++) g[k] = 0;
          for (let i = 0, place = at; i < size; i++) {
            // What stands above H's diagonal stands below it too.
            const here = e[i];
            let sum = g[i] + sums[place++] * here;
            for (let k = i + 1; k < size; k++) {
              const each = sums[place++];
              sum += each * e[k];
              g[k] += each * here;
            }
            g[i] = sum + sums[at + terms + i];
          }
          if (broadcast) share(data, sums, at, g);
          if (added) for (let k = 0; k < size; k++) g[k] = total[k] += g[k];
          for (let k = 0; k < size; k++) {
            v[k] = mom * v[k] + inner * g[k];
            e[k] -= outer * v[k];
          }
          if (nesterov) {
            for (let k = 0; k < size; k++) e[k] -= outer * (mom * v[k] + inner * g[k] - v[k]);
          }
          at += stride;
          if (losses ? recorded[step] : step === final) record();
        }
      }
      // What float32 cannot hold is no number from there on.
      for (let k = 0; k < size; k++) {
        if (!(Math.abs(e[k]) <= LARGEST && Math.abs(v[k]) <= LARGEST)) e[k] = NaN;
      }
    }
    return { last, params: e.map((each, k) => each + best[k]) };
  }

  // Put for g what compares every prediction of a mini-batch with its mean label: H's last column
  // times the distance of that from the mean of all.
  function share({ size, terms, lasts, best, flat }, sums, at, g) {
    let labels = -sums[at + terms + size - 1];
    for (let k = 0; k < size; k++) labels += sums[at + lasts[k]] * best[k];
    const away = flat.best[size - 1] - labels / sums[at + terms - 1];
    for (let k = 0; k < size; k++) g[k] += sums[at + lasts[k]] * away - sums[at + terms + k];
  }

  return { CHAPTER, regress, schedule, plan, walk };
})();

/** Return {run, map, walks} for the book's data: features, two each, labels, starts of seeds. */
function momentumKernel(data) {
  const book = regression.regress(Float32Array.from(data.features), Float32Array.from(data.labels));

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

  /** Return walk(lr, mom, weights, {outside, losses}) over the mini-batches of a seed. */
  function walks({ batch_size = 10, num_epochs = 3, log_interval = 10, seed = 0 }) {
    checkWhole("batch_size", batch_size, 1, book.count);
    checkWhole("num_epochs", num_epochs, 1, 1000);
    checkWhole("log_interval", log_interval, 1, 2 ** 31 - 1);
    const steps = regression.schedule(book.count, { batch_size, num_epochs, log_interval });
    const sums = regression.plan(book, steps, seed);
    return (lr, mom, weights, { outside = false, losses } = {}) => {
      const rule = { ...regression.CHAPTER, outside };
      return regression.walk(book, steps, sums, { lr, mom, start: [...weights, 0], rule, losses });
    };
  }

  /**
   * Return {losses, epochs, w, b}: what gm.seed(seed) and gm.optimize give on the data of seed 0,
   * or with `outside` the same with the learning rate outside the velocity. With `start`, it begins
   * at those weights, and the seed, then any below 2**32, is that of the mini-batches alone.
   */
  function run({ lr, mom, seed = 0, outside = false, start, ...others } = {}) {
    checkRate(lr);
    checkMomentum(mom);
    checkWhole("seed", seed, 0, start ? 2 ** 32 - 1 : data.starts.length - 1);
    const walk = walks({ ...others, seed }), losses = [];
    const { params } = walk(lr, mom, start || data.starts[seed], { outside, losses });
    const width = (others.num_epochs ?? 3) / (losses.length - 1);
    const epochs = losses.map((_, i) => i * width);
    return { losses, epochs, w: [params[0], params[1]], b: params[2] };
  }

  /** Return the last recorded losses for arrays lr and mom, a row for each of mom. */
  function map({ lr, mom, seed = 0, ...others } = {}) {
    [["lr", lr], ["mom", mom]].forEach(([name, values]) =>
      check(name, values, Array.isArray(values) && values.length > 0, "an array of numbers"));
    lr.forEach(checkRate);
    mom.forEach(checkMomentum);
    checkWhole("seed", seed, 0, data.starts.length - 1);
    const walk = walks({ ...others, seed }), start = data.starts[seed];
    return mom.map((each) => lr.map((rate) => walk(rate, each, start).last));
  }

  return { run, map, walks };
}
