import { type Task, widthOf } from "../definition/task.ts";
import type { PredictionAnswer } from "../inference/prediction-answers.ts";
import type { Scores } from "../inference/scorer.ts";

/** What a graph would have said, had it given these answers: for the log, and for tensors. */
export function scoresOfAnswers(task: Task, answers: readonly PredictionAnswer[]): Scores {
  const width = widthOf(task);
  const scores = Float32Array.from(answers, scoreOf);
  const predictions =
    width === 1 ? scores : Float32Array.from(answers.flatMap((answer) => numbersOf(task, answer)));
  if (task.type !== "binary" && task.type !== "multiclass") return { scores, predictions };
  const labels = answers.map((answer) => ("label" in answer ? answer.label : 0));
  return {
    ...{ scores, predictions },
    labels: task.type === "binary" ? Uint8Array.from(labels as number[]) : (labels as string[]),
  };
}

function scoreOf(answer: PredictionAnswer): number {
  if ("probability" in answer) return answer.probability;
  return "prediction" in answer ? answer.prediction : answer.score;
}

/** In the order of the graph's: classes, or the prediction and its quantiles. */
function numbersOf(task: Task, answer: PredictionAnswer): readonly number[] {
  if (task.type === "multiclass" && "probabilities" in answer) {
    return task.classes.map((name) => answer.probabilities[name] as number);
  }
  const quantiles = "quantiles" in answer ? answer.quantiles : undefined;
  const asked = task.type === "regression" ? task.quantiles : [];
  return [scoreOf(answer), ...asked.map((share) => quantiles?.[String(share)] as number)];
}
