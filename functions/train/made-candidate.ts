import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { Task } from "../../core/definition/task.ts";
import type { OpenedDataset } from "../../core/evaluation/open-dataset.ts";
import type { EarlierVersion } from "../../core/run/messages.ts";
import type { TrainedModel } from "../../core/training/trained-model.ts";
import type { Frame } from "../../core/training/training-frame.ts";
import type { TransformCode } from "../../core/transforms/with-code.ts";

/** What one order to train is about. */
export interface TrainingWork {
  readonly run: {
    readonly model: string;
    readonly runId: string;
    /** The champion, for candidates that go on from it. */
    readonly continueFrom: EarlierVersion | null;
  };
  readonly definition: StoredDefinition;
  readonly task: Task;
  readonly dataset: OpenedDataset;
  /** Code of the definition's own transforms, by name. */
  readonly transforms?: TransformCode | undefined;
}

/** A model, or an ensemble of models, that can be measured and exported. */
export interface MadeCandidate extends Pick<TrainedModel, "addTo" | "summary"> {
  readonly family: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What stands behind its raw scores. */
  readonly calibration: StoredDefinition["calibration"];
  /** Raw scores of the validation split, shape [rows * width]. */
  readonly validationScores: Float64Array;
  /** `explainer.json`, where it has one. */
  readonly explainer?: Uint8Array;
  /** Raw scores of any rows, by other means than the exported graph. */
  readonly scores: (frame: Frame) => Promise<Float64Array>;
}
