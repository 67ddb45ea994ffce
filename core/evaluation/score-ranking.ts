import { InvalidInputError } from "../errors.ts";

/** Labels and scores of the same rows. */
export interface ScoredRows {
  /** 0 or 1, shape [n]. */
  readonly labels: Uint8Array;
  /** Probability of class 1, each in 0..1, shape [n]. */
  readonly scores: Float32Array | Float64Array;
}

/**
 * Rows grouped by equal score, from the highest score down, with running counts. Sorted once; every
 * metric that depends on order is a single pass over it. It does not depend on the order of rows.
 */
export interface ScoreRanking {
  readonly positives: number;
  readonly negatives: number;
  /** Distinct scores, falling; shape [k]. */
  readonly scores: Float64Array;
  /** Rows of class 1 (0) whose score is at least `scores[i]`; shape [k]. */
  readonly truePositives: Uint32Array;
  readonly falsePositives: Uint32Array;
}

/**
 * Each class is sorted alone and the two are merged: the typed arrays' own sort takes no comparator
 * and is about ten times as fast as sorting row numbers by one.
 *
 * @throws {InvalidInputError} without rows, or if lengths differ, a label is not 0 or 1, or a score
 *   is not in 0..1.
 */
export function rankScores({ labels, scores }: ScoredRows): ScoreRanking {
  const positives = checkedPositives(labels, scores);
  const ofPositives = new Float64Array(positives);
  const ofNegatives = new Float64Array(labels.length - positives);
  let p = 0;
  let n = 0;
  for (let row = 0; row < labels.length; row++) {
    // + 0 makes -0 the same score as 0.
    const score = (scores[row] as number) + 0;
    if (labels[row] === 1) ofPositives[p++] = score;
    else ofNegatives[n++] = score;
  }
  return merged(ofPositives.sort(), ofNegatives.sort());
}

function checkedPositives(labels: Uint8Array, scores: ScoredRows["scores"]): number {
  if (labels.length !== scores.length) {
    throw new InvalidInputError(`got ${labels.length} labels for ${scores.length} scores`);
  }
  if (labels.length === 0) throw new InvalidInputError("metrics need at least one row, got none");
  let positives = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    const score = scores[row] as number;
    if (label > 1) throw new InvalidInputError(`label of row ${row} must be 0 or 1, got ${label}`);
    if (!(score >= 0 && score <= 1)) {
      throw new InvalidInputError(`score of row ${row} must be in 0..1, got ${score}`);
    }
    positives += label;
  }
  return positives;
}

function merged(positives: Float64Array, negatives: Float64Array): ScoreRanking {
  const length = positives.length + negatives.length;
  const scores = new Float64Array(length);
  const truePositives = new Uint32Array(length);
  const falsePositives = new Uint32Array(length);
  let p = positives.length;
  let n = negatives.length;
  let groups = 0;
  while (p > 0 || n > 0) {
    const score = Math.max(positives[p - 1] ?? -1, negatives[n - 1] ?? -1);
    while (p > 0 && positives[p - 1] === score) p--;
    while (n > 0 && negatives[n - 1] === score) n--;
    scores[groups] = score;
    truePositives[groups] = positives.length - p;
    falsePositives[groups] = negatives.length - n;
    groups++;
  }
  return {
    positives: positives.length,
    negatives: negatives.length,
    scores: scores.subarray(0, groups),
    truePositives: truePositives.subarray(0, groups),
    falsePositives: falsePositives.subarray(0, groups),
  };
}
