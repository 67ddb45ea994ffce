import type { Frame } from "../training-frame.ts";
import type { Design } from "./design.ts";
import { type Encoders, encodeFrame } from "./encode-categories.ts";
import { addScores, type PreparedColumn, prepareColumns } from "./prepared-columns.ts";

/** All that predicting needs. */
export interface LinearModel {
  /** Names and kinds of the inputs. */
  readonly inputs: readonly { readonly name: string; readonly kind: "number" | "category" }[];
  readonly encoders: Encoders;
  readonly design: Design;
  /** For each score its coefficients, in the target's unit; the entry past the last is 0. */
  readonly coefficients: readonly Float64Array[];
  /** Mean over the training rows of what each coefficient is multiplied by. */
  readonly means: Float64Array;
}

/** Columns of a frame as the model's coefficients meet them. */
export function modelColumns(frame: Frame, { encoders, design }: LinearModel): PreparedColumn[] {
  return prepareColumns(encodeFrame(frame, encoders), design);
}

/** Raw scores, row by row, shape [rows * scores]. */
export function linearScores(frame: Frame, model: LinearModel): Float64Array {
  const columns = modelColumns(frame, model);
  const { coefficients } = model;
  const scores = new Float64Array(frame.rows * coefficients.length);
  coefficients.forEach((own, k) => {
    const part = new Float64Array(frame.rows).fill(own[0] as number);
    addScores(columns, own, 0, frame.rows, part);
    part.forEach((score, row) => {
      scores[row * coefficients.length + k] = score;
    });
  });
  return scores;
}
