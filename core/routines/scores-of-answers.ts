import type { Task } from "../definition/task.ts";
import type { PredictionAnswer } from "../inference/prediction-answers.ts";
import type { Scores } from "../inference/scorer.ts";

type AnswerOf<Member extends string> = Extract<
  PredictionAnswer,
  { readonly [Name in Member]?: unknown }
>;

/**
 * What a graph would have said, had it given these answers: for the log, and for tensors.
 *
 * @param answers of the task's kind
 */
export function scoresOfAnswers(task: Task, answers: readonly PredictionAnswer[]): Scores {
  switch (task.type) {
    case "binary": {
      const own = answers as readonly AnswerOf<"label">[];
      const scores = Float32Array.from(own, ({ probability }) => probability);
      const labels = Uint8Array.from(own, ({ label }) => label as number);
      return { scores, predictions: scores, labels };
    }
    case "multiclass": {
      const own = answers as readonly AnswerOf<"probabilities">[];
      return {
        scores: Float32Array.from(own, ({ probability }) => probability),
        predictions: Float32Array.from(
          own.flatMap(({ probabilities }) =>
            task.classes.map((name) => probabilities[name] as number),
          ),
        ),
        labels: own.map(({ label }) => label),
      };
    }
    case "regression": {
      const own = answers as readonly AnswerOf<"prediction">[];
      const scores = Float32Array.from(own, ({ prediction }) => prediction);
      if (task.quantiles.length === 0) return { scores, predictions: scores };
      const predictions = own.flatMap(({ prediction, quantiles = {} }) => [
        prediction,
        ...task.quantiles.map((share) => quantiles[String(share)] as number),
      ]);
      return { scores, predictions: Float32Array.from(predictions) };
    }
    case "ranking": {
      const own = answers as readonly AnswerOf<"score">[];
      const scores = Float32Array.from(own, ({ score }) => score);
      return { scores, predictions: scores };
    }
  }
}
