import { fitCalibration } from "../calibration/calibration.ts";
import { endingPredictions } from "../calibration/ending-predictions.ts";
import type { StoredDefinition } from "../definition/model-definition.ts";
import type { Task } from "../definition/task.ts";
import type { Ending } from "../onnx/model-outputs.ts";
import type { Metrics } from "../registry/records.ts";
import { byteLabels, type LabelledFrame } from "../training/training-frame.ts";
import { chooseThreshold } from "./choose-threshold.ts";
import { measure } from "./measure.ts";

/** What only binary models have: where others need one, it says nothing. */
const NO_THRESHOLD = 0.5;

export interface FinishedCandidate {
  readonly ending: Ending;
  /** On the validation split, by the trainer's own scores. */
  readonly metrics: Metrics;
}

/**
 * Decides on the validation split what stands behind a model's raw scores: its calibration, then its
 * threshold; and measures it there.
 *
 * @param scores raw scores of the validation split, shape [rows * width]
 * @throws {DataContractError} if the split has not the rows that calibration or threshold need.
 */
export function finishCandidate(
  definition: Pick<StoredDefinition, "calibration" | "threshold">,
  task: Task,
  validation: LabelledFrame,
  scores: Float64Array,
): FinishedCandidate {
  const { labels, weights, groups } = validation;
  const { method } = definition.calibration;
  const calibration =
    method === "none" ? undefined : fitCalibration(method, task, { scores, labels, weights });
  const predictions = Float32Array.from(endingPredictions({ task, calibration }, scores));
  const threshold =
    task.type === "binary"
      ? chooseThreshold(definition.threshold, {
          labels: byteLabels(labels),
          scores: predictions,
          weights,
        })
      : NO_THRESHOLD;
  return {
    ending: { task, threshold, ...(calibration && { calibration }) },
    metrics: measure(task, { labels, predictions, weights, groups, threshold }),
  };
}
