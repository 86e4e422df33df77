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
      // By itself it would take the new colours a moment later, and the browser does not wait.
      [...view.renderer_views.values()].filter(({ glyph }) => glyph).forEach((each) =>
        each.set_visuals());
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
