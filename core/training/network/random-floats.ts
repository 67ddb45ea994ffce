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
  const kept = 1 / (1 - dropout);
  for (let i = 0; i < mask.length; i += 2) {
    const bits = random.nextUint32();
    mask[i] = bits >>> 16 < dropped ? 0 : kept;
    mask[i + 1] = (bits & 0xffff) < dropped ? 0 : kept; // past the end of an odd mask: no effect
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
