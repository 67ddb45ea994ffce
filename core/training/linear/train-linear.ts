import type { LinearParameters } from "../../definition/parameters/linear.ts";
import { type Task, widthOf } from "../../definition/task.ts";
import { InvalidInputError } from "../../errors.ts";
import { linearExplainer } from "../../explain/linear-explainer.ts";
import { checkColumns } from "../check-frames.ts";
import type { TrainedModel } from "../trained-model.ts";
import type { Frame, LabelledFrame } from "../training-frame.ts";
import { addLinear } from "./add-linear.ts";
import { linearContributions } from "./contributions.ts";
import { planDesign } from "./design.ts";
import { type EncodedFrame, fitEncoders } from "./encode-categories.ts";
import type { TrainingRows } from "./fit-scores.ts";
import { fitTask } from "./fit-task.ts";
import { linearImportances, linearTerms } from "./importances.ts";
import { type LinearModel, linearScores } from "./linear-model.ts";
import { addGradient, prepareColumns } from "./prepared-columns.ts";
import { encodedTargets, targetOf } from "./target.ts";
import { usedRows } from "./used-rows.ts";
import { validationLoss } from "./validation-loss.ts";

/** Most coefficients of all scores together: training keeps about 25 doubles for each. */
const MOST_COEFFICIENTS = 5_000_000;

/**
 * Logistic (binary), multinomial (multiclass) or linear (regression) regression with elastic net. The
 * quantiles of a regression are linear too, each with coefficients of its own.
 *
 * Numbers are standardised by the training split, missing and infinite ones stand at its mean, with a
 * coefficient of their own where the training split had such. Each string has a coefficient (one-hot) or
 * is the mean of the target (target encoding). The target of a regression is standardised too, so that
 * penalties and tolerance mean the same in any unit.
 *
 * @param seed draws the folds of target encoding
 * @throws {InvalidInputError} if the task is a ranking, all weights are 0, or strings and classes make
 *   too many coefficients.
 */
export function trainLinear(
  parameters: LinearParameters,
  task: Task,
  seed: number,
  train: LabelledFrame,
  validation: LabelledFrame,
): TrainedModel {
  const used = usedRows(train);
  const target = targetOf(task, used);
  const targets = encodedTargets(task, target, parameters, seed);
  const { encoders, encoded } = fitEncoders(used, targets);
  const weights = used.weights ?? new Float64Array(used.rows).fill(1);
  const training = trainingRows(encoded, weights, widthOf(task));
  const { coefficients, ...fit } = fitTask(task, training, target, parameters);
  const model: LinearModel = {
    inputs: used.columns.map(({ name, kind }) => ({ name, kind })),
    encoders,
    design: training.design,
    coefficients,
    means: training.placeSums.map((sum) => sum / training.totalWeight),
  };
  const checked = (frame: Frame) => {
    checkColumns(frame, model.inputs);
    return frame;
  };
  return {
    scores: (frame) => linearScores(checked(frame), model),
    addTo: (graph, inputs) => addLinear(graph, inputs, model),
    contributions: (frame) => linearContributions(checked(frame), model),
    explainer: () => linearExplainer(model),
    summary: {
      coefficients: training.design.width * coefficients.length,
      ...fit,
      validationLoss: validationLoss(task, validation, model),
      intercepts: coefficients.map(([intercept]) => intercept),
      importances: linearImportances(model, training.columns, weights),
      terms: linearTerms(model),
    },
  };
}

/** Training rows in the shape that many passes over them need. */
function trainingRows(encoded: EncodedFrame, weights: Float64Array, scores: number): TrainingRows {
  const design = planDesign(encoded, weights);
  const { width } = design;
  if (width * scores > MOST_COEFFICIENTS) {
    throw new InvalidInputError(
      `${width} coefficients for each of ${scores} scores are more than ${MOST_COEFFICIENTS}; use encoding: "target" or fewer strings`,
    );
  }
  const columns = prepareColumns(encoded, design);
  const placeSums = new Float64Array(width + 1);
  addGradient(columns, weights, 0, weights.length, placeSums);
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
  return { design, columns, rows: weights.length, totalWeight, placeSums };
}
