import type { Task } from "../definition/task.ts";
import type { ScoringColumns } from "../inference/scorer.ts";
import type { Attribute, Explainer } from "./explainer.ts";
import { rowFrame } from "./row-frame.ts";

/**
 * What contributions add up to: log-odds of class 1, a class's logit, the prediction or its logarithm,
 * the ranking score, or the probability that was answered.
 */
export type ExplainedScale =
  | "log-odds"
  | "logit"
  | "prediction"
  | "log-prediction"
  | "score"
  | "probability";

/** One prediction of a row. */
export interface ExplainedPrediction {
  readonly columns: ScoringColumns;
  readonly row: number;
  /** Which of the task's predictions: of the predicted class, else 0. */
  readonly at: number;
  /** As it was answered. */
  readonly answered: number;
  /** Whole number from 0: equal ones give equal samples. */
  readonly seed: number;
}

/** What takes predictions of a loaded version apart. */
export interface VersionExplainer {
  readonly method: "exact" | "sampled";
  readonly scale: ExplainedScale;
  /** Orders of the inputs that a row is looked at in, where it is sampled. */
  readonly samples?: number;
  /** Names, in the order of contributions. */
  readonly inputs: readonly string[];
  /** What it takes of memory, about. */
  readonly sizeBytes: number;
  /** Shape [inputs + 1]; the last is the expected score. They add up to the score. */
  contributions(of: ExplainedPrediction): Promise<Float64Array> | Float64Array;
  /** Of a scorecard: what its table says of the row, by input. */
  readonly attributes?: (
    of: Pick<ExplainedPrediction, "columns" | "row">,
  ) => ReadonlyMap<string, Attribute>;
}

/** Explains by the family's own exact contributions. */
export function exactExplainer(
  { inputs, width, link, contributions, attributes }: Explainer,
  task: Task,
  sizeBytes: number,
): VersionExplainer {
  const size = inputs.length + 1;
  return {
    method: "exact",
    scale: scaleOf(task, link),
    inputs: inputs.map(({ name }) => name),
    sizeBytes,
    contributions({ columns, row, at }) {
      const found = contributions(rowFrame(inputs, columns, row));
      return width === 1 ? found : found.slice(at * size, (at + 1) * size);
    },
    ...(attributes && {
      attributes: ({ columns, row }) => attributes(rowFrame(inputs, columns, row)),
    }),
  };
}

function scaleOf(task: Task, link: Explainer["link"]): ExplainedScale {
  switch (task.type) {
    case "binary":
      return "log-odds";
    case "multiclass":
      return "logit";
    case "regression":
      return link === "log" ? "log-prediction" : "prediction";
    case "ranking":
      return "score";
  }
}
