"use strict";

// The map: the final loss over learning rate and momentum, for the present schedule and seed.

const finalMap = {
  LR: Array.from({ length: 120 }, (_, i) => 0.002 * 2000 ** ((i + 0.5) / 120)),
  MOM: Array.from({ length: 100 }, (_, i) => i / 100),
  LEFT: 0.002,
  RIGHT: 4,
  losses: [], // a row for each of MOM

  /** Show the point of the settings, and ask for a new map if they need another one. */
  follow(settings) {
    const { mom, lr, ...schedule } = settings, question = JSON.stringify(schedule);
    page.fill("chosen", { x: [lr], y: [mom] });
    finalMap.settings = settings;
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
    finalMap.describe();
  },

  show() {
    // What diverged has no number: it gets the colour and the word for it.
    const source = page.models["cells-source"];
    finalMap.losses.forEach((losses, row) => source.data.image[0].set(page.gaps(losses), row * losses.length));
    source.change.emit();
    const places = finalMap.losses.flatMap((losses, row) =>
      losses.flatMap((loss, column) => (Number.isFinite(loss) ? [] : [[row, column]])));
    const mean = (of) => places.reduce((sum, place) => sum + of(place), 0) / places.length;
    page.models.diverged.visible = places.length > 300;
    if (places.length > 300) {
      page.models.diverged.x = 10 ** mean(([, column]) => Math.log10(finalMap.LR[column]));
      page.models.diverged.y = mean(([row]) => finalMap.MOM[row]);
    }
  },

  describe() {
    const { lr, mom } = finalMap.settings, bound = (2 * (1 + mom)) / page.data.lambda_max;
    const column = Math.floor((Math.log(lr / finalMap.LEFT) / Math.log(2000)) * 120);
    const row = Math.min(Math.round(mom * 100), 99);
    const there = (finalMap.losses[row] || [])[column];
    const loss = there === undefined ? page.say("off-map") : Number.isFinite(there)
      ? page.loss(there) : page.say("diverged-word");
    page.write("final-here", page.say("final-here", { lr, mom, loss, bound: page.number(bound, 3) }));
  },

  touched({ x, y }) {
    const inside = (share) => Math.min(Math.max(share, 0), 1);
    const lr = Number((finalMap.LEFT * 2000 ** inside(x)).toPrecision(2));
    run.choose({ lr, mom: Math.min(Math.max(Math.round((1.03 * y - 0.005) * 100) / 100, 0), 0.99) });
  },

  // The arrow keys move the chosen point, a cell at a time.
  key(event) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] || [];
    if (dx === undefined) return;
    event.preventDefault();
    const { lr, mom } = finalMap.settings;
    finalMap.touched({ x: Math.log(lr / finalMap.LEFT) / Math.log(2000) + dx / 60, y: (mom + 0.005 + dy / 100) / 1.03 });
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
    page.pointing("final", { touched: finalMap.touched, begins: (_, event) => event.type !== "touchstart" });
    page.element("final-surface").addEventListener("keydown", finalMap.key);
  },
};
