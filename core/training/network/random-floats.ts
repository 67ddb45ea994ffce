import type { Random } from "../random.ts";

/** Uniform between minus and plus `bound`. */
export function floatBelow(random: Random, bound: number): number {
  return (random.nextUint32() / 2 ** 31 - 1) * bound;
}

/**
 * Fills a mask of dropout: each entry is 0 with a chance of `dropout`, to the nearest 1/65,536, and
 * else 1 / (1 - dropout), so that what passes keeps its expected size. One number of the generator
 * gives two entries.
 */
export function fillMask(random: Random, mask: Float32Array, dropout: number): void {
  const dropped = Math.round(dropout * 65_536);
  // Bits of the floats: `(share - dropped) >> 31` is all ones where a share is below `dropped`. Without
  // a branch that nothing can foresee, filling takes a third of the time.
  const bits = new Int32Array(mask.buffer, mask.byteOffset, mask.length);
  const kept = new Int32Array(Float32Array.of(1 / (1 - dropout)).buffer)[0] as number;
  for (let i = 0; i < bits.length; i += 2) {
    const drawn = random.nextUint32();
    bits[i] = ~(((drawn >>> 16) - dropped) >> 31) & kept;
    bits[i + 1] = ~(((drawn & 0xffff) - dropped) >> 31) & kept; // past an odd end: no effect
  }
}

/** Puts whole numbers into a random order, each order equally likely: Fisher and Yates. */
export function shuffle(random: Random, values: Uint32Array): void {
  for (let last = values.length - 1; last > 0; last--) {
    const at = Math.floor((random.nextUint32() / 2 ** 32) * (last + 1));
    const value = values[at] as number;
    values[at] = values[last] as number;
    values[last] = value;
  }
}
