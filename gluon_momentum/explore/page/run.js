"use strict";

// The chapter's experiment at any setting: the loss curve, over the band of shuffles.

const run = {
  earlier: [], // seeds of shuffles drawn before, which stay as faint lines
  SHUFFLES: 500,
  MOST_EARLIER: 20,
  NAMES: ["mom", "lr", "batch_size", "num_epochs", "seed"], // of the settings

  settings: () => ({
    ...Object.fromEntries(run.NAMES.map((name) => [name, page.controls[name].get()])),
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
    const together = page.element("together").checked ? run.together(settings) : [];
    const line = (each) => (each ? { x: each.epochs, y: page.gaps(each.losses) } : { x: [], y: [] });
    page.fill("run", line(done));
    page.fill("again", line(done));
    page.fill("outside", line(outside));
    page.data.experiments.forEach((_, i) => page.fill(`together-${i}`, line(together[i])));
    const lines = earlier.map(line);
    page.fill("earlier", { x: lines.map((each) => each.x), y: lines.map((each) => each.y) });
    page.fill("published", book ? { x: book.curve[0], y: book.curve[1] } : { x: [], y: [] });
    const drawn = [done, outside, ...earlier, ...together].filter(Boolean);
    run.present = { settings, done, losses: drawn.flatMap((each) => each.losses) };
    if (book) run.present.losses.push(...book.curve[1]);
    results.describe(settings, book, done, outside, together.length > 0);
    const { seed, ...shared } = settings;
    const question = JSON.stringify(shared);
    if (question !== run.asked) {
      run.asked = question;
      page.busy("loss", true, run.dim);
      // One start for all shuffles, as they are compared: the book's, or the first seed's.
      const all = { start: start || page.data.starts[0], shuffles: run.SHUFFLES };
      run.ask("band", { ...shared, ...all }, run.band);
    }
    run.show();
    finalMap.follow(settings, done);
  },

  // The book's three momenta, each from the book's weights if the rest is the book's too.
  together: (settings) => page.data.experiments.map(({ call }) => {
    const each = { ...settings, mom: call.mom }, book = run.experiment(each);
    return run.compute(each, book && book.start);
  }),

  band({ epochs, low, median, high }) {
    run.bandEnds = [low, high].map((each) => each[each.length - 1]);
    run.bandLosses = [...low, ...high];
    page.fill("band", { x: epochs, low: page.gaps(low), high: high.map((h) => Math.min(h, 1e38)) });
    page.fill("median", { x: epochs, y: page.gaps(median) });
    page.busy("loss", false, run.dim);
    run.show();
  },

  // The band is that of other settings, until the worker has found the new one.
  dim(old) {
    page.models.band.glyph.fill_alpha = { value: old ? 0.35 : 1 };
    ["band-low", "band-high", "median"].forEach((name) => {
      page.models[name].glyph.line_alpha = { value: old ? 0.35 : 1 };
    });
  },

  /** Fit the axes to all that is drawn, and say what the plots show. */
  show() {
    const { settings, done, losses } = run.present, fresh = run.bandLosses && !page.isBusy("loss");
    run.fit(settings.num_epochs, fresh ? [...losses, ...run.bandLosses] : losses);
    const [first, last] = [done.losses[0], done.losses[done.losses.length - 1]].map(page.loss);
    const [low, high] = fresh ? run.bandEnds.map(page.loss) : [];
    const ends = { first, last, low, high, shuffles: run.SHUFFLES };
    const diverged = !Number.isFinite(done.losses[done.losses.length - 1]);
    const says = page.say(diverged ? "loss-diverged" : "loss-says", ends);
    page.tell("loss", fresh ? page.join(says, page.say(run.bandSays(), ends)) : says);
    const largest = page.loss(Math.max(...done.losses));
    page.tell("echo", page.say(diverged ? "loss-diverged" : "echo-says", { ...ends, largest }));
  },

  // The text for where the band ends.
  bandSays() {
    const [low, high] = run.bandEnds.map(Number.isFinite);
    return high ? "loss-band" : low ? "loss-band-open" : "loss-band-diverged";
  },

  // The axis has whole decades and room for every curve; it does not shrink below the book's.
  fit(epochs, losses) {
    const largest = losses.reduce((most, loss) => (loss < Infinity ? Math.max(most, loss) : most), 0);
    const top = Math.max(10 ** (Math.ceil(Math.log10(largest)) + 0.3), 100);
    for (const name of ["loss", "echo"]) {
      page.span(name, "x", 0, epochs);
      page.span(name, "y", 1e-5, top);
    }
  },

  // What the loss plot shows at a share of its width.
  hovered: (kind) => ({ x }) => {
    const { done } = run.present, last = done.losses.length - 1, place = Math.round(x * last);
    const at = { epoch: page.number(done.epochs[place], 2), loss: page.loss(done.losses[place]) };
    const { low, high } = page.models["band-source"].data;
    if (kind === "echo" || low.length !== done.losses.length) return page.say("tip-echo", at);
    const [least, most] = [low, high].map((each) => page.loss(each[place]));
    return page.say("tip-loss", { ...at, low: least, high: most });
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
    const log = {
      place: Math.log10,
      value: (place) => Number((10 ** place).toPrecision(3)),
      step: (lr) => Number((10 ** (Math.floor(Math.log10(lr)) - 1)).toPrecision(1)),
    };
    page.control("mom", { changed });
    page.control("lr", { ...log, changed });
    page.control("batch_size", {
      place: (size) => sizes.filter((each) => each <= size).length - 1,
      value: (place) => sizes[place],
      changed,
    });
    page.control("num_epochs", { changed });
    page.control("seed", { changed });
    link.switches.forEach((id) => page.element(id).addEventListener("change", changed));
    page.hovering("loss", run.hovered("loss"));
    page.hovering("echo", run.hovered("echo"));
    page.element("another").addEventListener("click", run.another);
    page.element("forget").addEventListener("click", () => { run.earlier = []; changed(); });
    document.querySelectorAll("[data-experiment]").forEach((button) =>
      button.addEventListener("click", () => run.choose(page.data.experiments
        .find(({ call }) => call.mom === Number(button.dataset.experiment)).call)));
    page.drawings.push(run.draw);
  },
};
