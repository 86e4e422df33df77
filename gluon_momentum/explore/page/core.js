"use strict";

// What the four sections share: words, colours, plots, controls, and when they are drawn.

const page = {
  data: JSON.parse(document.getElementById("data").textContent),
  words: JSON.parse(document.getElementById("words").textContent),
  plots: JSON.parse(document.getElementById("plots").textContent),
  language: (navigator.languages || [navigator.language])[0].toLowerCase().startsWith("zh") ? "zh" : "en",
  models: {},
  controls: {},
  drawings: [],
  waiting: new Set(),

  /** Return a text in the reader's language; {name} in it becomes values.name. */
  say: (key, values = {}) =>
    page.words[key][page.language].replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all)),

  element: (id) => document.getElementById(id),
  write(id, html) {
    const element = page.element(id);
    if (element.innerHTML !== html) element.innerHTML = html;
  },

  /** Return a number for reading: a loss as 5.26e-5, a parameter as -3.3984. */
  number(value, digits = 4) {
    if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : page.say("nothing");
    const size = Math.abs(value);
    const text = size !== 0 && (size < 1e-3 || size >= 1e5)
      ? value.toExponential(Math.max(digits - 2, 1)) : value.toFixed(size < 100 ? digits : 1);
    return text.replace("-", "−").replace("e-", "e−").replace("e+", "e");
  },
  loss: (value) => page.number(value, Math.abs(value) < 1 ? 4 : 3),

  /** Return a colour of the theme by its name in the style sheet. */
  colour: (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim(),

  /** Draw a section, or all of them, before the next frame. */
  draw(drawing) {
    if (!page.waiting.size) requestAnimationFrame(page.drawNow);
    (drawing ? [drawing] : page.drawings).forEach((each) => page.waiting.add(each));
  },
  drawNow() {
    const all = [...page.waiting];
    page.waiting.clear();
    all.forEach((drawing) => drawing());
  },

  /** Replace what a plot shows under a name. */
  fill: (name, columns) => { page.models[`${name}-source`].data = columns; },

  /** Where a number is not finite, a line has a gap. */
  gaps: (values) => values.map((value) => (Number.isFinite(value) ? value : NaN)),

  /**
   * Join a slider and a number field. The slider's place is that of a value through `place` and
   * `value`, each other's inverse; `changed` is told when the reader moves either.
   */
  control(id, { place = (x) => x, value = (x) => x, changed }) {
    const slider = page.element(`${id}-slider`), field = page.element(id);
    const control = {
      get: () => Number(field.value),
      set(number) {
        field.value = number;
        slider.value = place(number);
        slider.setAttribute("aria-valuetext", field.value);
      },
    };
    slider.addEventListener("input", () => {
      field.value = value(Number(slider.value));
      slider.setAttribute("aria-valuetext", field.value);
      changed();
    });
    field.addEventListener("input", () => {
      if (field.value === "" || !field.checkValidity()) return;
      slider.value = place(control.get());
      changed();
    });
    field.addEventListener("change", () => {
      let number = field.value === "" ? value(Number(slider.value)) : control.get();
      if (field.step === "1") number = Math.round(number);
      control.set(Math.min(Math.max(number, Number(field.min)), Number(field.max)));
      changed();
    });
    control.set(control.get());
    page.controls[id] = control;
  },

  /** Tell `touched` the point of a plot at which the reader points, while the button is down. */
  pointing(name, { begins = () => true, touched }) {
    const surface = page.element(`${name}-surface`);
    let held = false;
    const at = (event) => {
      const { left, top } = surface.getBoundingClientRect(), plot = page.models[name];
      const x = (event.clientX - left - page.plots.left) / plot.inner_width;
      const y = 1 - (event.clientY - top - page.plots.top) / plot.inner_height;
      return { x, y, plot };
    };
    surface.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !begins(at(event), event)) return;
      held = true;
      surface.setPointerCapture(event.pointerId);
      touched(at(event));
    });
    surface.addEventListener("pointermove", (event) => { if (held) touched(at(event)); });
    ["pointerup", "pointercancel"].forEach((kind) => surface.addEventListener(kind, () => { held = false; }));
    // A finger that moves what it holds does not scroll the page.
    surface.addEventListener("touchstart", (event) => {
      if (begins(at(event.touches[0]), event)) event.preventDefault();
    }, { passive: false });
  },

  /** Return ask(kind, settings, answered): the newest question to a worker of its own is answered. */
  worker() {
    const text = ["shuffles", "kernel", "worker"].map((id) => page.element(id).textContent).join("\n");
    const worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
    const { features, labels, starts } = page.data;
    worker.postMessage({ data: { features, labels, starts } });
    let id = 0, answer;
    worker.onmessage = ({ data }) => { if (data.id === id) answer(data.part); };
    return (kind, settings, answered) => {
      answer = answered;
      worker.postMessage({ id: ++id, kind, settings });
    };
  },
};

const momentum = (window.momentum = { ...momentumKernel(page.data), shuffled: pythonShuffles.shuffled });
