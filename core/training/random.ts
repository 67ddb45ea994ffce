/** A seeded source of randomness; equal seeds give equal sequences everywhere. */
export interface Random {
  /** A whole number, uniform in 0..2^32 - 1. */
  nextUint32(): number;
}

/**
 * The generator xoshiro128** (Blackman and Vigna 2018, https://prng.di.unimi.it/xoshiro128starstar.c),
 * its state filled from the seed by SplitMix32.
 *
 * @param seed whole number, 0..2^53 - 1; all of its bits count
 */
export function seededRandom(seed: number): Random {
  const fill = splitMix32((seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b9));
  let a = fill();
  let b = fill();
  let c = fill();
  let d = fill();

  return {
    nextUint32() {
      const scrambled = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = rotateLeft(d, 11);
      return scrambled;
    },
  };
}

/**
 * Draws `wanted` of the numbers 0..count - 1 without replacement, each subset equally likely, in
 * ascending order: Algorithm S of Knuth, The Art of Computer Programming, 3.4.2.
 *
 * @param into is filled from its start, shape [>= wanted]
 */
export function drawAscending(
  random: Random,
  count: number,
  wanted: number,
  into: Uint32Array,
): void {
  if (wanted === count) {
    for (let i = 0; i < count; i++) into[i] = i;
    return;
  }
  let drawn = 0;
  for (let i = 0; drawn < wanted; i++) {
    if (random.nextUint32() * (count - i) < (wanted - drawn) * 2 ** 32) into[drawn++] = i;
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function splitMix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}
