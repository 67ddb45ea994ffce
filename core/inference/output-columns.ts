import type { Task } from "../definition/task.ts";

/** A column of the results of a batch. */
export interface OutputColumn {
  readonly name: string;
  /** label is 0 or 1, class a text, number a 32-bit float. */
  readonly type: "label" | "class" | "number";
}

const numbers = (names: readonly (string | number)[]): readonly OutputColumn[] =>
  names.map((name) => ({ name: String(name), type: "number" }));

/**
 * What a file of predictions says of each row: first the predictions of the task in their order, then
 * the label where there is one. Binary: `score`, the probability of class 1.
 */
export function outputColumns(task: Task): readonly OutputColumn[] {
  switch (task.type) {
    case "binary":
      return [...numbers(["score"]), { name: "label", type: "label" }];
    case "multiclass":
      return [
        ...numbers(task.classes.map((name) => `probability_${name}`)),
        { name: "label", type: "class" },
      ];
    case "regression":
      return numbers(["prediction", ...task.quantiles.map((quantile) => `quantile_${quantile}`)]);
    case "ranking":
      return numbers(["score"]);
  }
}
