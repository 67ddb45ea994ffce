import type { BoostingObjective } from "../../../definition/parameters/boosting.ts";
import type { Objective, ObjectiveRows } from "./objective.ts";

/** A loss of one score and one label. */
export interface PointwiseLoss {
  loss(score: number, label: number): number;
  /** First derivative of the loss by the score. */
  gradient(score: number, label: number): number;
  /** Second derivative, or what Newton's step is to take for it; >= 0. */
  hessian(score: number, label: number): number;
}

interface PointwiseOptions {
  readonly name: BoostingObjective;
  readonly link?: Objective["link"];
  readonly leafQuantile?: number;
  baseScore(rows: ObjectiveRows): number;
}

/** The objective of a loss that each row has by itself. */
export function pointwise(of: PointwiseLoss, options: PointwiseOptions): Objective {
  const { baseScore, link = "identity", ...rest } = options;
  return {
    ...rest,
    link,
    targets: 1,
    baseScores: (rows) => Float64Array.of(baseScore(rows)),
    loss({ rows, labels, weights }, [scores]) {
      let sum = 0;
      let mass = 0;
      for (let row = 0; row < rows; row++) {
        const weight = weights ? (weights[row] as number) : 1;
        sum += weight * of.loss(scores?.[row] as number, labels[row] as number);
        mass += weight;
      }
      return sum / mass;
    },
    slopesAt:
      ({ rows, labels, weights }, [scores]) =>
      (_target, gradients, hessians) => {
        for (let row = 0; row < rows; row++) {
          const score = scores?.[row] as number;
          const label = labels[row] as number;
          const weight = weights ? (weights[row] as number) : 1;
          gradients[row] = weight * of.gradient(score, label);
          hessians[row] = weight * of.hessian(score, label);
        }
      },
  };
}

/** Mean label, each row by its weight. */
export function meanLabel({ labels, weights }: ObjectiveRows): number {
  let sum = 0;
  let mass = 0;
  labels.forEach((label, row) => {
    const weight = weights ? (weights[row] as number) : 1;
    sum += weight * label;
    mass += weight;
  });
  return sum / mass;
}
