import type { CheckedDefinition } from "../definition/model-definition.ts";
import { DataContractError } from "../errors.ts";
import { fBeta } from "./class-metrics.ts";
import { rankScores, type ScoredRows } from "./score-ranking.ts";

/**
 * The probability from which the model says 1: the fixed one, or the score of the validation split
 * with the best F-beta. Of equally good scores the highest is taken.
 *
 * Scores are compared as float32, as the graph will compare them.
 *
 * @returns 0..1
 * @throws {DataContractError} if F-beta has no row of class 1 to look at.
 * @throws {InvalidInputError} as `rankScores`
 */
export function chooseThreshold(
  rule: CheckedDefinition["threshold"],
  { labels, scores }: ScoredRows,
): number {
  if (rule.choose === "fixed") return rule.value;
  if (rule.choose !== "f-beta") throw new Error(`threshold by ${rule.choose} is on its way`);
  const ranking = rankScores({ labels, scores: Float32Array.from(scores) });
  if (ranking.positives === 0) {
    throw new DataContractError(
      `validation split has ${labels.length} rows and none of class 1; f-beta cannot choose a threshold: fix it in the definition or change the split`,
    );
  }
  let best = -1;
  let threshold = 1;
  for (const [i, score] of ranking.scores.entries()) {
    const truePositives = ranking.truePositives[i] as number;
    const value = fBeta(
      {
        truePositives,
        falsePositives: ranking.falsePositives[i] as number,
        falseNegatives: ranking.positives - truePositives,
      },
      rule.beta,
    );
    if (value > best) {
      best = value;
      threshold = score;
    }
  }
  return threshold;
}
