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
    return { words, next: SIZE };
  }

  function renew(state) {
    const { words } = state;
    for (let i = 0; i < SIZE; i++) {
      const word = (words[i] & 0x80000000) | (words[(i + 1) % SIZE] & 0x7fffffff);
      words[i] = words[(i + DISTANCE) % SIZE] ^ (word >>> 1) ^ (word & 1 ? 0x9908b0df : 0);
    }
    state.next = 0;
  }

  // random.getrandbits(count), for a count from 1 to 32.
  function bits(state, count) {
    if (state.next === SIZE) renew(state);
    let word = state.words[state.next++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    word ^= word >>> 18;
    return word >>> (32 - count);
  }

  /** Shuffle an array in place, as random.shuffle does a list: it takes bits until they fit. */
  function shuffle(state, order) {
    for (let i = order.length - 1; i > 0; i--) {
      const count = 32 - Math.clz32(i + 1);
      let j = bits(state, count);
      while (j > i) j = bits(state, count);
      const moved = order[i];
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

  return { seeded, shuffle, shuffled };
})();
