import { bitsFloat, mix32 } from "./hash32.ts";
import { KEPT_VALUES } from "./values.ts";

const SLOTS = 4 * KEPT_VALUES;

/**
 * Counts float32 numbers by their bits while there are few: a table of open addresses, several times
 * quicker than a Map.
 */
export interface FloatCounts {
  /** @returns false if the number is one too many, and is not counted */
  add(bits: number): boolean;
  entries(): readonly (readonly [value: number, count: number])[];
}

export function floatCounts(): FloatCounts {
  const keys = new Uint32Array(SLOTS);
  const counts = new Float64Array(SLOTS);
  let size = 0;
  return {
    add(bits) {
      let slot = mix32(bits) & (SLOTS - 1);
      while (counts[slot] !== 0 && keys[slot] !== bits) slot = (slot + 1) & (SLOTS - 1);
      if (counts[slot] === 0) {
        if (size === KEPT_VALUES) return false;
        keys[slot] = bits;
        size++;
      }
      counts[slot] = (counts[slot] as number) + 1;
      return true;
    },
    entries: () =>
      Array.from(counts, (count, slot) => [bitsFloat(keys[slot] as number), count] as const).filter(
        ([, count]) => count > 0,
      ),
  };
}
