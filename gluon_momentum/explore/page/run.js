"use strict";

// The chapter's experiment at any setting: the loss curve, over the band of shuffles.

const run = {
  earlier: [], // seeds of shuffles drawn before, which stay as faint lines
  SHUFFLES: 500,
  MOST_EARLIER: 20,

  settings: () => ({
    ...Object.fromEntries(["mom", "lr", "batch_size", "num_epochs", "seed"].map((name) =>
      [name, page.controls[name].get()])),
    log_interval: 10,
  }),

  /** Return the book's experiment whose call this is, if it is one. */
  experiment: (settings) => page.data.experiments.find(({ call }) =>
    Object.keys(call).every((name) => call[name] === settings[name])),

  /** Run the settings; the book's start where the book began. */
  compute(settings, start) {
    return momentum.run({ ...settings, start });
  },

  draw() {
    const settings = run.settings(), book = run.experiment(settings), start = book && book.start;
    const done = run.compute(settings, start);
    const outside = page.element("outside").checked
      ? run.compute({ ...settings, outside: true }, start) : null;
    const earlier = run.earlier.filter((seed) => seed !== settings.seed)
      .map((seed) => run.compute({ ...settings, seed }, start));
    const line = (each) => ({ x: each.epochs, y: page.gaps(each.losses) });
    page.fill("run", line(done));
    page.fill("outside", outside ? line(outside) : { x: [], y: [] });
    page.fill("earlier", { x: earlier.map((e) => e.epochs), y: earlier.map((e) => page.gaps(e.losses)) });
    page.fill("published", book ? { x: book.curve[0], y: book.curve[1] } : { x: [], y: [] });
    run.fit(settings.num_epochs, [done, outside, ...earlier].filter(Boolean));
    run.describe(settings, book, done, outside);
    const { seed, ...shared } = settings;
    run.asked = run.asked || "";
    const question = JSON.stringify(shared);
    if (question !== run.asked) {
      run.asked = question;
      // One start for all shuffles, as they are compared: the book's, or the first seed's.
      run.ask("band", { ...shared, start: start || page.data.starts[0], shuffles: run.SHUFFLES }, run.band);
    }
    finalMap.follow(settings);
  },

  band({ epochs, low, median, high }) {
    page.fill("band", { x: epochs, low: page.gaps(low), high: high.map((h) => Math.min(h, 1e38)) });
    page.fill("median", { x: epochs, y: page.gaps(median) });
  },

  // The axis has whole decades and room for every curve; it does not shrink below the book's.
  fit(epochs, runs) {
    const largest = Math.max(...runs.map((each) => Math.max(...each.losses.filter(Number.isFinite))));
    const plot = page.models.loss;
    plot.x_range.setv({ start: 0, end: epochs });
    plot.y_range.setv({ start: 1e-5, end: Math.max(10 ** (Math.ceil(Math.log10(largest)) + 0.3), 100) });
  },

  describe(settings, book, done, outside) {
    const cell = (text) => `<td>${text}</td>`;
    const row = (name, w, b, first, last) =>
      `<tr><th scope="row">${page.say(name)}</th>${[...w, b, first, last].map(cell).join("")}</tr>`;
    const ours = (name, { w, b, losses }) => row(name, w.map((each) => page.number(each)),
      page.number(b), page.loss(losses[0]), page.loss(losses[losses.length - 1]));
    const rows = [ours("this-run", done)];
    if (outside) rows.push(ours("outside-run", outside));
    if (book) {
      const losses = book.curve[1];
      rows.push(row("published-run", book.w.map(run.minus), run.minus(book.b), page.loss(losses[0]), page.loss(losses[losses.length - 1])));
    }
    const { w, b } = page.data.truth;
    rows.push(row("true-values", w.map(run.minus), run.minus(b), "", ""));
    page.write("results", rows.join(""));
    page.write("verdict", [...run.verdicts(settings, book, done), ...run.parting(done, outside)]
      .map((html) => `<li>${html}</li>`).join(""));
    page.write("python", run.python(settings, book));
    page.element("key-published").hidden = !book;
    page.element("key-outside").hidden = !outside;
    page.element("key-earlier").hidden = !run.earlier.length;
    document.querySelectorAll("[data-experiment]").forEach((button) =>
      button.setAttribute("aria-pressed", String(Boolean(book) && Number(button.dataset.experiment) === book.call.mom)));
  },

  minus: (value) => String(value).replace("-", "−"),

  verdicts({ seed }, book, done) {
    if (!book) {
      const last = done.losses[done.losses.length - 1];
      const course = !Number.isFinite(last) ? "diverged" : chapter.hasFallen(done) ? "fallen" : "risen";
      return [page.say(course)];
    }
    const of = (mom) => {
      const { call, start } = page.data.experiments.find((each) => each.call.mom === mom);
      return run.compute({ ...call, seed }, start);
    };
    return Object.keys(chapter.sentences).filter((name) => name.startsWith(`mom-${book.call.mom}.`))
      .map((name) => {
        const holds = chapter.sentences[name](of, page.data.truth);
        return page.say(holds ? "holds" : "fails", { sentence: page.say(name) });
      });
  },

  parting(done, outside) {
    if (!outside) return [];
    const part = done.losses.findIndex((loss, i) => Math.abs(loss - outside.losses[i]) > 1e-6 * loss);
    return [part < 0 ? page.say("never-part") : page.say("part", { epoch: page.number(done.epochs[part], 2) })];
  },

  // The same run in Python.
  python({ mom, lr, batch_size, num_epochs, log_interval, seed }, book) {
    const drawn = book ? page.data.experiments.indexOf(book) : 0;
    const lines = ["import random", "import gluon_momentum as gm", "gm.seed(0)", "data = gm.generate_data()"];
    for (let i = 0; i < drawn; i++) lines.push("gm.init_params()");
    lines.push(book ? `random.seed(${seed})` : `gm.seed(${seed})`);
    lines.push(`run = gm.optimize(*data, batch_size=${batch_size}, lr=${lr}, mom=${mom},`
      + `\n                  num_epochs=${num_epochs}, log_interval=${log_interval})`);
    return lines.slice(book ? 0 : 1).join("\n");
  },

  choose(settings) {
    Object.entries(settings).forEach(([name, value]) => {
      if (name in page.controls) page.controls[name].set(value);
    });
    page.draw(run.draw);
  },

  another() {
    const { seed } = run.settings();
    run.earlier = [...run.earlier.filter((each) => each !== seed), seed].slice(-run.MOST_EARLIER);
    run.choose({ seed: (seed + 1) % page.data.starts.length });
  },

  begin() {
    run.ask = page.worker();
    const changed = () => page.draw(run.draw);
    const sizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
    const log = { place: Math.log10, value: (place) => Number((10 ** place).toPrecision(3)) };
    page.control("mom", { changed });
    page.control("lr", { ...log, changed });
    page.control("batch_size", {
      place: (size) => sizes.filter((each) => each <= size).length - 1,
      value: (place) => sizes[place],
      changed,
    });
    page.control("num_epochs", { changed });
    page.control("seed", { changed });
    page.element("outside").addEventListener("change", changed);
    page.element("another").addEventListener("click", run.another);
    page.element("forget").addEventListener("click", () => { run.earlier = []; changed(); });
    document.querySelectorAll("[data-experiment]").forEach((button) =>
      button.addEventListener("click", () => run.choose(page.data.experiments
        .find(({ call }) => call.mom === Number(button.dataset.experiment)).call)));
    page.drawings.push(run.draw);
  },
};
