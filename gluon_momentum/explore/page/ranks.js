"use strict";

// How strange printed numbers are among those of shuffles, as in the package's statistics: a single
// number by the shuffles beyond it; several by Mahalanobis's distance, or by how much likelier
// another program makes them. It needs no page: a worker runs it.

const ranks = (() => {
  // As in statistics/ranks.py, and in statistics/likelihood.py.
  const RIDGE = 1e-6, LINEAR = 10, NEAR = 10, FAR = 7100;
  const DENSITY_RIDGE = 1e-3, LEAST = -1e6;

  /** Return a unit of the last place of a printed number. */
  function unit(text) {
    const [, decimals = "", exponent = "0"] = /^[^.e]*\.?(\d*)(?:e(.*))?$/i.exec(text);
    return Number(`1e${Number(exponent) - decimals.length}`);
  }

  /** Return a number to a whole number of units, halves to the even one. */
  function rounded(value, size) {
    const scaled = value / size, below = Math.floor(scaled), rest = scaled - below;
    if (!(Math.abs(scaled) < 2 ** 52)) return value;
    return (rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below) * size;
  }

  // How many of the sorted numbers are less than x, or not more.
  function place(sorted, x, orEqual = false) {
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < x || (orEqual && sorted[middle] === x)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function median(values) {
    const sorted = Float64Array.from(values).sort(), half = sorted.length >> 1;
    if (!sorted.length) return 0;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  const mean = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;

  /** Return the means, and the inverse and log determinant of the covariance, of columns. */
  function normal(columns, ridge) {
    const centre = columns.map(mean), size = columns.length, count = columns[0].length;
    const rows = columns.map((one, i) => [
      ...columns.map((other, k) => {
        let sum = 0;
        for (let s = 0; s < count; s++) sum += (one[s] - centre[i]) * (other[s] - centre[k]);
        return sum / (count - 1) + (i === k ? ridge : 0);
      }),
      ...columns.map((_, k) => (i === k ? 1 : 0)),
    ]);
    let volume = 0; // positive definite: no pivots need be sought
    for (let i = 0; i < size; i++) {
      const pivot = rows[i][i];
      volume += Math.log(pivot);
      rows[i] = rows[i].map((each) => each / pivot);
      for (let m = 0; m < size; m++) {
        const factor = rows[m][i];
        if (m !== i) rows[m] = rows[m].map((each, k) => each - factor * rows[i][k]);
      }
    }
    return { centre, inverse: rows.map((row) => row.slice(size)), volume };
  }

  // The square of the distance from the centre, of row s of columns.
  function square({ centre, inverse }, columns, s) {
    let sum = 0;
    for (let i = 0; i < centre.length; i++) {
      for (let k = 0; k < centre.length; k++) {
        sum += (columns[i][s] - centre[i]) * inverse[i][k] * (columns[k][s] - centre[k]);
      }
    }
    return sum;
  }

  /** Return how strange each row of a pool, an array of columns, is in it: the more, the stranger. */
  function scores(pool) {
    const count = pool[0].length;
    if (pool.length === 1) {
      const values = pool[0].map((each) => (Number.isNaN(each) ? Infinity : each));
      const sorted = Float64Array.from(values).sort();
      return values.map((x) => -Math.min(place(sorted, x, true), count - place(sorted, x)));
    }
    const t = pool.map((column) => {
      const finite = column.filter(Number.isFinite), middle = median(finite);
      const away = finite.map((each) => Math.abs(each - middle));
      const scale = median(away) || Math.max(spacing(middle), leastStep(away));
      return column.map((each) => {
        const found = LINEAR * Math.asinh((each - middle) / scale / LINEAR);
        return Number.isFinite(found) ? found : found === -Infinity ? -FAR : FAR;
      });
    });
    const isNear = (_, s) => t.every((column) => Math.abs(column[s]) <= NEAR);
    let near = t.map((column) => column.filter(isNear));
    if (near[0].length <= t.length) {
      near = t.map((column) => column.map((each) => Math.min(Math.max(each, -NEAR), NEAR)));
    }
    const about = normal(near, RIDGE);
    return t[0].map((_, s) => square(about, t, s));
  }

  // The distance from a number to the next one, as in numpy.spacing.
  const spacing = (x) => 2 ** (Math.floor(Math.log2(Math.max(Math.abs(x), 1e-300))) - 52);

  function leastStep(away) {
    const least = away.filter((each) => each > 0).reduce((one, other) => Math.min(one, other), Infinity);
    return Number.isFinite(least) ? least : 0;
  }

  /** Return the density of rows of numbers in a program, by what its shuffles printed. */
  function likelihood(pool, units) {
    const count = pool[0].length;
    const isFinite = (_, s) => pool.every((column) => Number.isFinite(column[s]));
    const finite = pool.map((column) => column.filter(isFinite)), rest = finite[0].length;
    const overflowed = (1 + count - rest) / (2 + count), known = rest > pool.length;
    const middle = finite.map(median);
    const scale = finite.map((column, k) =>
      Math.max(median(column.map((each) => Math.abs(each - middle[k]))), units[k]));
    const bent = (column, k) => column.map((each) => Math.asinh((each - middle[k]) / scale[k]));
    const about = known ? normal(finite.map(bent), DENSITY_RIDGE) : null;
    return (values) => {
      const t = values.map(bent);
      return values[0].map((_, s) => {
        if (!values.every((column) => Number.isFinite(column[s]))) return Math.log(overflowed);
        if (!known) return LEAST;
        let found = Math.log1p(-overflowed) - (square(about, t, s) + about.volume) / 2;
        values.forEach((column, k) => {
          found -= Math.log(Math.hypot(scale[k], column[s] - middle[k])); // dx/dt
        });
        return Math.max(found, LEAST);
      });
    };
  }

  // For each row, how many are as strange as it, or stranger.
  function shares(kind) {
    const sorted = Float64Array.from(kind).sort();
    return kind.map((each) => sorted.length - place(sorted, each));
  }

  /**
   * Return for each program how many of its shuffles are as strange as printed numbers, given as
   * texts. A program is an array of columns, a Float64Array of shuffles for each number.
   */
  function asStrange(printed, programs) {
    const units = printed.map(unit), several = printed.length > 1;
    // The value counts as one more shuffle, so that its p-value is exact.
    const pools = programs.map((columns) => columns.map((column, k) =>
      Float64Array.of(Number(printed[k]), ...column).map((each) => rounded(each, units[k]))));
    const densities = several ? pools.map((pool) => likelihood(pool, units)) : [];
    return pools.map((pool, program) => {
      const kinds = [scores(pool)];
      if (several && pools.length > 1) {
        const all = densities.map((density) => density(pool));
        kinds.push(pool[0].map((_, s) => all.reduce((most, each, other) =>
          (other === program ? most : Math.max(most, each[s])), -Infinity) - all[program][s]));
      }
      const counted = kinds.map(shares);
      const rarest = counted[0].map((_, s) => Math.min(...counted.map((each) => each[s])));
      return rarest.filter((each) => each <= rarest[0]).length - 1;
    });
  }

  return { unit, asStrange };
})();
