import type { Candidate } from "../../definition/model-definition.ts";
import { checkColumns } from "../check-frames.ts";
import { meanLogLoss, sigmoid } from "../log-loss.ts";
import type { TrainedModel } from "../trained-model.ts";
import { byteLabels, type Frame, type LabelledFrame } from "../training-frame.ts";
import { addLogistic } from "./add-linear.ts";
import {
  addGradient,
  addScores,
  type Design,
  type PreparedColumn,
  planDesign,
  prepareColumns,
} from "./design.ts";
import { minimise, type Objective } from "./minimise.ts";

export type LogisticParameters = Extract<
  Candidate,
  { family: "logistic-regression" }
>["parameters"];

/** Rows handled together, so that their scores stay in the processor's cache. */
const BLOCK_ROWS = 4096;
/** Second derivative of the log-loss by the score, at most. */
const MOST_CURVATURE = 0.25;

/**
 * Logistic regression: minimises (sum of log-losses + l2 / 2 * |coefficients|^2) / rows, the
 * intercept not counted in |coefficients|.
 *
 * Numbers are standardised by the training split, missing and infinite ones stand at its mean, with a
 * coefficient of their own where the training split had such. Each string has a coefficient; missing
 * and unknown ones add nothing. Only the one coefficient of a string that a row has is touched.
 */
export function trainLogistic(
  parameters: LogisticParameters,
  train: LabelledFrame,
  validation: LabelledFrame,
): TrainedModel {
  const design = planDesign(train.columns);
  const columns = prepareColumns(train, design);
  const labels = byteLabels(train.labels);
  const minimum = minimise(
    penalisedLoss(columns, labels, design.width, parameters.l2),
    startingPoint(labels, design.width),
    roughCurvature(columns, train.rows, design.width, parameters.l2),
    parameters,
  );
  const coefficients = minimum.point;
  const scores = (frame: Frame) => {
    checkColumns(frame, design.encodings);
    return linearScores(prepareColumns(frame, design), coefficients, frame.rows);
  };
  const validationLoss = meanLogLoss(scores(validation), byteLabels(validation.labels));

  return {
    scores,
    addTo: (graph, inputs) => addLogistic(graph, inputs, design, coefficients),
    summary: {
      coefficients: design.width,
      iterations: minimum.iterations,
      converged: minimum.converged,
      penalisedLoss: minimum.value,
      validationLoss: Number.isFinite(validationLoss) ? validationLoss : null,
      intercept: coefficients[0],
      importances: numberImportances(design, coefficients),
    },
  };
}

/** Mean penalised loss and its gradient. The entry past the last coefficient stays 0. */
function penalisedLoss(
  columns: readonly PreparedColumn[],
  labels: Uint8Array,
  width: number,
  l2: number,
): Objective {
  const rows = labels.length;
  const scores = new Float64Array(BLOCK_ROWS);
  return (point, gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (let begin = 0; begin < rows; begin += BLOCK_ROWS) {
      const end = Math.min(rows, begin + BLOCK_ROWS);
      scores.fill(point[0] as number);
      addScores(columns, point, begin, end, scores);
      const block = labels.subarray(begin, end);
      loss += meanLogLoss(scores, block) * block.length;
      gradient[0] = (gradient[0] as number) + toSlopes(scores, block);
      addGradient(columns, scores, begin, end, gradient);
    }
    gradient[width] = 0;
    gradient[0] = (gradient[0] as number) / rows;
    for (let i = 1; i < width; i++) {
      const coefficient = point[i] as number;
      loss += (l2 / 2) * coefficient * coefficient;
      gradient[i] = ((gradient[i] as number) + l2 * coefficient) / rows;
    }
    return loss / rows;
  };
}

/** Replaces scores by the slopes p - y; gives the slopes' sum. */
function toSlopes(scores: Float64Array, labels: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) {
    const slope = sigmoid(scores[i] as number) - (labels[i] as number);
    scores[i] = slope;
    sum += slope;
  }
  return sum;
}

/** The intercept alone, at the log-odds of the training split. */
function startingPoint(labels: Uint8Array, width: number): Float64Array {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const point = new Float64Array(width + 1);
  point[0] = Math.log(positives / (labels.length - positives));
  return point;
}

/** Bounds of the diagonal of the Hessian: without them rare strings would be learned last. */
function roughCurvature(
  columns: readonly PreparedColumn[],
  rows: number,
  width: number,
  l2: number,
): Float64Array {
  const curvature = new Float64Array(width + 1);
  for (const column of columns) {
    if (column.kind === "category") {
      for (const place of column.places) curvature[place] = (curvature[place] as number) + 1;
      continue;
    }
    const missing = column.values.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0);
    curvature[column.at] = rows - missing;
    if (column.missingAt >= 0) curvature[column.missingAt] = missing;
  }
  curvature[0] = rows;
  return curvature.map((count) => (MOST_CURVATURE * Math.max(count, 1) + l2) / rows);
}

function linearScores(
  columns: readonly PreparedColumn[],
  coefficients: Float64Array,
  rows: number,
): Float64Array {
  const scores = new Float64Array(rows).fill(coefficients[0] as number);
  addScores(columns, coefficients, 0, rows, scores);
  return scores;
}

/** Standardised coefficients of the numbers, and how far those of a column of strings reach. */
function numberImportances({ encodings }: Design, coefficients: Float64Array) {
  return encodings.map((encoding) => {
    if (encoding.kind === "number") {
      return { feature: encoding.name, coefficient: coefficients[encoding.at] };
    }
    const own = coefficients.subarray(encoding.at, encoding.at + encoding.codeOf.size);
    return {
      feature: encoding.name,
      strings: own.length,
      lowest: own.reduce((a, b) => Math.min(a, b), 0),
      highest: own.reduce((a, b) => Math.max(a, b), 0),
    };
  });
}
