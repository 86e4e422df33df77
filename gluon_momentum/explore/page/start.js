"use strict";

// Put the plots into the page, dress them, and begin.

const dress = {
  // Which of the theme's colours each named model has, by the properties that take it.
  COLOURS: {
    line: {
      contours: "line", lowest: "ink", start: "run", "step-arrow": "run", "step-head": "run",
      "descent-line": "other", "moving-line": "run", "descent-points": "other",
      "moving-points": "run", "across-line": "other", "along-line": "run",
      "across-points": "other", "along-points": "run", zero: "median", now: "median",
      inside: "run", beyond: "other", window: "ink",
      "band-low": "line", "band-high": "line", earlier: "earlier", median: "median",
      published: "published", run: "run", outside: "other", decay: "median",
      "together-0": "high", "together-1": "middle", "together-2": "low",
      bound: "bound", "bound-halo": "halo", even: "mark", "even-halo": "halo", best: "halo",
      books: "mark", chosen: "mark", halo: "halo", again: "run",
      cloud: "earlier", bars: "line", value: "other", "value-halo": "paper",
      "value-line": "other", "value-line-halo": "paper",
    },
    fill: {
      start: "paper", "step-head": "run", "descent-points": "paper", "moving-points": "run",
      "across-points": "paper", "along-points": "run", inside: "run", beyond: "paper",
      band: "band", books: "halo", best: "best", cloud: "earlier", bars: "earlier",
    },
    hatch: { beyond: "other" },
  },

  colours() {
    for (const [kind, names] of Object.entries(dress.COLOURS)) {
      for (const [name, colour] of Object.entries(names)) {
        const model = page.models[name], target = model.glyph || model;
        const value = page.colour(colour);
        target[`${kind}_color`] = model.glyph ? { value } : value;
      }
    }
    const [ink, paper, grid] = ["ink", "paper", "grid"].map(page.colour);
    for (const name of page.plots.names) {
      const plot = page.models[name];
      plot.background_fill_color = plot.border_fill_color = paper;
      plot.outline_line_color = grid;
      [...plot.below, ...plot.left].forEach((axis) => axis.setv({
        axis_line_color: ink, major_tick_line_color: ink, minor_tick_line_color: null,
        axis_label_text_color: ink, major_label_text_color: ink,
      }));
      const grids = plot.center.filter((each) => "grid_line_color" in each);
      grids.forEach((each) => { each.grid_line_color = grid; });
    }
    page.models.bar.setv({
      background_fill_color: paper, major_label_text_color: ink, title_text_color: ink,
      major_tick_line_color: ink,
    });
    page.models.colours.nan_color = page.colour("diverged");
    page.models.diverged.text_color = "#ffffff";
  },

  // The plots are written as the page is, in the font and the size that the reader has chosen.
  fonts() {
    const font = getComputedStyle(document.body).fontFamily, px = (size) => `${page.size(size)}px`;
    for (const name of page.plots.names) {
      const plot = page.models[name];
      plot.setv({ min_border_left: page.size(64), min_border_bottom: page.size(52) });
      [...plot.below, ...plot.left].forEach((axis) => axis.setv({
        axis_label_text_font: font, axis_label_text_font_style: "normal",
        axis_label_text_font_size: px(14),
        major_label_text_font: font, major_label_text_font_size: px(12),
      }));
    }
    page.models.bar.setv({
      title_text_font: font, title_text_font_style: "normal", title_text_font_size: px(12),
      major_label_text_font: font, major_label_text_font_size: px(11),
    });
    page.models.diverged.setv({ text_font: font, text_font_size: px(14) });
  },

  texts() {
    document.documentElement.lang = page.language === "zh" ? "zh-Hans" : "en";
    document.title = page.say("title");
    const values = {
      ...page.data.versions, shuffles: run.SHUFFLES, yours: yours.whole(yours.SHUFFLES),
      lambda: page.number(page.data.lambda_max, 2),
    };
    document.querySelectorAll("[data-text]").forEach((element) => {
      element.innerHTML = page.say(element.dataset.text, values);
    });
    document.querySelectorAll("[data-label]").forEach((element) =>
      element.setAttribute("aria-label", page.say(element.dataset.label)));
    document.querySelectorAll("[data-label-for]").forEach((slider) => {
      const label = document.querySelector(`label[for="${slider.dataset.labelFor}"]`);
      slider.setAttribute("aria-label", `${label.textContent} (${page.say("slider")})`);
    });
    document.querySelectorAll("[data-language]").forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset.language === page.language)));
    const axes = {
      valley: ["axis-x1", "axis-x2"], velocity: ["axis-step", "axis-velocity"],
      average: ["axis-back", "axis-weight"], loss: ["axis-epoch", "axis-loss"],
      echo: ["axis-epoch", "axis-loss"], final: ["axis-lr", "axis-mom"],
    };
    for (const [name, [below, left]] of Object.entries(axes)) {
      page.models[name].below[0].axis_label = page.say(below);
      page.models[name].left[0].axis_label = page.say(left);
    }
    page.models.bar.title = page.say("axis-final");
    page.models.diverged.text = page.say("diverged-word");
  },

  // A narrow page has room for a plot and the controls that move it.
  heights(narrow) {
    const heights = narrow
      ? { valley: 260, velocity: 220, average: 220, loss: 260, final: 340, echo: 220,
        yours: 280 }
      : { valley: 340, velocity: 340, average: 260, loss: 400, final: 420, echo: 420,
        yours: 420 };
    for (const name of page.plots.names) page.models[name].height = page.size(heights[name]);
  },

  // Bokeh, which the page holds compressed.
  async library() {
    const bytes = Uint8Array.from(atob(page.element("bokeh").textContent), (c) => c.charCodeAt(0));
    const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(text).text();
    document.head.append(script);
  },

  async plots() {
    for (const name of page.plots.names) {
      await Bokeh.embed.embed_item(page.plots.items[name], `${name}-plot`);
    }
    const models = Bokeh.documents.flatMap((each) => [...each._all_models.values()]);
    models.filter((model) => model.name).forEach((model) => { page.models[model.name] = model; });
  },

  speak(language) {
    page.language = language;
    dress.texts();
    page.draw();
  },

  async begin() {
    await dress.library();
    await dress.plots();
    [valley, average, run, finalMap, yours].forEach((section) => section.begin());
    link.begin(() => dress.speak(page.language));
    dress.colours();
    dress.fonts();
    const narrow = matchMedia("(max-width: 40rem)");
    dress.heights(narrow.matches);
    narrow.addEventListener("change", () => dress.heights(narrow.matches));
    ["(prefers-color-scheme: dark)", "(forced-colors: active)"].forEach((query) =>
      matchMedia(query).addEventListener("change", dress.colours));
    document.querySelectorAll("[data-language]").forEach((button) =>
      button.addEventListener("click", () => dress.speak(button.dataset.language)));
    printing.begin();
    dress.speak(page.language);
    page.element("page").hidden = false;
    page.element("failed").hidden = true;
    page.watch();
    // What has the focus is scrolled to below the plot that stays.
    const grown = new ResizeObserver((entries) => entries.forEach(({ target }) =>
      target.parentElement.style.setProperty("--covered", `${target.offsetHeight}px`)));
    document.querySelectorAll(".stay").forEach((each) => grown.observe(each));
    document.documentElement.dataset.ready = "true";
  },
};

dress.begin();
