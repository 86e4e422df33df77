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
    finalMap.last = done.losses[done.losses.length - 1];
    if (question !== finalMap.asked) {
      finalMap.asked = question;
      page.element("final-surface").setAttribute("aria-busy", "true");
      const start = page.data.starts[schedule.seed];
      const axes = { lr: finalMap.LR, mom: finalMap.MOM, start };
      finalMap.ask("map", { ...schedule, ...axes }, finalMap.row);
    }
    finalMap.describe();
  },

  row({ row, losses, done }) {
    finalMap.losses[row] = losses;
    if (!done) return;
    page.element("final-surface").setAttribute("aria-busy", "false");
    finalMap.show();
  },

  show() {
    // What diverged has no number: it gets the colour and the word for it.
    const source = page.models["cells-source"], image = source.data.image[0];
    finalMap.losses.forEach((losses, row) => image.set(page.gaps(losses), row * losses.length));
    source.change.emit();
    const places = finalMap.losses.flatMap((losses, row) =>
      losses.flatMap((loss, column) => (Number.isFinite(loss) ? [] : [[row, column]])));
    const mean = (of) => places.reduce((sum, place) => sum + of(place), 0) / places.length;
    const share = places.length / (finalMap.LR.length * finalMap.MOM.length);
    page.models.diverged.visible = share * page.models.final.inner_width > 18; // has room
    if (places.length) {
      page.models.diverged.x = 10 ** mean(([, column]) => Math.log10(finalMap.LR[column]));
      page.models.diverged.y = mean(([row]) => finalMap.MOM[row]);
    }
  },

  describe() {
    const { lr, mom } = finalMap.settings, bound = (2 * (1 + mom)) / page.data.lambda_max;
    const { last } = finalMap, below = page.number(bound, 3);
    const loss = Number.isFinite(last) ? page.loss(last) : page.say("diverged-word");
    page.write("final-here", page.say("final-here", { lr, mom, loss, bound: below }));
  },

  touched({ x, y }) {
    const inside = (share) => Math.min(Math.max(share, 0), 1);
    const lr = Number(finalMapRate(inside(x)).toPrecision(2));
    const mom = Math.round((1.03 * y - 0.005) * 100) / 100; // its axis ends at 1.025
    run.choose({ lr, mom: Math.min(Math.max(mom, 0), 0.99) });
  },

  // The arrow keys move the chosen point, a cell at a time.
  key(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (!(event.key in steps)) return;
    const [dx, dy] = steps[event.key];
    event.preventDefault();
    const { lr, mom } = finalMap.settings;
    finalMap.touched({ x: finalMapShare(lr) + dx / 60, y: (mom + 0.005 + dy / 100) / 1.03 });
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
    page.element("final-surface").addEventListener("keydown", finalMap.key);
  },
};
