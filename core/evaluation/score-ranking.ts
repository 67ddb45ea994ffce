import { InvalidInputError } from "../errors.ts";
import type { Labels } from "../training/training-frame.ts";
import { rowWeights } from "./row-weights.ts";
import { sortedOrder } from "./sorted-order.ts";

/** Labels and scores of the same rows. */
export interface ScoredRows {
  /** 0 or 1, shape [n]. */
  readonly labels: Labels;
  /** Probability of class 1, each in 0..1, shape [n]. */
  readonly scores: Float32Array | Float64Array;
  /** How much each row counts, >= 0, shape [n]. Absent: each counts 1. */
  readonly weights?: Float64Array | undefined;
}

/** Rows by falling score. Sorted once, it can be ranked under any weights in a single pass. */
export interface ScoreOrder {
  /** Row numbers, the highest score first; shape [n]. */
  readonly order: Uint32Array;
  /** Their labels, in the same order; shape [n]. */
  readonly labels: Uint8Array;
  /** Distinct scores, falling; shape [k]. */
  readonly scores: Float64Array;
  /** Where in `order` the rows of each distinct score end, exclusive; shape [k]. */
  readonly ends: Uint32Array;
}

/**
 * Rows grouped by equal score, from the highest score down, with running counts. Every metric that
 * depends on order is a single pass over it. It does not depend on the order of rows.
 */
export interface ScoreRanking {
  /** Rows of class 1 (0), each counted by its weight. */
  readonly positives: number;
  readonly negatives: number;
  /** Distinct scores, falling; shape [k]. */
  readonly scores: Float64Array;
  /** Rows of class 1 (0) whose score is at least `scores[i]`, by weight; shape [k]. */
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/**
 * The ranking of rows under their own weights.
 *
 * @throws {InvalidInputError} without rows, or if lengths differ, a label is not 0 or 1, a score is
 *   not in 0..1, or as `rowWeights`.
 */
export function rankScores(rows: ScoredRows): ScoreRanking {
  checkScoredRows(rows);
  return rankOrdered(orderScores(rows), rowWeights(rows.weights, rows.labels.length));
}

/** @throws {InvalidInputError} as `rankScores` */
export function checkScoredRows({ labels, scores }: ScoredRows): void {
  if (labels.length !== scores.length) {
    throw new InvalidInputError(`got ${labels.length} labels for ${scores.length} scores`);
  }
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    const score = scores[row] as number;
    if (label !== 0 && label !== 1) {
      throw new InvalidInputError(`label of row ${row} must be 0 or 1, got ${label}`);
    }
    if (!(score >= 0 && score <= 1)) {
      throw new InvalidInputError(`score of row ${row} must be in 0..1, got ${score}`);
    }
  }
}

/** Sorts rows by score. @param rows checked */
export function orderScores({ labels, scores }: Omit<ScoredRows, "weights">): ScoreOrder {
  const order = sortedOrder(scores).reverse();
  const ordered = new Uint8Array(order.length);
  const distinct = new Float64Array(order.length);
  const ends = new Uint32Array(order.length);
  let groups = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i] as number;
    ordered[i] = labels[row] as number;
    // + 0 makes -0 the same score as 0.
    const score = (scores[row] as number) + 0;
    if (i === 0 || score !== distinct[groups - 1]) distinct[groups++] = score;
    ends[groups - 1] = i + 1;
  }
  return {
    order,
    labels: ordered,
    scores: distinct.subarray(0, groups),
    ends: ends.subarray(0, groups),
  };
}

/**
 * Running counts of ordered rows, each row counted by its weight.
 *
 * @param weights >= 0, by row, shape [n]
 */
export function rankOrdered(rows: ScoreOrder, weights: Float64Array): ScoreRanking {
  const { labels, order, scores, ends } = rows;
  const truePositives = new Float64Array(ends.length);
  const falsePositives = new Float64Array(ends.length);
  let positives = 0;
  let negatives = 0;
  let i = 0;
  for (let group = 0; group < ends.length; group++) {
    for (const end = ends[group] as number; i < end; i++) {
      const weight = weights[order[i] as number] as number;
      // Without a branch: labels in order of score are what a processor guesses wrong.
      const ofClass1 = weight * (labels[i] as number);
      positives += ofClass1;
      negatives += weight - ofClass1;
    }
    truePositives[group] = positives;
    falsePositives[group] = negatives;
  }
  return { positives, negatives, scores, truePositives, falsePositives };
}
