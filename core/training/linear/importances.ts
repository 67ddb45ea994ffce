import { columnsOf, meanPart } from "./contributions.ts";
import { BLOCK_ROWS } from "./fit-scores.ts";
import type { LinearModel } from "./linear-model.ts";
import { addScores, type PreparedColumn } from "./prepared-columns.ts";

export interface LinearImportance {
  readonly feature: string;
  /** Mean over training rows and scores of the size of its contribution, in the scores' unit. */
  readonly importance: number;
}

/**
 * How far each input moves the scores of training rows, highest first, equal ones by the inputs' order.
 *
 * @param columns training rows
 * @param weights of the rows, shape [rows]
 */
export function linearImportances(
  model: LinearModel,
  columns: readonly PreparedColumn[],
  weights: Float64Array,
): readonly LinearImportance[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const found = model.inputs.map(({ name: feature }, input) => {
    const sum = model.coefficients.reduce(
      (sum, own) =>
        sum + sizeOfParts(columnsOf(columns, input), own, meanPart(model, own, input), weights),
      0,
    );
    return { feature, importance: sum / total / model.coefficients.length };
  });
  return found.sort((a, b) => b.importance - a.importance);
}

/** Weighted sum over the rows of |part - mean|. */
function sizeOfParts(
  columns: readonly PreparedColumn[],
  own: Float64Array,
  mean: number,
  weights: Float64Array,
): number {
  const parts = new Float64Array(BLOCK_ROWS);
  let sum = 0;
  for (let begin = 0; begin < weights.length; begin += BLOCK_ROWS) {
    const end = Math.min(weights.length, begin + BLOCK_ROWS);
    parts.fill(-mean);
    addScores(columns, own, begin, end, parts);
    for (let row = begin; row < end; row++) {
      sum += (weights[row] as number) * Math.abs(parts[row - begin] as number);
    }
  }
  return sum;
}

/**
 * Coefficients by input, an entry for each score: of the standardised number, or how far those of its
 * strings reach.
 */
export function linearTerms({ inputs, design, coefficients }: LinearModel) {
  return design.encodings.map((encoding) => {
    const feature = inputs[encoding.input]?.name;
    if (encoding.kind === "number") {
      return { feature, coefficients: coefficients.map((own) => own[encoding.at]) };
    }
    const strings = encoding.codeOf.size;
    const parts = coefficients.map((own) => own.subarray(encoding.at, encoding.at + strings));
    return {
      feature,
      strings,
      lowest: parts.map((part) => part.reduce((a, b) => Math.min(a, b), 0)),
      highest: parts.map((part) => part.reduce((a, b) => Math.max(a, b), 0)),
    };
  });
}
