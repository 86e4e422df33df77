"use strict";

// What the four sections share: words, colours, plots, controls, and when they are drawn.

const page = {
  data: JSON.parse(document.getElementById("data").textContent),
  words: JSON.parse(document.getElementById("words").textContent),
  plots: JSON.parse(document.getElementById("plots").textContent),
  language: navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en", // the browser's first
  models: {},
  controls: {},
  drawings: [],
  waiting: new Set(),

  /** Return a text in the reader's language; {name} in it becomes values.name. */
  say: (key, values = {}) =>
    page.words[key][page.language].replace(/\{(\w+)\}/g, (gap, name) =>
      (name in values ? values[name] : gap)),

  element: (id) => document.getElementById(id),
  write(id, html) {
    const element = page.element(id);
    if (element.innerHTML !== html) element.innerHTML = html;
  },

  /** Return a number for reading: a loss as 5.26e-5, a parameter as -3.3984. */
  number(value, digits = 4) {
    if (Number.isNaN(value)) return page.say("nothing");
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
    const size = Math.abs(value);
    const text = size !== 0 && (size < 1e-3 || size >= 1e5)
      ? value.toExponential(Math.max(digits - 2, 1)) : value.toFixed(size < 100 ? digits : 1);
    return text.replace("-", "−").replace("e-", "e−").replace("e+", "e");
  },
  loss: (value) => page.number(value, Math.abs(value) < 1 ? 4 : 3),

  /** Return a colour of the theme by its name in the style sheet. */
  colour: (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim(),

  /** Draw a section, or all of them, once for all that the reader does at a time. */
  draw(drawing) {
    if (!page.waiting.size) queueMicrotask(page.drawNow);
    (drawing ? [drawing] : page.drawings).forEach((each) => page.waiting.add(each));
  },
  drawNow() {
    const all = [...page.waiting];
    page.waiting.clear();
    all.forEach((drawing) => drawing());
  },

  /** Show the frame of a plot from low to high. */
  span: (name, axis, start, end) => page.models[name][`${axis}_range`].setv({ start, end }),

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

  /**
   * Tell `touched` the point of a plot that the reader taps, or drags over with a mouse. A finger
   * that drags scrolls the page, unless `holds` says that it has something.
   */
  pointing(name, touched, holds = () => false) {
    const surface = page.element(`${name}-surface`);
    let held = false;
    const at = ({ clientX, clientY }) => {
      const { left, top } = surface.getBoundingClientRect(), plot = page.models[name];
      const x = (clientX - left - page.plots.left) / plot.inner_width;
      return { x, y: 1 - (clientY - top - page.plots.top) / plot.inner_height };
    };
    const on = (kind, listener, options) => surface.addEventListener(kind, listener, options);
    on("pointerdown", (event) => {
      held = event.button === 0 && (event.pointerType === "mouse" || holds(at(event)));
      if (held) surface.setPointerCapture(event.pointerId);
      if (held) touched(at(event));
    });
    on("pointermove", (event) => { if (held) touched(at(event)); });
    ["pointerup", "pointercancel"].forEach((kind) => on(kind, () => { held = false; }));
    on("click", (event) => touched(at(event)));
    on("touchstart", (event) => {
      if (holds(at(event.touches[0]))) event.preventDefault();
    }, { passive: false });
  },

  /** Return ask(kind, settings, answered) to a worker of its own, which answers the newest. */
  worker() {
    const texts = ["shuffles", "kernel", "worker"].map((id) => page.element(id).textContent);
    const script = new Blob([texts.join("\n")], { type: "text/javascript" });
    const worker = new Worker(URL.createObjectURL(script));
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

window.momentum = { ...momentumKernel(page.data), shuffled: pythonShuffles.shuffled };
