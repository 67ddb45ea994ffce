import type { CheckedDefinition } from "../definition/model-definition.ts";
import { DataContractError } from "../errors.ts";
import { fBeta } from "./class-metrics.ts";
import { rankScores, type ScoredRows, type ScoreRanking } from "./score-ranking.ts";

type Rule = CheckedDefinition["threshold"];
type RuleOf<Choose extends Rule["choose"]> = Extract<Rule, { readonly choose: Choose }>;

/** Weights of rows by what is predicted at one threshold and what is true. */
interface Counts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** Sums of weights are rounded: what misses a target by less has reached it. */
const ROUNDING = 1e-12;

/**
 * The probability from which the model says 1: the fixed one, or one that is found among the scores of
 * the validation split. Rows count by their weights; of equally good thresholds the highest is taken.
 *
 * - f-beta: the best F-beta.
 * - cost: the least total cost. 0 where predicting 1 for every row is best, 1 where predicting it for
 *   none is (unless a row has the probability 1, which every threshold labels).
 * - precision: the most recall among those with the precision.
 * - recall: the highest with the recall.
 * - alert-rate: the most rows labelled 1 that do not exceed the share.
 *
 * Scores are compared as float32, as the graph will compare them.
 *
 * @returns 0..1
 * @throws {DataContractError} if f-beta, precision or recall has no row of class 1 to look at, or no
 *   threshold reaches the precision or the alert rate; says what is the best that can be reached.
 * @throws {InvalidInputError} as `rankScores`
 */
export function chooseThreshold(rule: Rule, { labels, scores, weights }: ScoredRows): number {
  if (rule.choose === "fixed") return rule.value;
  const ranking = rankScores({ labels, scores: Float32Array.from(scores), weights });
  if (rule.choose === "cost") return leastCost(rule, ranking);
  if (rule.choose === "alert-rate") return mostAlerts(rule, ranking);
  if (ranking.positives === 0) {
    throw new DataContractError(
      `validation split has ${labels.length} rows and none of class 1 that counts; ${rule.choose} cannot choose a threshold: fix it in the definition or change the split`,
    );
  }
  switch (rule.choose) {
    case "f-beta":
      return best(ranking, (counts) => fBeta(counts, rule.beta)).threshold;
    case "precision":
      return mostRecall(rule, ranking);
    case "recall":
      return best(ranking, (counts) => atLeast(recall(counts), rule.atLeast)).threshold;
  }
}

function leastCost(rule: RuleOf<"cost">, ranking: ScoreRanking): number {
  const gain = (counts: Counts) =>
    -(
      rule.falsePositive * counts.falsePositives +
      rule.falseNegative * counts.falseNegatives +
      rule.truePositive * counts.truePositives +
      rule.trueNegative * counts.trueNegatives
    );
  const { positives, negatives } = ranking;
  const never = gain({
    truePositives: 0,
    falsePositives: 0,
    falseNegatives: positives,
    trueNegatives: negatives,
  });
  const found = best(ranking, gain);
  if (never >= found.goodness && found.highestScore < 1) return 1;
  return found.isLowest ? 0 : found.threshold;
}

function mostRecall({ atLeast: target }: RuleOf<"precision">, ranking: ScoreRanking): number {
  const found = best(ranking, (counts) =>
    precision(counts) >= target - ROUNDING ? recall(counts) : Number.NEGATIVE_INFINITY,
  );
  if (found.goodness >= 0) return found.threshold;
  const reachable = best(ranking, precision);
  throw new DataContractError(
    `no threshold has precision ${target} on the validation split; the best is ${reachable.goodness} from probability ${reachable.threshold}: lower threshold.atLeast to it or improve the model`,
  );
}

function mostAlerts({ atMost }: RuleOf<"alert-rate">, ranking: ScoreRanking): number {
  const found = best(ranking, (counts) => {
    const share = alertRate(counts);
    return share <= atMost + ROUNDING ? share : Number.NEGATIVE_INFINITY;
  });
  if (found.goodness >= 0) return found.threshold;
  const reachable = best(ranking, (counts) => -alertRate(counts));
  throw new DataContractError(
    `no threshold labels at most ${atMost} of the validation split as 1; the least is ${-reachable.goodness}, whose rows all have probability ${reachable.threshold}: raise threshold.atMost to it, or part them by another model or calibration`,
  );
}

/** The score from which predicting 1 is best; of equally good ones the highest. */
function best(ranking: ScoreRanking, goodnessOf: (counts: Counts) => number) {
  const { positives, negatives, scores } = ranking;
  let goodness = Number.NEGATIVE_INFINITY;
  let at = 0;
  let highest = -1;
  for (let i = 0; i < scores.length; i++) {
    const truePositives = ranking.truePositives[i] as number;
    const falsePositives = ranking.falsePositives[i] as number;
    // Above the first row that counts nothing is predicted: no precision, no alert.
    if (truePositives + falsePositives === 0) continue;
    if (highest < 0) highest = i;
    const found = goodnessOf({
      truePositives,
      falsePositives,
      falseNegatives: positives - truePositives,
      trueNegatives: negatives - falsePositives,
    });
    if (found <= goodness) continue;
    goodness = found;
    at = i;
  }
  const covered = (ranking.truePositives[at] as number) + (ranking.falsePositives[at] as number);
  return {
    goodness,
    threshold: scores[at] as number,
    highestScore: scores[highest] as number,
    isLowest: covered === positives + negatives,
  };
}

/** Equally good where the target is reached, so that the highest threshold is taken. */
function atLeast(value: number, target: number): number {
  return value >= target - ROUNDING ? 1 : 0;
}

function precision({ truePositives, falsePositives }: Counts): number {
  return truePositives / (truePositives + falsePositives);
}

function recall({ truePositives, falseNegatives }: Counts): number {
  return truePositives / (truePositives + falseNegatives);
}

function alertRate(counts: Counts): number {
  const alerts = counts.truePositives + counts.falsePositives;
  return alerts / (alerts + counts.falseNegatives + counts.trueNegatives);
}
