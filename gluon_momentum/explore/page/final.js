"use strict";

// The map: the final loss over learning rate and momentum, for the present schedule and seed.

// The learning rate at a share of the map's width, and the share of a rate.
const finalMapRate = (share) => {
  const [low, high] = page.plots.map.lr;
  return low * (high / low) ** share;
};
const finalMapShare = (lr) => {
  const [low, high] = page.plots.map.lr;
  return Math.log(lr / low) / Math.log(high / low);
};

const finalMap = {
  // The rates are the middles of the map's columns, evenly spaced on its logarithmic axis.
  LR: Array.from({ length: page.plots.map.shape[1] }, (_, i) =>
    finalMapRate((i + 0.5) / page.plots.map.shape[1])),
  MOM: Array.from({ length: page.plots.map.shape[0] }, (_, i) => i / 100),
  losses: [], // a row for each of MOM

  /** Show the point of the settings, and ask for a new map if they need another one. */
  follow(settings, done) {
    const { mom, lr, ...schedule } = settings, question = JSON.stringify(schedule);
    page.fill("chosen", { x: [lr], y: [mom] });
    finalMap.settings = settings;
    [finalMap.first] = done.losses;
    finalMap.last = done.losses[done.losses.length - 1];
    if (question !== finalMap.asked) {
      finalMap.asked = question;
      page.busy("final", true, finalMap.dim);
      const start = page.data.starts[schedule.seed];
      const axes = { lr: finalMap.LR, mom: finalMap.MOM, start };
      finalMap.ask("map", { ...schedule, ...axes }, finalMap.row);
    }
    finalMap.describe();
  },

  dim(old) { page.models.cells.glyph.global_alpha = { value: old ? 0.4 : 1 }; },

  row({ row, losses, done }) {
    finalMap.losses[row] = losses;
    if (!done) return;
    finalMap.books();
    page.busy("final", false, finalMap.dim);
    finalMap.show();
    finalMap.describe();
  },

  // A cell is the run that a tap on it gives: of the book's three, from the book's first weights.
  books() {
    const { mom, lr, ...schedule } = finalMap.settings;
    for (const { call, start } of page.data.experiments) {
      const settings = { ...schedule, lr: call.lr, mom: call.mom };
      if (!run.experiment(settings)) continue;
      const { losses } = run.compute(settings, start);
      const [row, column] = finalMap.cell(settings);
      finalMap.losses[row][column] = losses[losses.length - 1];
    }
  },

  // The row and the column of the cell that settings are in, or nearest to.
  cell: ({ lr, mom }) => finalMap.inside(Math.round(mom * 100),
    Math.floor(finalMapShare(lr) * finalMap.LR.length)),

  // A row and a column, or the last ones before the edge.
  inside: (...places) => [finalMap.MOM, finalMap.LR].map(({ length }, i) =>
    Math.min(Math.max(places[i], 0), length - 1)),

  show() {
    // What diverged has no number: it gets the colour and the word for it.
    const { data } = page.models["cells-source"];
    const { constructor: Shaped } = data.image[0]; // bokeh's array of numbers with a shape
    const image = new Shaped(page.gaps(finalMap.losses.flat()), page.plots.map.shape);
    page.fill("cells", { ...data, image: [image] });
    const places = finalMap.losses.flatMap((losses, row) =>
      losses.flatMap((loss, column) => (Number.isFinite(loss) ? [] : [[row, column]])));
    const mean = (of) => places.reduce((sum, place) => sum + of(place), 0) / places.length;
    const share = places.length / (finalMap.LR.length * finalMap.MOM.length);
    page.models.diverged.visible = share * page.models.final.inner_width > 18; // has room
    if (places.length) {
      page.models.diverged.x = 10 ** mean(([, column]) => Math.log10(finalMap.LR[column]));
      page.models.diverged.y = mean(([row]) => finalMap.MOM[row]);
    }
    page.fill("even", finalMap.even());
    const all = finalMap.losses.flat(), best = all.indexOf(Math.min(...all));
    const column = best % finalMap.LR.length;
    finalMap.best = { lr: finalMap.LR[column], mom: finalMap.MOM[(best - column) / finalMap.LR.length] };
    finalMap.best.loss = all[best];
    page.fill("best", { x: [finalMap.best.lr], y: [finalMap.best.mom] });
  },

  // The edges between the cells whose loss fell, and those whose loss did not.
  even() {
    const edges = { x: [], y: [], x_end: [], y_end: [] }, { LR, MOM, losses, first } = finalMap;
    const side = (column) => finalMapRate(column / LR.length), low = (row) => row / 100 - 0.005;
    const fell = (row, column) => losses[row][column] < first;
    const add = (x, y, toX, toY) => {
      [edges.x, edges.y, edges.x_end, edges.y_end].forEach((each, i) =>
        each.push([x, y, toX, toY][i]));
    };
    MOM.forEach((_, row) => LR.forEach((__, column) => {
      const here = fell(row, column);
      if (column + 1 < LR.length && here !== fell(row, column + 1)) {
        add(side(column + 1), low(row), side(column + 1), low(row + 1));
      }
      if (row + 1 < MOM.length && here !== fell(row + 1, column)) {
        add(side(column), low(row + 1), side(column + 1), low(row + 1));
      }
    }));
    return edges;
  },

  describe() {
    const { lr, mom } = finalMap.settings, bound = (2 * (1 + mom)) / page.data.lambda_max;
    const here = page.say(Number.isFinite(finalMap.last) ? "final-here" : "final-diverged", {
      lr, mom, loss: page.loss(finalMap.last), first: page.loss(finalMap.first),
      bound: page.number(bound, 3),
    });
    const { best } = finalMap;
    page.tell("final", best && !page.isBusy("final") ? page.join(here, page.say("final-best", {
      lr: finalMap.rounded(best.lr), mom: best.mom, loss: page.loss(best.loss),
    })) : here);
  },

  rounded: (lr) => Number(lr.toPrecision(3)),

  choose(...places) {
    const [row, column] = finalMap.inside(...places);
    run.choose({ lr: finalMap.rounded(finalMap.LR[column]), mom: finalMap.MOM[row] });
  },

  // The row and the column of a point of the frame, whose axis goes from -0.025 to 1.025.
  under: ({ x, y }) => [Math.floor(105 * y - 2), Math.floor(x * finalMap.LR.length)],

  touched: (point) => finalMap.choose(...finalMap.under(point)),

  hovered(point) {
    const [row, column] = finalMap.under(point), { LR, MOM } = finalMap;
    if (!finalMap.losses[row] || !(column in LR)) return "";
    const loss = finalMap.losses[row][column];
    return page.say("tip-final", {
      lr: finalMap.rounded(LR[column]), mom: MOM[row],
      loss: Number.isFinite(loss) ? page.loss(loss) : page.say("diverged-word"),
    });
  },

  // The arrow keys move the chosen point, a cell at a time.
  key(event) {
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0] };
    if (!(event.key in steps) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const [up, right] = steps[event.key], [row, column] = finalMap.cell(finalMap.settings);
    finalMap.choose(row + up, column + right);
  },

  begin() {
    finalMap.ask = page.worker();
    const bound = finalMap.MOM.map((mom) => (2 * (1 + mom)) / page.data.lambda_max);
    page.fill("bound", { x: bound, y: finalMap.MOM });
    page.fill("books", {
      x: page.data.experiments.map(({ call }) => call.lr),
      y: page.data.experiments.map(({ call }) => call.mom),
      marker: ["triangle", "diamond", "square"],
    });
    page.pointing("final", finalMap.touched);
    page.hovering("final", finalMap.hovered);
    page.element("final-surface").addEventListener("keydown", finalMap.key);
  },
};
