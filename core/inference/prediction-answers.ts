import { type Task, widthOf } from "../definition/task.ts";
import type { Scores } from "./scorer.ts";

/** What a caller is told of one row, by the task. */
export type PredictionAnswer =
  | { readonly label: number; readonly probability: number }
  | {
      readonly label: string;
      /** Of the label. */
      readonly probability: number;
      readonly probabilities: Readonly<Record<string, number>>;
    }
  | {
      readonly prediction: number;
      /** By quantile, such as "0.9". */
      readonly quantiles?: Readonly<Record<string, number>>;
    }
  | { readonly score: number };

/** One answer for each row. */
export function predictionAnswers(task: Task, answered: Scores): readonly PredictionAnswer[] {
  const { scores, labels = [], predictions } = answered;
  const width = widthOf(task);
  const rest = (names: readonly (string | number)[], row: number, first: number) =>
    Object.fromEntries(
      names.map((name, i) => [String(name), predictions[row * width + first + i] as number]),
    );
  const answer = (score: number, row: number): PredictionAnswer => {
    switch (task.type) {
      case "binary":
        return { label: labels[row] as number, probability: score };
      case "multiclass": {
        const probabilities = rest(task.classes, row, 0);
        return { label: labels[row] as string, probability: score, probabilities };
      }
      case "regression":
        if (task.quantiles.length === 0) return { prediction: score };
        return { prediction: score, quantiles: rest(task.quantiles, row, 1) };
      case "ranking":
        return { score };
    }
  };
  return Array.from(scores, answer);
}
