import { distinctTexts, knownCodes, UNKNOWN } from "../categories.ts";
import type { Frame, FrameColumn } from "../training-frame.ts";

/** A numeric column as standardised by the training split; what is not finite counts as missing. */
export interface NumberEncoding {
  readonly kind: "number";
  readonly name: string;
  readonly mean: number;
  /** 1 / standard deviation; 0 for a constant column, whose coefficient then stays 0. */
  readonly inverseDeviation: number;
  /** Place of its coefficient. */
  readonly at: number;
  /** Place of the coefficient of "is missing"; -1 where the training split lacks no or every value. */
  readonly missingAt: number;
}

/** A column of strings, one coefficient for each string of the training split. */
export interface CategoryEncoding {
  readonly kind: "category";
  readonly name: string;
  /** Known code of each string: 1, 2, 3… */
  readonly codeOf: ReadonlyMap<string, number>;
  /** Place of the coefficient of known code 1; those of the others follow. */
  readonly at: number;
}

export type Encoding = NumberEncoding | CategoryEncoding;

export interface Design {
  readonly encodings: readonly Encoding[];
  /** Number of coefficients. Place 0 is the intercept. */
  readonly width: number;
}

/** How the columns of a training split become coefficients. */
export function planDesign(columns: readonly FrameColumn[]): Design {
  let width = 1;
  const encodings = columns.map((column): Encoding => {
    const at = width;
    if (column.kind === "category") {
      const codeOf = new Map(distinctTexts(column).map((text, rank) => [text, rank + 1]));
      width += codeOf.size;
      return { kind: "category", name: column.name, codeOf, at };
    }
    const { mean, inverseDeviation, missing } = moments(column.values);
    const hasIndicator = missing > 0 && missing < column.values.length;
    width += hasIndicator ? 2 : 1;
    const missingAt = hasIndicator ? at + 1 : -1;
    return { kind: "number", name: column.name, mean, inverseDeviation, at, missingAt };
  });
  return { encodings, width };
}

/** Mean and deviation of the finite values, in two passes; 0 and 0 where there are none. */
function moments(values: Float32Array) {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    sum += value;
    count++;
  }
  const mean = count > 0 ? sum / count : 0;
  let squares = 0;
  for (const value of values) if (Number.isFinite(value)) squares += (value - mean) ** 2;
  const deviation = count > 0 ? Math.sqrt(squares / count) : 0;
  const inverseDeviation = deviation > Math.abs(mean) * 1e-12 ? 1 / deviation : 0;
  return { mean, inverseDeviation, missing: values.length - count };
}

/** A column ready for many passes: standardised numbers, or places of coefficients. */
export type PreparedColumn =
  | {
      readonly kind: "number";
      readonly at: number;
      readonly missingAt: number;
      /** NaN for missing. */
      readonly values: Float64Array;
    }
  | {
      readonly kind: "category";
      /** Place of the coefficient of each row; `width` for missing and unknown. */
      readonly places: Int32Array;
    };

/** The frame's columns in the shape that `addScores` and `addGradient` read. */
export function prepareColumns(frame: Frame, { encodings, width }: Design): PreparedColumn[] {
  return frame.columns.map((column, i): PreparedColumn => {
    const encoding = encodings[i] as Encoding;
    if (column.kind === "number" && encoding.kind === "number") {
      const { mean, inverseDeviation, at, missingAt } = encoding;
      const values = new Float64Array(frame.rows);
      for (let row = 0; row < values.length; row++) {
        const value = column.values[row] as number;
        values[row] = Number.isFinite(value) ? (value - mean) * inverseDeviation : Number.NaN;
      }
      return { kind: "number", at, missingAt, values };
    }
    if (column.kind === "category" && encoding.kind === "category") {
      const known = knownCodes(column.dictionary, encoding.codeOf);
      const places = known.map((code) => (code === UNKNOWN ? width : encoding.at + code - 1));
      const { codes } = column;
      return { kind: "category", places: codes.map((code) => places[code + 1] as number) };
    }
    throw new Error(`column ${column.name} is no ${encoding.kind}`);
  });
}

/**
 * Adds each column's part to the scores of rows begin..end - 1.
 *
 * @param coefficients shape [width + 1], the last one 0
 * @param scores shape [end - begin]
 */
export function addScores(
  columns: readonly PreparedColumn[],
  coefficients: Float64Array,
  begin: number,
  end: number,
  scores: Float64Array,
): void {
  for (const column of columns) {
    if (column.kind === "category") {
      const { places } = column;
      for (let row = begin; row < end; row++) {
        const i = row - begin;
        scores[i] = (scores[i] as number) + (coefficients[places[row] as number] as number);
      }
      continue;
    }
    const { values, at, missingAt } = column;
    const weight = coefficients[at] as number;
    const whenMissing = missingAt < 0 ? 0 : (coefficients[missingAt] as number);
    for (let row = begin; row < end; row++) {
      const value = values[row] as number;
      const i = row - begin;
      scores[i] = (scores[i] as number) + (Number.isNaN(value) ? whenMissing : value * weight);
    }
  }
}

/**
 * Adds the rows begin..end - 1 to the gradient of a sum over rows.
 *
 * @param slopes derivative of each row by its score, shape [end - begin]
 * @param gradient shape [width + 1]; its last entry collects missing and unknown strings
 */
export function addGradient(
  columns: readonly PreparedColumn[],
  slopes: Float64Array,
  begin: number,
  end: number,
  gradient: Float64Array,
): void {
  for (const column of columns) {
    if (column.kind === "category") {
      const { places } = column;
      for (let row = begin; row < end; row++) {
        const place = places[row] as number;
        gradient[place] = (gradient[place] as number) + (slopes[row - begin] as number);
      }
      continue;
    }
    const { values, at, missingAt } = column;
    let sum = 0;
    let missing = 0;
    for (let row = begin; row < end; row++) {
      const value = values[row] as number;
      const slope = slopes[row - begin] as number;
      if (Number.isNaN(value)) missing += slope;
      else sum += slope * value;
    }
    gradient[at] = (gradient[at] as number) + sum;
    if (missingAt >= 0) gradient[missingAt] = (gradient[missingAt] as number) + missing;
  }
}
