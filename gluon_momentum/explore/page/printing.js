"use strict";

// Printed, every plot is a picture of itself, in the light theme: a browser scales and moves that as
// the paper asks.

const printing = {
  before() {
    document.documentElement.dataset.printed = "true";
    dress.colours();
    for (const name of page.plots.names) {
      page.release(name);
      const view = Bokeh.index[page.models[name].id];
      view.paint();
      const picture = view.export("png", true).canvas;
      picture.className = "printed";
      page.element(`${name}-plot`).after(picture);
    }
  },

  after() {
    delete document.documentElement.dataset.printed;
    document.querySelectorAll(".printed").forEach((picture) => picture.remove());
    dress.colours();
  },

  begin() {
    addEventListener("beforeprint", printing.before);
    addEventListener("afterprint", printing.after);
  },
};
