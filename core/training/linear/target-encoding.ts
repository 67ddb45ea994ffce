import { distinctTexts, textInGraph } from "../categories.ts";
import { seededRandom } from "../random.ts";
import type { CategoryColumn } from "../training-frame.ts";

/** Of means of a target whose deviation is about 1, kept as float32. */
const ROUNDING = 1e-6;

/** What the means of strings are taken of. */
export interface EncodedTargets {
  /** Binary and regression one; multiclass for each class whether a row is of it. Shape [parts][rows]. */
  readonly parts: readonly ArrayLike<number>[];
  readonly weights: Float64Array | undefined;
  /** Fold of each row, 0 to folds - 1. */
  readonly foldOf: Uint8Array;
  readonly folds: number;
  /** Rows' worth of the overall mean that each string's mean is mixed with. */
  readonly smoothing: number;
}

/** A column of strings as numbers: for each string the mean of the target. */
export interface TargetEncoder {
  /** Known code of each string: 1, 2, 3… */
  readonly codeOf: ReadonlyMap<string, number>;
  /** For each part: what unknown strings are (the overall mean), then known ones by code, then missing: NaN. */
  readonly tables: readonly Float32Array[];
}

/** Draws each row's fold. */
export function drawFolds(rows: number, folds: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: rows }, () => random.nextUint32() % folds);
}

/**
 * Fits (sum of w y + smoothing * mean) / (sum of w + smoothing) for each string (Micci-Barreca 2001, A
 * Preprocessing Scheme for High-Cardinality Categorical Attributes).
 *
 * @returns the encoder of all rows, and each training row's number by the rows of the other folds, so
 *   that no row sees its own target; shape [parts][rows]
 */
export function fitTargetEncoder(column: CategoryColumn, targets: EncodedTargets) {
  const codeOf = new Map(distinctTexts(column).map((text, rank) => [text, rank + 1]));
  const places = tablePlaces(column.dictionary, codeOf);
  const placeOf = column.codes.map((code) => places[code + 1] as number);
  const fitted = targets.parts.map((part) => fitPart(part, targets, placeOf, codeOf.size));
  const encoder: TargetEncoder = { codeOf, tables: fitted.map(({ table }) => table) };
  return { encoder, outOfFold: fitted.map(({ outOfFold }) => outOfFold) };
}

/** Each row's number, shape [parts][rows]. */
export function encodeByTarget(column: CategoryColumn, { codeOf, tables }: TargetEncoder) {
  const places = tablePlaces(column.dictionary, codeOf);
  return tables.map((table) =>
    Float32Array.from(column.codes, (code) => table[places[code + 1] as number] as number),
  );
}

/** Place in a table of each of a dictionary's codes, at `code + 1`. */
function tablePlaces(dictionary: readonly string[], codeOf: ReadonlyMap<string, number>) {
  const missing = codeOf.size + 1;
  const places = new Int32Array(dictionary.length + 1).fill(missing);
  dictionary.forEach((value, code) => {
    const text = textInGraph(value);
    if (text !== undefined) places[code + 1] = codeOf.get(text) ?? 0;
  });
  return places;
}

/** Weight and weighted target of the rows of one fold, by their place in the table. */
interface FoldSums {
  readonly weight: Float64Array;
  readonly target: Float64Array;
}

function fitPart(
  part: ArrayLike<number>,
  { weights, foldOf, folds, smoothing }: EncodedTargets,
  placeOf: Int32Array,
  strings: number,
) {
  const empty = () => new Float64Array(strings + 2);
  const sums = Array.from({ length: folds }, () => ({ weight: empty(), target: empty() }));
  for (let row = 0; row < placeOf.length; row++) {
    const place = placeOf[row] as number;
    const { weight, target } = sums[foldOf[row] as number] as FoldSums;
    const own = weights === undefined ? 1 : (weights[row] as number);
    weight[place] = (weight[place] as number) + own;
    target[place] = (target[place] as number) + own * (part[row] as number);
  }
  const all = meansOf(sums, smoothing);
  const tables = sums.map((own) => {
    const others = sums.filter((fold) => fold !== own && fold.weight.some((weight) => weight > 0));
    return meansOf(others.length > 0 ? others : sums, smoothing, all[0]);
  });
  const outOfFold = Float32Array.from(
    placeOf,
    (place, row) => tables[foldOf[row] as number]?.[place] as number,
  );
  return { table: all, outOfFold: isLevel(outOfFold) ? outOfFold.map(levelled(all)) : outOfFold };
}

/** Whether numbers differ by rounding only, which standardising would blow up. */
function isLevel(values: Float32Array): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low <= ROUNDING * Math.max(Math.abs(low), Math.abs(high), 1e-3);
}

/** What is not missing becomes the overall mean. */
const levelled =
  ([overall = 0]: Float32Array) =>
  (value: number) =>
    Number.isNaN(value) ? value : overall;

/**
 * The table of some folds' rows.
 *
 * @param unknown what it is shifted to have as the overall mean: else numbers would tell a row's fold by
 *   that fold's mean, which the row's own target has part in
 */
function meansOf(folds: readonly FoldSums[], smoothing: number, unknown?: number): Float32Array {
  const weight = added(folds.map((fold) => fold.weight));
  const target = added(folds.map((fold) => fold.target));
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const overall = total(target) / total(weight);
  const shift = unknown === undefined ? 0 : unknown - overall;
  return Float32Array.from(weight, (own, place) => {
    if (place === weight.length - 1) return Number.NaN;
    if (own + smoothing === 0) return overall + shift;
    return ((target[place] as number) + smoothing * overall) / (own + smoothing) + shift;
  });
}

function added(vectors: readonly Float64Array[]): Float64Array {
  const [first, ...rest] = vectors as [Float64Array, ...Float64Array[]];
  return first.map((value, i) => rest.reduce((sum, vector) => sum + (vector[i] as number), value));
}
