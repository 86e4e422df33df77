"use strict";

// Whether what somebody got is an ordinary run, as the package's comparison says it: the call again
// over shuffles, the same with each mistake, and a rank. shuffles.js, kernel.js and ranks.js stand
// before it; it needs no page, and a worker runs it.

/**
 * Return judge(call), which yields null between seeds, and at last {as_strange, shuffles, p, verdict,
 * explained, untold, cases, pool}. A call is what `momentumCalls` makes of one. So many shuffles of
 * each mistake, `mistaken`, are enough to tell 1 in 100.
 */
function momentumJudge(data, mistaken = 2000) {
  const REFUSED = 0.01, EXCLUDED = 0.001; // of sound runs: not ordinary, and no run of this
  const ROOM = 2e7; // numbers of plans, of four bytes, that are kept
  const { regress, schedule, plan, walk, CHAPTER } = regression;
  const regressed = new Map();
  const DATA = 2 ** 31, STARTS = 3 * 2 ** 30; // the first seeds of what is drawn beside shuffles
  let kept = { key: null }, found = { key: null }; // plans, and what runs print

  // Numbers of float32, or their bytes in base64.
  function numbers(array) {
    if (Array.isArray(array)) return Float32Array.from(array);
    return new Float32Array(Uint8Array.from(atob(array), (byte) => byte.charCodeAt(0)).buffer);
  }

  function regressionOf({ truth, shape: [, inputs] }, rows) {
    const { features, labels } = truth ? data : data.measured, key = `${inputs} ${rows}`;
    const first = (array, count) => numbers(array).slice(0, count);
    if (!regressed.has(key)) {
      regressed.set(key, regress(first(features, rows * inputs), first(labels, rows)));
    }
    return regressed.get(key);
  }

  /** Return data as a program generates them. */
  function generated({ truth, shape: [rows, inputs] }, { normal }) {
    const features = Float64Array.from({ length: rows * inputs }, normal);
    const labels = Float64Array.from({ length: rows }, (_, i) =>
      truth.w.reduce((sum, w, k) => sum + w * features[i * inputs + k], truth.b)
        + truth.noise * normal());
    return regress(features, labels);
  }

  /** Return the first w and b where the program draws them anew. */
  function drawn({ scale, uniform, bias }, inputs, draw) {
    const weight = () => (uniform === null ? scale * draw.normal() : uniform * draw.uniform());
    return [...Array.from({ length: inputs }, weight), bias * draw.uniform()];
  }

  /** Return the seed's plan; under a key it is kept as long as calls have the same. */
  function planned(on, steps, seed, key) {
    if (key === null) return plan(on, steps, seed);
    if (kept.key !== key) kept = { key, plans: [] };
    if (kept.plans[seed]) return kept.plans[seed];
    const sums = Float32Array.from(plan(on, steps, seed));
    if ((seed + 1) * sums.length <= ROOM) kept.plans[seed] = sums;
    return sums;
  }

  /** Return what a call of a program goes through: settings of a schedule. */
  function settings({ edition, batch_size }, { program: { mean, buffer }, num_epochs }) {
    const { interval, counted, before } = data.editions[edition];
    return { batch_size, num_epochs, log_interval: interval, mean, buffer, counted, before };
  }

  const rowsOf = ({ edition }, { program }) => program.rows ?? data.editions[edition].shape[0];

  /** Yield null between seeds, and then what each of several runs prints over its shuffles. */
  function* spread(call, rows, passes, runs) {
    const { edition, any, place, printed } = call, of = data.editions[edition];
    const inputs = of.shape[1], own = any && of.truth, steps = schedule(rows, passes);
    const fixed = own ? null : regressionOf(of, rows);
    const key = own ? null : JSON.stringify([of.truth, rows, passes]);
    const known = (program) => program.weights ?? (any || program.anew ? null
      : of.normals[place].map((each) => Math.fround(Math.fround(program.scale) * each)));
    const starts = new Map(runs.map(({ program }) => [program, known(program)]));
    const pools = runs.map(({ count }) => printed.map(() => new Float64Array(count)));
    const seeds = Math.max(...runs.map(({ count }) => count));
    for (let seed = 0; seed < seeds; seed++) {
      const draw = (first) => pythonShuffles.numbers(first + seed);
      const on = own ? generated(of, draw(DATA)) : fixed, sums = planned(on, steps, seed, key);
      const from = new Map([...starts].map(([program, weights]) =>
        [program, weights ? [...weights, 0] : drawn(program, inputs, draw(STARTS))]));
      runs.forEach(({ program, count, lr, mom, rule, factor }, i) => {
        if (seed >= count) return;
        const start = from.get(program);
        const { last, params } = walk(on, steps, sums, { lr, mom, start, rule });
        if (printed.length > 1) params.forEach((each, k) => { pools[i][k][seed] = each; });
        else pools[i][0][seed] = factor * last;
      });
      yield null;
    }
    yield pools;
  }

  /** Return the run that a call makes of a program, if it is right. */
  function rightRun({ edition, lr, mom }, { program }) {
    const rule = { ...CHAPTER, decay: data.editions[edition].decay, nesterov: program.nesterov };
    return { lr: lr * program.gradient, mom, rule, factor: program.factor };
  }

  /** Return what can go wrong so that a program still learns, as comparison/mistakes.py has it. */
  function mistakes({ batch_size, printed }, { program, num_epochs }, right) {
    const { lr, mom, rule, factor } = right, losses = printed.length === 1;
    const decays = rule.decay !== 1 && num_epochs > 2, halved = program.gradient === 1;
    const pairs = batch_size > 1 || losses;
    const all = [
      [mom > 0, "velocity lost", { mom: 0 }],
      [decays && mom > 0, "learning rate outside the velocity", {}, { outside: true }],
      [decays, "no decay", {}, { decay: 1 }],
      [batch_size > 1, "gradient not divided", { lr: lr * batch_size }],
      [batch_size > 1, "gradient divided twice", { lr: lr / batch_size }],
      [mom > 0 && mom < 1, "dampened gradient", { lr: lr * (1 - mom) }],
      [mom > 0 && !rule.nesterov, "Nesterov", {}, { nesterov: true }],
      [!rule.nesterov, "gradients never zeroed", {}, { added: true }],
      [halved, "loss without its half", { lr: 2 * lr, factor: 2 * factor }],
      [halved && losses, "half in print alone", { lr: 2 * lr }],
      [pairs, "labels broadcast", {}, { broadcast: true }],
      [pairs && halved, "labels broadcast, loss without its half",
        { lr: 2 * lr, factor: 2 * factor }, { broadcast: true }],
    ];
    return all.filter(([possible]) => possible).map(([, mistake, changed, ruled]) =>
      ({ ...right, ...changed, rule: { ...rule, ...ruled }, mistake }));
  }

  function verdict(p, as_strange) {
    if (p >= REFUSED) return "ordinary";
    // The strangest of the shuffles may be as strange in another way.
    return p < EXCLUDED || as_strange <= 1 ? "not a run of this program" : "rare";
  }

  /** Yield null between seeds, and then for each case what runs of it print, and of its mistakes. */
  function* computed(call) {
    const rights = call.cases.map((one) => rightRun(call, one));
    const ways = call.cases.map((one) => JSON.stringify([rowsOf(call, one), settings(call, one)]));
    const all = call.cases.map((one, i) => {
      // What makes it another of the programs that it may be is no mistake.
      const listed = mistakes(call, one, rights[i]).filter(({ mistake, ...run }) =>
        !rights.some((other, k) => k !== i && ways[k] === ways[i]
          && JSON.stringify(run) === JSON.stringify(other)));
      const counts = [call.shuffles, ...listed.map(() => mistaken)];
      const runs = [rights[i], ...listed].map((run, k) =>
        ({ ...run, program: one.program, count: counts[k] }));
      return { listed, runs };
    });
    // Those that go over the same mini-batches go together.
    for (const way of new Set(ways)) {
      const alike = all.filter((_, i) => ways[i] === way), runs = alike.flatMap((each) => each.runs);
      for (const part of spread(call, ...JSON.parse(way), runs)) {
        if (part) alike.forEach((each) => { each.pools = part.splice(0, each.runs.length); });
        else yield null;
      }
    }
    yield all;
  }

  function* judge(call) {
    const { printed, shuffles } = call;
    // Other digits of the same call are ranked among the same runs.
    const key = JSON.stringify({ ...call, printed: printed.length });
    if (found.key !== key) {
      let all;
      for (const part of computed(call)) {
        if (part) all = part;
        else yield null;
      }
      found = { key, all };
    }
    const judged = found.all.map(({ listed, pools }, i) => {
      const others = found.all.filter((_, k) => k !== i)
        .map((other) => other.pools[0].map((column) => column.slice(0, mistaken)));
      const [as_strange, ...counts] = ranks.asStrange(printed, [...pools, ...others]);
      const p = (1 + as_strange) / (1 + shuffles);
      const alike = listed.map(({ mistake }, k) => ({ mistake, p: (1 + counts[k]) / (1 + mistaken) }))
        .filter((each) => each.p >= REFUSED).sort((one, other) => other.p - one.p);
      return { as_strange, p, verdict: verdict(p, as_strange), alike, pool: pools[0] };
    });
    // The one as which it is least strange decides.
    const best = judged.reduce((most, each) => (each.p > most.p ? each : most));
    const ordinary = best.verdict === "ordinary", likeliest = new Map();
    judged.filter((each) => each.verdict !== "ordinary").flatMap((each) => each.alike)
      .sort((one, other) => other.p - one.p)
      .forEach((each) => { if (!likeliest.has(each.mistake)) likeliest.set(each.mistake, each); });
    yield {
      as_strange: best.as_strange, shuffles, p: best.p, verdict: best.verdict,
      explained: ordinary ? [] : [...likeliest.values()],
      untold: ordinary ? best.alike.map(({ mistake }) => mistake) : [],
      cases: judged.map(({ p }, i) => ({ ...call.cases[i], p })),
      pool: best.pool,
    };
  }

  return { judge };
}
