/** What a model predicts, as training, evaluation and serving need to know it. */
export type Task =
  | { readonly type: "binary" }
  /** One of 2 to 256 classes, in the definition's order. */
  | { readonly type: "multiclass"; readonly classes: readonly string[] }
  /** A number and, if asked for, quantiles of it: ascending, each between 0 and 1. */
  | { readonly type: "regression"; readonly quantiles: readonly number[] }
  /** An order of the rows of one query. */
  | { readonly type: "ranking" };

export type TaskType = Task["type"];

export const TASK_TYPES = ["binary", "multiclass", "regression", "ranking"] as const;

/** Columns of raw scores and of predictions: one, one a class, or one and one a quantile. */
export function widthOf(task: Task): number {
  switch (task.type) {
    case "multiclass":
      return task.classes.length;
    case "regression":
      return 1 + task.quantiles.length;
    case "binary":
    case "ranking":
      return 1;
  }
}

/** The task of a checked definition's target. */
export function taskOf(target: {
  readonly type: TaskType;
  readonly classes?: readonly string[] | undefined;
  readonly quantiles?: readonly number[] | undefined;
}): Task {
  const { type, classes = [], quantiles = [] } = target;
  if (type === "multiclass") return { type, classes };
  return type === "regression" ? { type, quantiles } : { type };
}

/** A tensor that the graph of a task answers, in the graph's order. */
export interface GraphOutput {
  readonly name: string;
  readonly type: "int64" | "float32" | "string";
  /** -1 is the number of rows. */
  readonly shape: readonly number[];
}

const perRow = (name: string, type: GraphOutput["type"]): GraphOutput => ({
  name,
  type,
  shape: [-1],
});

/** Outputs of every graph of a task. */
export function graphOutputs(task: Task): readonly GraphOutput[] {
  switch (task.type) {
    case "binary":
      return [perRow("label", "int64"), { name: "probabilities", type: "float32", shape: [-1, 2] }];
    case "multiclass": {
      const shape = [-1, task.classes.length];
      return [perRow("label", "string"), { name: "probabilities", type: "float32", shape }];
    }
    case "regression": {
      const shape = [-1, task.quantiles.length];
      const prediction = perRow("prediction", "float32");
      if (task.quantiles.length === 0) return [prediction];
      return [prediction, { name: "quantiles", type: "float32", shape }];
    }
    case "ranking":
      return [perRow("score", "float32")];
  }
}

/** Names of outputs of any task: no input may have them. */
export const OUTPUT_NAMES: readonly string[] = [
  "label",
  "probabilities",
  "prediction",
  "quantiles",
  "score",
];
