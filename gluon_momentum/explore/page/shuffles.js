"use strict";

// The orders of the mini-batches: those of Python's random.seed and random.shuffle. The generator
// is MT19937 (M. Matsumoto and T. Nishimura, 1998), filled from the array [seed].

const pythonShuffles = (() => {
  const SIZE = 624, DISTANCE = 397; // words of the state, and between the two that are mixed

  /** Return the generator's state after random.seed(seed), for a seed below 2**32. */
  function seeded(seed) {
    const words = new Uint32Array(SIZE);
    const mixed = (i, factor) => Math.imul(words[i - 1] ^ (words[i - 1] >>> 30), factor);
    words[0] = 19650218;
    for (let i = 1; i < SIZE; i++) words[i] = mixed(i, 1812433253) + i;
    let i = 1;
    for (let step = 0; step < 2 * SIZE - 1; step++) {
      // The key has one word, the seed.
      if (step < SIZE) words[i] = (words[i] ^ mixed(i, 1664525)) + seed;
      else words[i] = (words[i] ^ mixed(i, 1566083941)) - i;
      if (++i === SIZE) {
        words[0] = words[SIZE - 1];
        i = 1;
      }
    }
    words[0] = 0x80000000;
    return { words, drawn: new Uint32Array(SIZE), next: SIZE };
  }

  // Make the next words of the state, and what is drawn of them.
  function renew(state) {
    const { words, drawn } = state;
    for (let i = 0; i < SIZE; i++) {
      const after = i + 1 < SIZE ? i + 1 : 0;
      const other = i + DISTANCE < SIZE ? i + DISTANCE : i + DISTANCE - SIZE;
      const mixed = (words[i] & 0x80000000) | (words[after] & 0x7fffffff);
      let word = words[other] ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
      words[i] = word;
      word ^= word >>> 11;
      word ^= (word << 7) & 0x9d2c5680;
      word ^= (word << 15) & 0xefc60000;
      drawn[i] = word ^ (word >>> 18);
    }
    state.next = 0;
  }

  // random.randrange(end): bits are drawn until they fit.
  function below(state, end) {
    const { drawn } = state, unused = Math.clz32(end);
    let found = end;
    while (found >= end) {
      if (state.next === SIZE) renew(state);
      found = drawn[state.next++] >>> unused;
    }
    return found;
  }

  /**
   * Shuffle an array in place, as random.shuffle does a list. With a buffer that is smaller, any of
   * so many first examples comes next, and the next one that is not there takes its place.
   */
  function shuffle(state, order, buffer = 0) {
    if (buffer > 0 && buffer < order.length) {
      const held = order.slice(0, buffer);
      for (let i = 0; i < order.length; i++) {
        const left = Math.min(buffer, order.length - i), j = below(state, left);
        const following = i + buffer < order.length ? order[i + buffer] : held[left - 1];
        order[i] = held[j];
        held[j] = following;
      }
      return;
    }
    for (let i = order.length - 1; i > 0; i--) {
      const j = below(state, i + 1), moved = order[i];
      order[i] = order[j];
      order[j] = moved;
    }
  }

  /** Return what random.shuffle makes of 0 ... length - 1 after random.seed(seed). */
  function shuffled(seed, length) {
    const order = Array.from({ length }, (_, i) => i);
    shuffle(seeded(seed), order);
    return order;
  }

  /** Return functions that draw numbers between -1 and 1, and standard normals, by the polar method. */
  function numbers(seed) {
    const state = seeded(seed), places = 2 ** 31 - 1;
    const uniform = () => (2 * below(state, places) + 1) / places - 1;
    const normal = () => {
      let u, r;
      do {
        u = uniform();
        r = u * u + uniform() ** 2;
      } while (r > 1);
      return u * Math.sqrt((-2 * Math.log(r)) / r);
    };
    return { uniform, normal };
  }

  return { seeded, shuffle, shuffled, numbers };
})();
