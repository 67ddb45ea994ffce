import type { PredictionAnswer } from "../../core/inference/prediction-answers.ts";
import { amountWords, numberWords } from "../words.ts";

/** What is predicted, in a word: yes or no, a class, a number or a score. */
export function answerHead(answer: PredictionAnswer): string {
  if ("prediction" in answer) return amountWords(answer.prediction);
  if ("score" in answer) return `score ${numberWords(answer.score)}`;
  if (typeof answer.label === "string") return answer.label;
  return answer.label === 1 ? "yes" : "no";
}

/** What stands below it: the probability, the most probable classes, the quantiles. */
export function answerLines(answer: PredictionAnswer): readonly string[] {
  if ("prediction" in answer) {
    return Object.entries(answer.quantiles ?? {})
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([share, value]) => `${percentWords(Number(share))} at most ${amountWords(value)}`);
  }
  if ("score" in answer) return ["the higher, the earlier among the rows of one query"];
  if ("probabilities" in answer) {
    return Object.entries(answer.probabilities)
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_CLASSES)
      .map(([name, probability]) => `${name}: probability ${numberWords(probability)}`);
  }
  return [`label ${answer.label}, probability ${numberWords(answer.probability)}`];
}

/** Classes that the page has room for. */
const MOST_CLASSES = 5;

const percentWords = (share: number) => `${Number((100 * share).toPrecision(6))}%`;
