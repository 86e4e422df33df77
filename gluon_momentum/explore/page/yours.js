"use strict";

// A reader's own run: what it was, what it printed, and where that lies among shuffles.

const yours = {
  SHUFFLES: 2000,
  FRAMEWORKS: { mxnet: "MXNet", pytorch: "PyTorch", tensorflow: "TensorFlow", paddle: "Paddle",
    jax: "JAX", mindspore: "MindSpore", mlx: "MLX", djl: "DJL" },
  CHOICES: ["edition", "framework", "program"],
  SETTINGS: ["mom", "lr", "batch_size", "num_epochs"],
  FIELDS: { params: ["w1", "w2", "b"], loss: ["loss"] }, // by what an edition prints
  calls: momentumCalls(page.data, (key, values) => page.say(key, values)),

  field: (name) => page.element(`yours-${name}`),
  edition: () => page.data.editions[yours.field("edition").value],
  program() {
    const name = yours.field("program").value;
    return yours.edition().programs.find((each) => each.name === name);
  },
  printed: () => yours.FIELDS[yours.edition().prints].map((name) => yours.field(name).value.trim()),
  whole: (number) => number.toLocaleString("en", { useGrouping: page.language === "en" }),

  /** Return the call that the fields hold; what is no number stays a text, to be refused. */
  call() {
    const number = (text) => (text.trim() && !Number.isNaN(Number(text)) ? Number(text) : text);
    const chosen = yours.CHOICES.map((name) => [name, yours.field(name).value]);
    const settings = yours.SETTINGS.map((name) => [name, number(yours.field(name).value)]);
    const given = [...chosen, ...settings].filter(([name, value]) =>
      value !== "" || name === "mom" || name === "lr");
    const texts = yours.printed(), last = texts.pop();
    const values = texts.length ? { w: texts, b: last } : { loss: last };
    return { ...Object.fromEntries(given), ...values, shuffles: yours.SHUFFLES };
  },

  /** Resolve to what `momentumJudge` finds of a call; one is judged after the other. */
  async judge(call) {
    const asked = yours.calls.complete(call);
    const found = yours.before.then(() => new Promise((resolve) => {
      const here = () => resolve([...momentumJudge(page.data).judge(asked)].pop());
      if (page.isAlone) here();
      else {
        page.leave = here;
        yours.ask("judge", asked, (part) => {
          page.leave = () => {};
          resolve(part);
        });
      }
    }));
    yours.before = found;
    return found;
  },
  before: Promise.resolve(),

  // A program's name for a reader, with its rows where the edition's programs have not all the same.
  named({ name, nesterov, since, until, rows }) {
    const [, early, base] = /(early )?(scratch|concise|gluon)/.exec(name);
    const edition = yours.field("edition").value, count = rows ?? yours.edition().shape[0];
    const format = { year: "numeric", month: "long", timeZone: "UTC" };
    const day = (date) => new Date(date).toLocaleDateString(page.language, format)
      .replace(/(\d+)(?=[年月])/g, " $1 ").trim();
    const span = early ? "early" : since ? (until ? "between" : "since") : until && "until";
    const parts = [page.say(`program-${base}`)];
    if (nesterov) parts.push(page.say("program-nesterov"));
    if (yours.calls.rows(edition).length > 1) {
      parts.push(page.say("program-rows", { rows: yours.whole(count) }));
    }
    if (span) parts.push(page.say(`program-${span}`, { since: day(since), until: day(until) }));
    return parts.join(page.say("comma"));
  },

  /** Offer what there is to choose, in the reader's language. */
  offer() {
    const fill = (name, values, label) => {
      const select = yours.field(name), before = select.value;
      select.replaceChildren(...values.map((value) => new Option(label(value), value)));
      if (values.includes(before)) select.value = before;
      return select.value;
    };
    const here = Object.keys(page.data.editions).filter(yours.calls.isHere);
    const edition = fill("edition", here, (name) => page.say(`edition-${name}`));
    const framework = fill("framework", yours.calls.frameworks(edition), (name) =>
      yours.FRAMEWORKS[name] ?? page.say(`framework-${name}`));
    const listed = yours.calls.programs(edition, framework);
    const unsure = yours.calls.rows(edition).length > 1 || !yours.calls.frameworks(edition).includes("other");
    fill("program", [...listed.map((each) => each.name), ...(unsure ? [""] : [])], (name) =>
      (name ? yours.named(listed.find((each) => each.name === name)) : page.say("program-any")));
    const chosen = yours.program();
    yours.field("num_epochs").disabled = Boolean(chosen && !chosen.asked);
    yours.field("num_epochs").placeholder = chosen ? "" : page.say("yours-own");
    const prints = yours.edition().prints;
    Object.entries(yours.FIELDS).forEach(([kind, names]) => names.forEach((name) => {
      yours.field(name).parentElement.hidden = kind !== prints;
    }));
    const parts = { cloud: "params", value: "params", bars: "loss", "value-line": "loss" };
    Object.entries(parts).forEach(([name, kind]) => {
      page.element(`key-${name}`).hidden = kind !== prints;
    });
    const [below, left] = prints === "loss" ? ["last-loss", "axis-shuffles"] : ["axis-w1", "axis-w2"];
    page.models.yours.below[0].axis_label = page.say(below);
    page.models.yours.left[0].axis_label = page.say(left);
    yours.offerCalls();
  },

  // The calls of the edition's chapter, as buttons.
  offerCalls() {
    const place = page.element("yours-calls"), key = JSON.stringify(yours.pairs());
    if (place.dataset.key !== key) {
      place.dataset.key = key;
      place.replaceChildren(...yours.pairs().map(({ mom, lr }) => {
        const button = document.createElement("button");
        button.type = "button";
        button.innerHTML = `<i>γ</i> = ${mom}, <i>η</i> = ${lr}`;
        button.dataset.pair = JSON.stringify({ mom, lr });
        button.addEventListener("click", () => yours.set({ mom, lr }));
        return button;
      }));
    }
    const current = JSON.stringify(yours.pair());
    [...place.children].forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset.pair === current)));
  },

  pair: () => ({ mom: Number(yours.field("mom").value), lr: Number(yours.field("lr").value) }),
  pairs() {
    const all = yours.edition().calls.map(({ mom, lr }) => JSON.stringify({ mom, lr }));
    return [...new Set(all)].map((text) => JSON.parse(text));
  },

  set(values) {
    Object.entries(values).forEach(([name, value]) => { yours.field(name).value = value; });
    page.draw(yours.draw);
  },

  // Another edition, framework or program was chosen: the settings are its own.
  chosen(name) {
    yours.offer();
    const { calls: [usual] } = yours.edition(), program = yours.program();
    const known = yours.pairs().some((each) => JSON.stringify(each) === JSON.stringify(yours.pair()));
    if (name === "edition") Object.values(yours.FIELDS).flat().forEach((each) => yours.set({ [each]: "" }));
    yours.set({
      ...(known ? {} : { mom: usual.mom, lr: usual.lr }),
      batch_size: usual.batch_size,
      num_epochs: program ? program.num_epochs ?? usual.num_epochs : "", // each program's own
    });
  },

  /** Return what the address should hold: what is not as at first, and of another program all. */
  state() {
    const differs = (name) => yours.field(name).value !== yours.initial[name];
    const other = yours.CHOICES.some(differs);
    return yours.names.filter((name) => differs(name) || (other && yours.SETTINGS.includes(name)))
      .map((name) => [name, yours.field(name).value]);
  },

  /** Put all to what the address says, get(name), or else to what the program has, or is at first. */
  restore(get) {
    yours.names.forEach((name) => { yours.field(name).value = yours.initial[name]; });
    yours.names.forEach((name) => {
      const given = get(name);
      if (given !== null) yours.field(name).value = given;
      if (yours.CHOICES.includes(name)) (given === null ? yours.offer : yours.chosen)(name);
    });
  },

  /** Take the numbers out of lines as they were printed; tell whether they were that. */
  take(text) {
    const names = yours.FIELDS[yours.edition().prints];
    const found = yours.calls.numbers(text, names.length);
    if (found) yours.set(Object.fromEntries(names.map((name, i) => [name, found[i]])));
    return Boolean(found);
  },

  // Which of the programs train on a loss without its half, if it may be one of these.
  trained() {
    const { lr } = yours.pair(), twice = Number((2 * lr).toPrecision(6)), chosen = yours.program();
    if (chosen?.gradient === 2) return page.say("yours-twice", { lr, twice });
    const others = yours.calls.programs(yours.field("edition").value, yours.field("framework").value)
      .filter(({ gradient, kind }) => gradient === 2 && (!chosen || chosen.kind === kind));
    const names = others.map(yours.named).join(page.say("semicolon"));
    return names && page.say("yours-twice-others", { lr, twice, names });
  },

  draw() {
    yours.offer();
    page.write("yours-about", [yours.trained(), yours.program()?.fixed && page.say("yours-fixed")]
      .filter(Boolean).join(" "));
    page.write("yours-note", "");
    if (yours.printed().some((text) => !text)) yours.clear("yours-empty");
    else if (yours.isSeen) yours.follow(yours.call());
    else page.tell("yours", page.say("yours-unseen", { shuffles: yours.whole(yours.SHUFFLES) }));
  },

  // Of several calls that come while one is judged, the last one is judged next.
  async follow(call) {
    const text = JSON.stringify(call);
    yours.next = call;
    if (yours.found && yours.found.text === text) yours.show();
    if (yours.working) return;
    yours.working = true;
    while (yours.next && JSON.stringify(yours.next) !== (yours.found || {}).text) {
      const asked = yours.next;
      page.busy("yours", true, yours.dim);
      try {
        yours.found = { ...await yours.judge(asked), asked, text: JSON.stringify(asked) };
        if (yours.next === asked) yours.show();
      } catch (error) {
        if (yours.next !== asked) continue;
        yours.next = null;
        yours.clear("yours-refused");
        page.write("yours-note", error.message);
      }
    }
    yours.working = false;
    page.busy("yours", false, yours.dim);
    page.settle();
  },

  clear(key) {
    yours.next = yours.found = null;
    ["bars", "cloud", "value", "value-line"].forEach((name) => page.fill(name,
      name === "bars" ? { left: [], right: [], top: [] } : { x: [], y: [] }));
    page.tell("yours", page.say(key));
    ["x", "y"].forEach((axis) => page.span("yours", axis, 0, 1));
    ["yours-explained", "yours-code"].forEach((id) => page.write(id, ""));
  },

  dim(old) {
    ["bars", "cloud"].forEach((name) => {
      page.models[name].glyph.fill_alpha = { value: old ? 0.35 : 1 };
    });
  },

  /** Show what was found: the verdict, what would explain it, and the picture. */
  show() {
    const { as_strange, shuffles, verdict, explained, untold, cases, asked } = yours.found;
    const counts = { count: yours.whole(as_strange), shuffles: yours.whole(shuffles) };
    const outside = yours.plot() ? [page.say("yours-outside")] : [];
    page.tell("yours", page.join(page.say(`yours-${verdict}`, counts), ...outside));
    const share = (p) => Number(p.toPrecision(2)), mistake = (name) => page.say(`mistake-${name}`);
    const said = cases.length < 2 ? [] : [page.say("yours-cases", {
      cases: cases.map(({ program, p }) =>
        page.say("yours-case", { program: yours.named(program), p: share(p) }))
        .join(page.say("semicolon")),
    })];
    const count = said.length;
    said.push(...explained.map((each) => page.say("yours-explained",
      { p: share(each.p), sentence: mistake(each.mistake) })));
    if (verdict !== "ordinary" && said.length === count) said.push(page.say("yours-unexplained"));
    if (untold.length) {
      const names = untold.map((name) => page.say(`name-${name}`)).join(page.say("semicolon"));
      said.push(page.say("yours-untold", { names }));
    }
    page.write("yours-explained", said.map((html) => `<li>${html}</li>`).join(""));
    page.element("yours-code").textContent = `await momentum.judge(${yours.written(asked)})`;
  },

  // A call as it is written in JavaScript.
  written(call) {
    const text = (value) => (Array.isArray(value) ? `[${value.map(text).join(", ")}]`
      : JSON.stringify(value));
    return `{${Object.entries(call).map(([name, value]) => `${name}: ${text(value)}`).join(", ")}}`;
  },

  // An interval about most shuffles, and the value if that is not far; others are beyond.
  frame(column, value) {
    const finite = Float64Array.from(column.filter(Number.isFinite)).sort();
    if (!finite.length) return [0, 1];
    const at = (share) => finite[Math.round(share * (finite.length - 1))];
    const [low, high] = [at(0.005), at(0.995)], middle = (low + high) / 2;
    const reach = high - low || Math.abs(middle) * 1e-6 || 1, away = Math.abs(value - middle);
    const shown = 1.1 * (away < 3 * reach ? Math.max(away, reach) : reach);
    return [middle - shown, middle + shown];
  },

  bars: {}, // of the histogram

  /** Draw the shuffles and the value; tell whether that is outside the picture. */
  plot() {
    const { pool, asked } = yours.found, several = pool.length > 1;
    const values = (several ? asked.w : [asked.loss]).map((each) => Number(String(each).replace("−", "-")));
    const frames = values.map((value, k) => yours.frame(pool[k], value));
    const placed = values.map((value, k) => {
      const [low, high] = frames[k], edge = 0.04 * (high - low);
      return Math.min(Math.max(value, low + edge), high - edge);
    });
    const inside = (value, [low, high]) => value >= low && value <= high;
    const empty = { x: [], y: [] };
    if (several) {
      const shown = [...pool[0].keys()].filter((s) => frames.every((frame, k) => inside(pool[k][s], frame)));
      const [x, y] = [0, 1].map((k) => shown.map((s) => pool[k][s]));
      page.fill("cloud", { x, y });
      page.fill("bars", { left: [], right: [], top: [] });
      page.fill("value", Number.isFinite(placed[0] + placed[1]) ? { x: [placed[0]], y: [placed[1]] } : empty);
      page.fill("value-line", empty);
      page.span("yours", "y", ...frames[1]);
    } else {
      const [[low, high]] = frames, count = 60, width = (high - low) / count;
      const top = new Array(count).fill(0);
      pool[0].filter((loss) => inside(loss, frames[0])).forEach((loss) => {
        top[Math.min(Math.floor((loss - low) / width), count - 1)]++;
      });
      const left = top.map((_, i) => low + i * width), highest = 1.1 * Math.max(...top, 1);
      yours.bars = { left, right: left.map((each) => each + width), top };
      page.fill("bars", yours.bars);
      page.fill("cloud", empty);
      page.fill("value", empty);
      page.fill("value-line", Number.isNaN(placed[0]) ? empty
        : { x: [placed[0], placed[0]], y: [0, highest] });
      page.span("yours", "y", 0, highest);
    }
    page.span("yours", "x", ...frames[0]);
    return !values.some(Number.isNaN) && !values.every((value, k) => inside(value, frames[k]));
  },

  // What the plot shows at a point of its frame.
  hovered({ x, y }) {
    if (!yours.found) return "";
    const { x_range, y_range } = page.models.yours, { left, right, top } = yours.bars;
    const at = (range, share) => range.start + share * (range.end - range.start);
    const digits = (value) => Number(value.toPrecision(6));
    if (yours.found.pool.length > 1) {
      return page.say("tip-cloud", { w1: digits(at(x_range, x)), w2: digits(at(y_range, y)) });
    }
    const bar = Math.min(Math.floor(x * top.length), top.length - 1);
    return page.say("tip-bars",
      { low: digits(left[bar]), high: digits(right[bar]), count: yours.whole(top[bar]) });
  },

  begin() {
    yours.ask = page.worker();
    yours.offer();
    const texts = Object.values(yours.FIELDS).flat();
    yours.names = [...yours.CHOICES, ...yours.SETTINGS, ...texts];
    yours.initial = Object.fromEntries(yours.names.map((name) => [name, yours.field(name).value]));
    yours.CHOICES.forEach((name) =>
      yours.field(name).addEventListener("change", () => yours.chosen(name)));
    [...yours.SETTINGS, ...texts].forEach((name) =>
      yours.field(name).addEventListener("input", () => page.draw(yours.draw)));
    texts.forEach((name) => {
      const field = yours.field(name);
      field.addEventListener("paste", (event) => {
        if (yours.take(event.clipboardData.getData("text"))) event.preventDefault();
      });
      field.addEventListener("change", () => {
        if (/\s/.test(field.value.trim()) || /[:[]/.test(field.value)) yours.take(field.value);
      });
    });
    page.hovering("yours", yours.hovered);
    new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      yours.isSeen = true;
      page.draw(yours.draw);
    }, { rootMargin: "20%" }).observe(page.element("yours"));
    page.drawings.push(yours.draw);
  },
};

window.momentum.judge = async (call) => {
  const { as_strange, shuffles, p, verdict, explained } = await yours.judge(call);
  return { as_strange, shuffles, p, verdict, explained };
};
