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

  compute: (settings, start) => momentum.run({ ...settings, start }),

  draw() {
    const settings = run.settings(), book = run.experiment(settings), start = book && book.start;
    const done = run.compute(settings, start);
    const outside = page.element("outside").checked
      ? run.compute({ ...settings, outside: true }, start) : null;
    const earlier = run.earlier.filter((seed) => seed !== settings.seed)
      .map((seed) => run.compute({ ...settings, seed }, start));
    const line = (each) => ({ x: each.epochs, y: page.gaps(each.losses) });
    page.fill("run", line(done));
    page.fill("again", line(done));
    page.fill("outside", outside ? line(outside) : { x: [], y: [] });
    const lines = earlier.map(line);
    page.fill("earlier", { x: lines.map((each) => each.x), y: lines.map((each) => each.y) });
    page.fill("published", book ? { x: book.curve[0], y: book.curve[1] } : { x: [], y: [] });
    run.fit(settings.num_epochs, [done, outside, ...earlier].filter(Boolean));
    results.describe(settings, book, done, outside);
    const { seed, ...shared } = settings;
    const question = JSON.stringify(shared);
    if (question !== run.asked) {
      run.asked = question;
      // One start for all shuffles, as they are compared: the book's, or the first seed's.
      const all = { start: start || page.data.starts[0], shuffles: run.SHUFFLES };
      run.ask("band", { ...shared, ...all }, run.band);
    }
    finalMap.follow(settings, done);
  },

  band({ epochs, low, median, high }) {
    page.fill("band", { x: epochs, low: page.gaps(low), high: high.map((h) => Math.min(h, 1e38)) });
    page.fill("median", { x: epochs, y: page.gaps(median) });
  },

  // The axis has whole decades and room for every curve; it does not shrink below the book's.
  fit(epochs, runs) {
    const finite = runs.flatMap((each) => each.losses.filter(Number.isFinite));
    const largest = finite.reduce((most, loss) => Math.max(most, loss), 0);
    const top = Math.max(10 ** (Math.ceil(Math.log10(largest)) + 0.3), 100);
    for (const name of ["loss", "echo"]) {
      page.span(name, "x", 0, epochs);
      page.span(name, "y", 1e-5, top);
    }
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
