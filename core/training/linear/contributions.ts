import type { Frame } from "../training-frame.ts";
import { placesOf } from "./design.ts";
import { type LinearModel, modelColumns } from "./linear-model.ts";
import { addScores, type PreparedColumn } from "./prepared-columns.ts";

/**
 * What each input adds to each score, measured from its mean over the training rows: the Shapley values
 * of a linear model with independent inputs, coefficient * (x - mean of x) (Lundberg and Lee 2017, A
 * Unified Approach to Interpreting Model Predictions, corollary 1). What stands for one input (its
 * strings, "is missing") is taken together.
 *
 * @returns shape [rows * scores * (inputs + 1)]: of each score the inputs', then the mean score; they add
 *   up to the score
 */
export function linearContributions(frame: Frame, model: LinearModel): Float64Array {
  const columns = modelColumns(frame, model);
  const { coefficients, inputs } = model;
  const stride = inputs.length + 1;
  const result = new Float64Array(frame.rows * coefficients.length * stride);
  coefficients.forEach((own, k) => {
    let expected = own[0] as number;
    const put = (values: Float64Array, at: number) =>
      values.forEach((value, row) => {
        result[(row * coefficients.length + k) * stride + at] = value;
      });
    inputs.forEach((_, input) => {
      const mean = meanPart(model, own, input);
      expected += mean;
      const part = new Float64Array(frame.rows).fill(-mean);
      addScores(columnsOf(columns, input), own, 0, frame.rows, part);
      put(part, input);
    });
    put(new Float64Array(frame.rows).fill(expected), inputs.length);
  });
  return result;
}

/** Columns that come from one input. */
export function columnsOf(columns: readonly PreparedColumn[], input: number): PreparedColumn[] {
  return columns.filter((column) => column.input === input);
}

/** Mean over the training rows of what one input adds to a score. */
export function meanPart(
  { design, means }: Pick<LinearModel, "design" | "means">,
  coefficients: Float64Array,
  input: number,
): number {
  let mean = 0;
  for (const encoding of design.encodings) {
    if (encoding.input !== input) continue;
    const end = encoding.at + placesOf(encoding);
    for (let place = encoding.at; place < end; place++) {
      mean += (means[place] as number) * (coefficients[place] as number);
    }
  }
  return mean;
}
