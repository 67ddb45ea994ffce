import { sortFloats } from "./sort-floats.ts";

/** As many as LightGBM looks at by default (bin_construct_sample_cnt). */
const SAMPLE_ROWS = 200_000;

/** Multiples of it modulo 1 fill 0..1 evenly and never repeat: spaced rows could fall in step with days. */
const GOLDEN_RATIO = 0.618033988749895;

/**
 * Borders between the bins of a numeric feature. Each lies between two neighbouring values of the
 * training split, `a <= border < b`, as float32: `value <= border` decides alike in the trainer and in
 * a graph that compares float32.
 *
 * With at most `maxBins` distinct values each has its own bin. Else bins hold about equally many rows,
 * and a value that fills a bin alone has it alone, as LightGBM's GreedyFindBin does it.
 *
 * Of more than 200,000 rows as many are looked at, one of each of as many equal parts.
 *
 * @param values float32, NaN for missing
 * @returns ascending, shape [bins - 1]; empty if there is one distinct value or none
 */
export function findBorders(values: Float32Array, maxBins: number): Float32Array {
  const { distinct, counts } = distinctValues(values);
  const ends =
    distinct.length <= maxBins ? everyValue(distinct.length) : greedyEnds(counts, maxBins);
  return Float32Array.from(ends, (end) =>
    borderBetween(distinct[end] as number, distinct[end + 1] as number),
  );
}

/** Distinct values ascending, NaN left out, and how many of the rows looked at have each. */
function distinctValues(values: Float32Array) {
  const sorted = sortFloats(sampleOf(values));
  const distinct = new Float32Array(sorted.length);
  const counts = new Uint32Array(sorted.length);
  let size = 0;
  for (let i = 0; i < sorted.length; i++) {
    const value = sorted[i] as number;
    if (size === 0 || distinct[size - 1] !== value) distinct[size++] = value;
    counts[size - 1] = (counts[size - 1] as number) + 1;
  }
  return { distinct: distinct.subarray(0, size), counts: counts.subarray(0, size) };
}

/** A copy of all values, or of one of each part. */
function sampleOf(values: Float32Array): Float32Array {
  if (values.length <= SAMPLE_ROWS) return values.slice();
  const spacing = values.length / SAMPLE_ROWS;
  const sample = new Float32Array(SAMPLE_ROWS);
  // Loops, here and below: calls of a function a row take three times as long.
  for (let i = 0; i < SAMPLE_ROWS; i++) {
    const place = i + ((i * GOLDEN_RATIO) % 1);
    sample[i] = values[Math.floor(place * spacing)] as number;
  }
  return sample;
}

function everyValue(distinct: number): number[] {
  return Array.from({ length: Math.max(0, distinct - 1) }, (_, i) => i);
}

/** Index of the last value of each bin but the last. */
function greedyEnds(counts: Uint32Array, maxBins: number): number[] {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i] as number;
  let binsLeft = maxBins;
  let rowsLeft = total;
  // At most `maxBins` values fill a bin alone.
  const big = new Uint8Array(counts.length);
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    if (count * maxBins < total) continue;
    big[i] = 1;
    binsLeft--;
    rowsLeft -= count;
  }

  const ends: number[] = [];
  let rowsInBin = 0;
  let target = rowsLeft / binsLeft;
  for (let i = 0; i + 1 < counts.length && ends.length + 1 < maxBins; i++) {
    const isBig = big[i] === 1;
    rowsInBin += counts[i] as number;
    if (!isBig) rowsLeft -= counts[i] as number;
    if (!isBig && rowsInBin < target && !(big[i + 1] === 1 && rowsInBin >= target / 2)) continue;
    ends.push(i);
    rowsInBin = 0;
    if (!isBig) target = rowsLeft / --binsLeft;
  }
  return ends;
}

/** A float32 with `low <= border < high`: the middle where float32 has one, else `low`. */
function borderBetween(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}

/**
 * The bin of a value: 0 for NaN, else 1 + the number of borders below it.
 *
 * @param borders ascending, shape [bins - 1]
 */
export function binOfNumber(borders: Float32Array, value: number): number {
  if (Number.isNaN(value)) return 0;
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (borders[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}
