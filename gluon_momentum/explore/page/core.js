"use strict";

// What the sections share: words, colours, plots, controls, and when they are drawn.

const page = {
  data: JSON.parse(document.getElementById("data").textContent),
  words: JSON.parse(document.getElementById("words").textContent),
  plots: JSON.parse(document.getElementById("plots").textContent),
  language: navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en", // the browser's first
  models: {},
  controls: {},
  drawings: [],
  waiting: new Set(),
  hidden: new Set(), // names of the plots that are out of sight
  isAlone: false, // without a worker
  leave: () => {}, // what is done when that is found out

  /** Return a text in the reader's language; {name} in it becomes values.name. */
  say: (key, values = {}) =>
    page.words[key][page.language].replace(/\{(\w+)\}/g, (gap, name) =>
      (name in values ? values[name] : gap)),

  /** Return sentences one after the other. */
  join: (...sentences) => sentences.join(page.language === "zh" ? "" : " "),

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

  /** Return a colour of the theme by its name in the style sheet, as rgb(...). */
  colour(name) {
    const probe = page.element("colour");
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  },

  /** Return how many pixels so many of 16ths of the reader's font size are. */
  size: (pixels) => (pixels * parseFloat(getComputedStyle(document.documentElement).fontSize)) / 16,

  /** Draw a section, or all of them, once for all that the reader does at a time. */
  draw(drawing) {
    if (!page.waiting.size) queueMicrotask(page.drawNow);
    (drawing ? [drawing] : page.drawings).forEach((each) => page.waiting.add(each));
  },
  drawNow() {
    const all = [...page.waiting];
    page.waiting.clear();
    page.hold();
    all.forEach((drawing) => drawing());
    link.follow();
  },

  // While the reader moves something, what is out of sight is not painted.
  hold() {
    for (const name of page.plots.names) {
      if (page.hidden.has(name)) page.models[name].hold_render = true;
    }
    page.settle();
  },
  release(name) {
    if (page.models[name].hold_render) page.models[name].hold_render = false;
  },
  watch() {
    const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
      const name = entry.target.id.replace("-plot", "");
      page.hidden[entry.isIntersecting ? "delete" : "add"](name);
      if (entry.isIntersecting) page.release(name);
    }), { rootMargin: "10%" });
    page.plots.names.forEach((name) => seen.observe(page.element(`${name}-plot`)));
  },

  /** When the reader has stopped, paint the rest, and read out what came of it in their section. */
  settle() {
    clearTimeout(page.settling);
    page.settling = setTimeout(() => {
      page.plots.names.forEach(page.release);
      if (document.querySelector("[aria-busy='true']")) page.settle();
      else page.announce();
    }, 700);
  },
  announce() {
    const active = document.activeElement.closest("section");
    document.querySelectorAll("section").forEach((section) => {
      const all = [...section.querySelectorAll(".says")].map((each) => each.textContent);
      const said = page.join(...all);
      if (section === active && said !== section.said) page.write("announcer", said);
      section.said = said;
    });
  },

  /** Write the sentence under a plot. */
  tell: (name, html) => page.write(`${name}-says`, html),

  /** Say on a plot that what it shows is old, if the new takes long: `dim` shows it as such. */
  busy(name, on, dim) {
    const plot = page.box(name);
    clearTimeout(plot.timer);
    plot.setAttribute("aria-busy", String(on && !page.isAlone));
    plot.classList.remove("late");
    const late = () => { plot.classList.add("late"); dim(true); };
    if (on && !page.isAlone) plot.timer = setTimeout(late, 150);
    else dim(false);
  },

  /** Show the frame of a plot from low to high. */
  span: (name, axis, start, end) => page.models[name][`${axis}_range`].setv({ start, end }),

  box: (name) => page.element(`${name}-plot`).parentElement,
  isBusy: (name) => page.box(name).getAttribute("aria-busy") === "true",

  /** Replace what a plot shows under a name. */
  fill: (name, columns) => { page.models[`${name}-source`].data = columns; },

  /** Where a number is not finite, a line has a gap. */
  gaps: (values) => values.map((value) => (Number.isFinite(value) ? value : NaN)),

  /**
   * Join a slider and a number field. The slider's place is that of a value through `place` and
   * `value`, each other's inverse; `step` gives what an arrow key adds to a value in the field;
   * `changed` is told when the reader moves either.
   */
  control(id, { place = (x) => x, value = (x) => x, step, changed }) {
    const slider = page.element(`${id}-slider`), field = page.element(id);
    const least = Number(field.dataset.least), most = Number(field.max);
    const whole = field.step === "1";
    const near = (number) => {
      const inside = Math.min(Math.max(number, least), most);
      return whole ? Math.round(inside) : inside;
    };
    let current = Number(field.defaultValue), finger = null;
    const note = (html) => page.write(`${id}-note`, html);
    const show = () => {
      slider.value = place(current);
      slider.setAttribute("aria-valuetext", String(current));
      field.setAttribute("aria-invalid", "false");
      if (step) field.step = step(current);
    };
    const control = {
      get: () => current,
      /** Take a number, or the nearest one that is allowed, and say so. */
      set(number) {
        current = near(number);
        field.value = current;
        show();
        const key = whole ? "nearest-whole" : "nearest";
        note(current === number ? "" : page.say(key, { least, most, value: current }));
      },
    };
    const slid = () => {
      control.set(value(Number(slider.value)));
      changed();
    };
    slider.addEventListener("input", () => { if (!finger || finger.slides) slid(); });
    // A finger that comes down on a slider may be about to scroll the page.
    slider.addEventListener("pointerdown", ({ pointerType, clientX }) => {
      finger = pointerType === "touch" ? { before: current, x: clientX } : null;
    });
    slider.addEventListener("pointermove", ({ clientX }) => {
      if (!finger || finger.slides || Math.abs(clientX - finger.x) < 8) return;
      finger.slides = true;
      slid();
    });
    slider.addEventListener("pointerup", () => {
      if (finger && !finger.slides) slid();
      finger = null;
    });
    slider.addEventListener("pointercancel", () => {
      if (!finger) return;
      control.set(finger.before);
      if (finger.slides) changed();
      finger = null;
    });
    field.addEventListener("input", () => {
      const number = field.valueAsNumber, allowed = number === near(number);
      note("");
      field.setAttribute("aria-invalid", String(!allowed));
      if (!allowed) return;
      current = number;
      show();
      changed();
    });
    field.addEventListener("change", () => {
      const number = field.valueAsNumber;
      control.set(Number.isNaN(number) ? current : number);
      changed();
    });
    control.set(current);
    page.controls[id] = control;
  },

  // Where in the frame of a plot an event is, as shares of its width and height.
  at(name, { clientX, clientY }) {
    const { left, top } = page.element(`${name}-surface`).getBoundingClientRect();
    const plot = page.models[name];
    const x = (clientX - left - plot.min_border_left) / plot.inner_width;
    return { x, y: 1 - (clientY - top - plot.min_border_top) / plot.inner_height };
  },

  /**
   * Tell `touched` the point of a plot that the reader taps, or drags over with a mouse. A finger
   * that drags scrolls the page, unless `holds` says that it has something.
   */
  pointing(name, touched, holds = () => false) {
    const surface = page.element(`${name}-surface`), at = (event) => page.at(name, event);
    let held = false;
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
      if (event.touches.length === 1 && holds(at(event.touches[0]))) event.preventDefault();
    }, { passive: false });
  },

  /** Show what `describe` says of the point of a plot under the pointer. */
  hovering(name, describe) {
    const surface = page.element(`${name}-surface`), tip = page.element(`${name}-tip`);
    const hide = () => { tip.hidden = true; };
    surface.addEventListener("pointermove", (event) => {
      const at = page.at(name, event), clip = (share) => Math.min(Math.max(share, 0), 1);
      const point = { x: clip(at.x), y: clip(at.y) };
      const inside = Math.hypot(at.x - point.x, at.y - point.y) < 0.02;
      const html = inside && event.pointerType !== "touch" ? describe(point) : "";
      tip.hidden = !html;
      if (!html) return;
      tip.innerHTML = html;
      const { left, top, width } = surface.getBoundingClientRect();
      const right = event.clientX - left + 14, below = event.clientY - top - 14 - tip.offsetHeight;
      tip.style.left = `${Math.min(right, width - tip.offsetWidth)}px`;
      tip.style.top = `${Math.max(below, 0)}px`;
    });
    ["pointerleave", "pointerdown"].forEach((kind) => surface.addEventListener(kind, hide));
    document.addEventListener("keydown", ({ key }) => { if (key === "Escape") hide(); });
  },

  /** Return ask(kind, settings, answered) to a worker of its own, which answers the newest. */
  worker() {
    const names = ["shuffles", "kernel", "ranks", "judge", "worker"];
    const texts = names.map((id) => page.element(id).textContent);
    const script = new Blob([texts.join("\n")], { type: "text/javascript" });
    let worker;
    try {
      worker = new Worker(URL.createObjectURL(script));
    } catch (error) {
      page.alone();
      return () => {};
    }
    worker.onerror = page.alone;
    worker.postMessage({ data: page.data });
    let id = 0, answer;
    worker.onmessage = ({ data }) => { if (data.id === id) answer(data.part); };
    return (kind, settings, answered) => {
      answer = answered;
      worker.postMessage({ id: ++id, kind, settings });
    };
  },

  /** Without a worker: nothing is being computed, and what needs one says that it is missing. */
  alone() {
    page.isAlone = true;
    page.leave();
    document.querySelectorAll(".alone").forEach((each) => { each.hidden = false; });
    document.querySelectorAll("[aria-busy]").forEach((each) => {
      clearTimeout(each.timer);
      each.classList.remove("late");
      each.setAttribute("aria-busy", "false");
    });
  },
};

window.momentum = { ...momentumKernel(page.data), shuffled: pythonShuffles.shuffled };
