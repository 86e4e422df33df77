"use strict";

// Figures 7.2 and 7.3: gradient descent and momentum on f(x) = 0.1 x1^2 + 2 x2^2.

const valley = {
  playing: null,

  settings: () => ({
    lr: page.controls["valley-lr"].get(),
    mom: page.controls["valley-mom"].get(),
    start: [page.controls["valley-x1"].get(), page.controls["valley-x2"].get()],
  }),

  draw() {
    const { lr, mom, start } = valley.settings();
    const steps = chapter.trace({ lr, mom, start }), descent = chapter.trace({ lr, mom: 0, start });
    const now = page.controls["valley-step"].get(), { x, v } = steps[now];
    const columns = (points) => ({ x: points.map((p) => p.x[0]), y: points.map((p) => p.x[1]) });
    page.fill("descent", columns(descent.slice(0, now + 1)));
    page.fill("moving", columns(steps.slice(0, now + 1)));
    page.fill("start", { x: [start[0]], y: [start[1]] });
    // The arrow is the step that led here, unless it is too short for its head.
    const before = now > 0 && Math.hypot(...v) > 0.3 ? [steps[now - 1].x] : [];
    page.fill("step", {
      x: before.map((p) => p[0]), y: before.map((p) => p[1]),
      x_end: before.map(() => x[0]), y_end: before.map(() => x[1]),
    });
    const times = steps.map((_, t) => t);
    page.fill("along", { x: times, y: steps.map((each) => each.v[0]) });
    page.fill("across", { x: times, y: steps.map((each) => each.v[1]) });
    page.models.now.location = now;
    const most = 1.1 * Math.max(...steps.flatMap((each) => each.v.map(Math.abs)), 1e-3);
    page.span("velocity", "y", -most, most);

    const d = descent[now].x, pair = (p) => `(${page.number(p[0])}, ${page.number(p[1])})`;
    const reached = { step: now, f: page.loss(valley.f(x)), descent: page.loss(valley.f(d)) };
    page.write("valley-x", pair(x));
    page.write("valley-v", pair(v));
    page.write("valley-f", reached.f);
    page.write("valley-descent", reached.descent);
    const bound = Number(((1 + mom) / 2).toFixed(3));
    const verdict = page.say(valley.verdict(lr, mom), { bound, descent: "0.5" });
    page.tell("valley", page.join(page.say("valley-says", reached), verdict));
    const largest = [0, 1].map((i) => Math.max(...steps.map((each) => Math.abs(each.v[i]))));
    page.tell("velocity", page.say("velocity-says", {
      step: now, along: page.number(v[0]), across: page.number(v[1]),
      most_along: page.number(largest[0], 2), most_across: page.number(largest[1], 2),
    }));
    page.write("valley-play", page.say(valley.playing ? "pause" : "play"));
  },

  f: ([x1, x2]) => 0.1 * x1 ** 2 + 2 * x2 ** 2,

  // The steeper direction has curvature 4: stable for lr * 4 < 2 (1 + mom).
  verdict(lr, mom) {
    if (lr * 2 >= 1 + mom) return "valley-both-diverge";
    return lr >= 0.5 ? "valley-descent-diverges" : "valley-both-converge";
  },

  play() {
    const step = page.controls["valley-step"];
    if (valley.playing) valley.stop();
    else {
      if (step.get() === 20) step.set(0);
      valley.playing = setInterval(() => {
        step.set(step.get() + 1);
        if (step.get() >= 20) valley.stop();
        page.draw(valley.draw);
      }, 400);
    }
    page.draw(valley.draw);
  },

  stop() {
    clearInterval(valley.playing);
    valley.playing = null;
  },

  contours() {
    const angles = Array.from({ length: 97 }, (_, i) => (i * Math.PI) / 48);
    const levels = [0.05, 0.3, 0.9, 2, 4, 7, 11, 16];
    page.fill("contours", {
      x: levels.map((f) => angles.map((angle) => Math.sqrt(f / 0.1) * Math.cos(angle))),
      y: levels.map((f) => angles.map((angle) => Math.sqrt(f / 2) * Math.sin(angle))),
    });
  },

  // Where in the valley a point of the frame is.
  place: ({ x, y }) => [9 * x - 6, 6 * y - 3],

  // A finger holds the ring where it begins near it.
  holds({ x, y }) {
    const { start } = valley.settings(), plot = page.models.valley;
    const across = (x - (start[0] + 6) / 9) * plot.inner_width;
    const down = (y - (start[1] + 3) / 6) * plot.inner_height;
    return Math.hypot(across, down) < 36;
  },

  touched(point) {
    const [x1, x2] = valley.place(point).map((each) => Math.round(each * 20) / 20);
    page.controls["valley-x1"].set(Math.min(Math.max(x1, -6), 3));
    page.controls["valley-x2"].set(Math.min(Math.max(x2, -3), 3));
    page.draw(valley.draw);
  },

  hovered(point) {
    const x = valley.place(point), [x1, x2] = x.map((each) => page.number(each, 2));
    return page.say("tip-valley", { x1, x2, f: page.loss(valley.f(x)) });
  },

  hoveredVelocity({ x }) {
    const step = Math.min(Math.max(Math.round(20.8 * x - 0.4), 0), 20);
    const { v } = chapter.trace(valley.settings())[step];
    const [along, across] = v.map((each) => page.number(each));
    return page.say("tip-velocity", { step, along, across });
  },

  begin() {
    valley.contours();
    const changed = () => page.draw(valley.draw);
    const ids = ["valley-lr", "valley-mom", "valley-x1", "valley-x2"];
    ids.forEach((id) => page.control(id, { changed }));
    page.control("valley-step", { changed: () => { valley.stop(); changed(); } });
    page.element("valley-play").addEventListener("click", valley.play);
    page.pointing("valley", valley.touched, valley.holds);
    page.hovering("valley", valley.hovered);
    page.hovering("velocity", valley.hoveredVelocity);
    page.drawings.push(valley.draw);
  },
};
