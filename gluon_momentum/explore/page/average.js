"use strict";

// The weights of an exponentially weighted moving average, its window and its expansion.

const average = {
  draw() {
    const gamma = page.controls["average-mom"].get();
    const window = 1 / (1 - gamma), n = Math.round(window);
    const shown = Math.max(Math.ceil(3 * window), 8), weights = chapter.weights(gamma, shown);
    const part = (from, to) => ({
      x: weights.map((_, i) => i).slice(from, to),
      top: weights.slice(from, to),
    });
    page.fill("inside", part(0, n));
    page.fill("beyond", part(n, shown));
    page.models.window.location = n - 0.5;
    page.span("average", "x", -0.8, shown - 0.2);
    page.span("average", "y", 0, 1.1 * weights[0]);

    const short = (value) => String(Number(value.toPrecision(4)));
    const terms = [0, 1, 2].map((i) =>
      `${short(weights[i])} <i>x</i><sup>(<i>t</i>${i ? `−${i}` : ""})</sup>`);
    page.write("average-expansion", `<i>y</i><sup>(<i>t</i>)</sup> = ${terms.join(" + ")} + …`);
    page.write("average-window", short(window));
    page.write("average-power", page.number(gamma ** window));
    const share = page.number(100 * (1 - gamma ** n), 1);
    page.write("average-inside", page.say("percent", { share }));
    // Of a window of one gradient there is no average to speak of.
    page.tell("average", page.say(n === 1 ? "average-alone" : "average-says", {
      n, share, older: page.number(100 * gamma ** n, 1), newest: page.number(100 * (1 - gamma), 0),
      window: String(Number(window.toPrecision(3))),
    }));
  },

  hovered({ x }) {
    const { start, end } = page.models.average.x_range, back = Math.round(start + x * (end - start));
    if (back < 0) return "";
    const gamma = page.controls["average-mom"].get();
    const weight = page.number((1 - gamma) * gamma ** back);
    return page.say("tip-average", { back, weight });
  },

  begin() {
    page.control("average-mom", { changed: () => page.draw(average.draw) });
    page.hovering("average", average.hovered);
    page.drawings.push(average.draw);
  },
};
