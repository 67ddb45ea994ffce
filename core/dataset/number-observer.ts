import { type FloatCounts, floatCounts } from "../sketch/float-counts.ts";
import { momentsAdder } from "../sketch/moments.ts";
import { quantileCounter } from "../sketch/quantiles.ts";
import { valueCounter } from "../sketch/values.ts";
import { type NumberSketch, numberHash, numberStatistics } from "./number-sketch.ts";
import type { NumberStatistics } from "./statistics.ts";

/** Observes a numeric column in chunks; what is not finite is missing. The order of rows does not matter. */
export function numberObserver(): {
  add(values: Float32Array): void;
  sketch(): NumberSketch;
  statistics(): NumberStatistics;
} {
  const moments = momentsAdder();
  const quantiles = quantileCounter();
  const values = valueCounter(numberHash);
  // While values are few only they are counted, and each goes into the sketches once.
  let few: FloatCounts | undefined = floatCounts();
  let rows = 0;
  const count = (value: number, times: number) => {
    moments.add(value, times);
    quantiles.add(value, times);
    values.add(value, times);
  };
  const sketchFew = () => {
    for (const [value, times] of few?.entries() ?? []) count(value, times);
    few = undefined;
  };
  const sketch = (): NumberSketch => {
    sketchFew();
    const found = { moments: moments.moments(), quantiles: quantiles.sketch() };
    return { rows, ...found, values: values.sketch() };
  };
  return {
    add(chunk) {
      const bits = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length);
      rows += chunk.length;
      for (let i = 0; i < chunk.length; i++) {
        // All bits of the exponent are set: not finite.
        if (((bits[i] as number) & 0x7f800000) === 0x7f800000) continue;
        if (few?.add(bits[i] as number)) continue;
        sketchFew();
        count(chunk[i] as number, 1);
      }
    },
    sketch,
    statistics: () => numberStatistics(sketch()),
  };
}
