"use strict";

// What takes longer than a frame, in a worker: the scripts that need no page stand before it.

let kernel, judging, present = 0;

onmessage = async ({ data: message }) => {
  if (message.data) {
    kernel = momentumKernel(message.data);
    judging = momentumJudge(message.data);
    return;
  }
  const job = ++present;
  let spoken = performance.now();
  for (const part of jobs[message.kind](message.settings)) {
    if (part) postMessage({ id: message.id, part });
    if (performance.now() - spoken > 20) {
      await new Promise((resolve) => setTimeout(resolve));
      if (job !== present) return; // a newer message arrived meanwhile
      spoken = performance.now();
    }
  }
};

const jobs = {
  // The final losses, a row for each momentum, the first row for the first one.
  *map({ lr, mom, start, ...schedule }) {
    const walk = kernel.walks(schedule);
    for (let row = 0; row < mom.length; row++) {
      const losses = lr.map((rate) => walk(rate, mom[row], start).last);
      yield { row, losses, done: row === mom.length - 1 };
    }
  },

  // The central 99 % and the median of the losses over shuffles, from one start.
  *band({ lr, mom, start, shuffles, ...schedule }) {
    const columns = [];
    for (let seed = 0; seed < shuffles; seed++) {
      const { losses, epochs } = kernel.run({ lr, mom, seed, start, ...schedule });
      if (seed === 0) losses.forEach(() => columns.push(new Float64Array(shuffles)));
      losses.forEach((loss, i) => { columns[i][seed] = loss; });
      if (seed < shuffles - 1) yield null;
      else {
        columns.forEach((column) => column.sort());
        const [low, median, high] = [0.005, 0.5, 0.995].map((share) =>
          columns.map((column) => quantile(column, share)));
        yield { epochs, low, median, high };
      }
    }
  },

  judge: (call) => judging.judge(call),
};

// As numpy.quantile: on a line between the two values about it.
function quantile(sorted, share) {
  const place = share * (sorted.length - 1), below = Math.floor(place);
  const value = sorted[below], next = sorted[Math.ceil(place)];
  return value === next ? value : value + (next - value) * (place - below);
}
