import { knownCodes, UNKNOWN } from "../categories.ts";
import type { Frame, FrameColumn } from "../training-frame.ts";
import type { Design, Encoding, NumberEncoding } from "./design.ts";

/** A column ready for many passes: standardised numbers, or places of coefficients. */
export type PreparedColumn =
  | {
      readonly kind: "number";
      readonly input: number;
      readonly at: number;
      readonly missingAt: number;
      /** NaN for missing. */
      readonly values: Float64Array;
    }
  | {
      readonly kind: "category";
      readonly input: number;
      /** Place of the coefficient of each row; `width` for missing and unknown. */
      readonly places: Int32Array;
    };

/** The frame's columns in the shape that `addScores` and `addGradient` read. */
export function prepareColumns(frame: Frame, { encodings, width }: Design): PreparedColumn[] {
  return frame.columns.map((column, i) => prepareColumn(column, encodings[i] as Encoding, width));
}

function prepareColumn(column: FrameColumn, encoding: Encoding, width: number): PreparedColumn {
  if (column.kind === "number" && encoding.kind === "number") {
    const { kind, input, at, missingAt } = encoding;
    return { kind, input, at, missingAt, values: standardised(column.values, encoding) };
  }
  if (column.kind === "category" && encoding.kind === "category") {
    const known = knownCodes(column.dictionary, encoding.codeOf);
    const places = known.map((code) => (code === UNKNOWN ? width : encoding.at + code - 1));
    const { codes } = column;
    return {
      kind: "category",
      input: encoding.input,
      places: codes.map((code) => places[code + 1] as number),
    };
  }
  throw new Error(`column ${column.name} is no ${encoding.kind}`);
}

function standardised(values: Float32Array, { mean, inverseDeviation }: NumberEncoding) {
  const result = new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    result[row] = Number.isFinite(value) ? (value - mean) * inverseDeviation : Number.NaN;
  }
  return result;
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
