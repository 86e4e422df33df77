"use strict";

// The calls that can be judged: what editions have, a reader's call made complete, and the numbers
// in lines as they were printed. It needs no page.

/**
 * Return {frameworks, programs, complete, numbers} for the page's data. A call that is none is
 * refused by a RangeError, with a sentence of `say(key, values)`.
 */
function momentumCalls({ editions, measured }, say) {
  const NAMES = ["edition", "framework", "program", "lr", "mom", "batch_size", "num_epochs", "w", "b",
    "loss", "shuffles"];
  const FEWEST = 300, USUAL = 2000, MOST = 20000; // shuffles
  const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?\b(?:nan|inf(?:inity)?)\b/;

  const refuse = (key, values) => { throw new RangeError(say(`bad-${key}`, values)); };
  const isHere = (edition) => editions[edition].truth !== null || measured !== null;
  const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value)) ?? "undefined";

  /** Return the frameworks of an edition; "other" where its programs are those of one alone. */
  function frameworks(edition) {
    const all = [...new Set(editions[edition].programs.map((each) => each.framework))];
    return all.length > 1 ? all : [...all, "other"];
  }

  /** Return the programs of an edition for a framework. */
  const programs = (edition, framework) => editions[edition].programs
    .filter((each) => framework === "other" || each.framework === framework);

  /** Return what a call may be of which only the framework is known, as the package has it. */
  function candidates(edition, framework, made) {
    const all = editions[edition].programs;
    const plain = programs(edition, framework).filter((each) => !each.nesterov);
    const kinds = made.map(({ program }) => all.find(({ name }) => name === program).kind);
    const likely = plain.filter(({ kind }) => kinds.includes(kind));
    const own = frameworks(edition).includes("other") ? all.slice(0, 1)
      : likely.length ? likely : plain;
    return own.flatMap((program) => rows(edition).map((each) => ({ ...program, rows: each })));
  }

  /** Return the numbers of examples on which an edition's programs train. */
  function rows(edition) {
    const { programs: all, shape: [count] } = editions[edition];
    return [...new Set(all.map((each) => each.rows ?? count))];
  }

  function oneOf(name, value, known) {
    if (!known.includes(value)) refuse("choice", { name, known: known.join(", "), value: shown(value) });
  }

  function whole(name, value, least, most) {
    const allowed = Number.isInteger(value) && value >= least && value <= most;
    if (!allowed) refuse("whole", { name, least, most, value: shown(value) });
  }

  /** Return a number's text as the package reads it; refuse what is none. */
  function printed(value) {
    const text = String(value).trim().toLowerCase().replace("−", "-"), [found] = NUMBER.exec(text) ?? [];
    const size = found === text && ranks.unit(text);
    if (!(size > 0 && size < Infinity)) refuse("printed", { value: shown(value) });
    return text.replace(/inf(inity)?/, "Infinity").replace("nan", "NaN");
  }

  /** Return a reader's call with all that it leaves out, for `momentumJudge`. */
  function complete(call) {
    const unknown = Object.keys(call).find((name) => !NAMES.includes(name));
    if (unknown) refuse("name", { name: unknown });
    const { edition = "2018", framework = "mxnet", mom, w, b, loss, shuffles = USUAL } = call;
    oneOf("edition", edition, Object.keys(editions));
    if (!isHere(edition)) refuse("data", { edition });
    oneOf("framework", framework, frameworks(edition));
    const listed = programs(edition, framework).map((each) => each.name);
    if (call.program !== undefined) oneOf("program", call.program, listed);
    const { programs: all, calls, shape: [count, inputs] } = editions[edition], [usual] = calls;
    const rates = [...new Set(calls.map((each) => each.lr))];
    const { lr = rates.length > 1 ? undefined : rates[0], batch_size = usual.batch_size } = call;
    if (!(Number.isFinite(lr) && lr > 0)) refuse("rate", { value: shown(lr) });
    if (!(Number.isFinite(mom) && mom >= 0 && mom <= 1)) refuse("momentum", { value: shown(mom) });
    const made = calls.filter((each) => each.lr === lr && each.mom === mom);
    const asked = all.filter(({ name }) => name === call.program);
    const may = asked.length ? asked : candidates(edition, framework, made);
    const cases = distinct(may.map((program) => {
      const own = program.num_epochs ?? usual.num_epochs;
      return { program, num_epochs: program.asked ? call.num_epochs ?? own : own };
    }));
    whole("batch_size", batch_size, 1, Math.max(...may.map(({ rows }) => rows ?? count)));
    cases.forEach(({ num_epochs }) => whole("num_epochs", num_epochs, 1, 100));
    whole("shuffles", shuffles, FEWEST, MOST);
    if ((loss === undefined) === (w === undefined) || (w === undefined) !== (b === undefined)) {
      refuse("values", {});
    }
    if (w !== undefined && !(Array.isArray(w) && w.length === inputs)) {
      refuse("weights", { inputs, value: shown(w) });
    }
    const texts = (w === undefined ? [loss] : [...w, b]).map(printed);
    const { place } = made.find((each) => each.program === call.program) ?? made[0] ?? { place: 0 };
    // What else a notebook of today's has drawn before is not known.
    const any = framework === "other" || !frameworks(edition).includes("other");
    return { edition, cases, any, place, lr, mom, batch_size, printed: texts, shuffles };
  }

  // Programs that go the same way and print the same are one.
  function distinct(cases) {
    const different = new Map();
    for (const one of cases) {
      const { name, framework, kind, since, until, fixed, asked, num_epochs, ...way } = one.program;
      const key = JSON.stringify([way, one.num_epochs]);
      if (!different.has(key)) different.set(key, one);
    }
    return [...different.values()];
  }

  /** Return so many numbers of lines as they were printed, as texts, or null if there are others. */
  function numbers(text, count) {
    const found = (part) => part.replace(/−/g, "-").match(new RegExp(NUMBER, "gi")) ?? [];
    if (count === 1) {
      const lines = [...text.matchAll(/loss\W*?([-+\d.][^\s,]*|nan|inf)/gi)];
      const last = lines.length ? found(lines[lines.length - 1][1]) : found(text);
      return last.length === 1 ? last : null;
    }
    // Without what arrays say of themselves, as <NDArray 2x1 @cpu(0)> and dtype=float32, or w[0].
    const said = /<[^>]*>|\w+\s*=\s*\([^)]*\)|\w*float\d+|cpu\(\d+\)|\w\[\d+\]/g;
    const values = found(text.replace(said, " "));
    return values.length === count ? values : null;
  }

  return { frameworks, programs, rows, isHere, complete, numbers };
}
