"use strict";

// What came of a run, in numbers and words: the chapter's sentences, true or not for this shuffle.

const results = {
  describe(settings, book, done, outside, together) {
    const ends = (losses) => [losses[0], losses[losses.length - 1]].map(page.loss);
    const column = (name, { w, b, losses }) => [page.say(name),
      ...[...w, b].map((each) => page.number(each)), ...ends(losses)];
    const columns = [column("this-run", done)];
    if (outside) columns.push(column("outside-run", outside));
    if (book) {
      const params = [...book.w, book.b].map(results.minus);
      columns.push([page.say("published-run"), ...params, ...ends(book.curve[1])]);
    }
    const { w, b } = page.data.truth;
    columns.push([page.say("true-values"), ...[...w, b].map(results.minus), "", ""]);
    const losses = ["first-loss", "last-loss"].map((key) => page.say(key));
    const rows = ["", "<i>w</i>₁", "<i>w</i>₂", "<i>b</i>", ...losses].map((head, i) => {
      const cell = (text) => (i ? `<td>${text}</td>` : `<th scope="col">${text}</th>`);
      const cells = columns.map((each) => cell(each[i]));
      return `<tr>${i ? `<th scope="row">${head}</th>` : "<td></td>"}${cells.join("")}</tr>`;
    });
    page.write("results", rows.join(""));
    const said = [...results.verdicts(settings, book, done), ...results.parting(done, outside)];
    page.write("verdict", said.map((html) => `<li>${html}</li>`).join(""));
    page.write("python", results.python(settings, book));
    page.element("key-published").hidden = !book;
    page.element("key-outside").hidden = !outside;
    page.element("key-earlier").hidden = !run.earlier.length;
    document.querySelectorAll(".together-key").forEach((key) => { key.hidden = !together; });
    document.querySelectorAll("[data-experiment]").forEach((button) => {
      const pressed = book !== undefined && Number(button.dataset.experiment) === book.call.mom;
      button.setAttribute("aria-pressed", String(pressed));
    });
  },

  minus: (value) => String(value).replace("-", "−"),

  verdicts({ seed }, book, done) {
    if (!book) {
      const last = done.losses[done.losses.length - 1];
      if (!Number.isFinite(last)) return [page.say("diverged")];
      return [page.say(chapter.hasFallen(done) ? "fallen" : "risen")];
    }
    const of = (mom) => {
      const { call, start } = page.data.experiments.find((each) => each.call.mom === mom);
      return run.compute({ ...call, seed }, start);
    };
    return Object.keys(chapter.sentences).filter((name) => name.startsWith(`mom-${book.call.mom}.`))
      .map((name) => {
        const holds = chapter.sentences[name](of, page.data.truth);
        return page.say(holds ? "holds" : "fails", { sentence: page.say(name) });
      });
  },

  parting(done, outside) {
    if (!outside) return [];
    const apart = (loss, i) => Math.abs(loss - outside.losses[i]) > 1e-6 * loss;
    const first = done.losses.findIndex(apart);
    if (first < 0) return [page.say("never-part")];
    return [page.say("part", { epoch: page.number(done.epochs[first], 2) })];
  },

  // The same run in Python.
  python({ mom, lr, batch_size, num_epochs, log_interval, seed }, book) {
    const drawn = book ? page.data.experiments.indexOf(book) : 0;
    const lines = ["import random", "import gluon_momentum as gm"];
    lines.push("gm.seed(0)", "data = gm.generate_data()");
    for (let i = 0; i < drawn; i++) lines.push("gm.init_params()");
    lines.push(book ? `random.seed(${seed})` : `gm.seed(${seed})`);
    lines.push(`run = gm.optimize(*data, batch_size=${batch_size}, lr=${lr}, mom=${mom},`
      + `\n                  num_epochs=${num_epochs}, log_interval=${log_interval})`);
    return lines.slice(book ? 0 : 1).join("\n");
  },
};
