import { InvalidInputError } from "../../../errors.ts";
import type { Objective, ObjectiveRows } from "./objective.ts";
import { percentile } from "./percentile.ts";
import { meanLabel, pointwise } from "./pointwise.ts";

/** Poisson's hessian is taken e^0.7 times as large, so that steps stay small; LightGBM's default. */
const POISSON_CAUTION = 0.7;

/** (score - label)^2 / 2: the mean. */
export const squared: Objective = pointwise(
  {
    loss: (score, label) => (score - label) ** 2 / 2,
    gradient: (score, label) => score - label,
    hessian: () => 1,
  },
  { name: "squared", baseScore: meanLabel },
);

/** |score - label|: the median. */
export const absolute: Objective = pointwise(
  {
    loss: (score, label) => Math.abs(score - label),
    gradient: (score, label) => Math.sign(score - label),
    hessian: () => 1,
  },
  { name: "absolute", leafQuantile: 0.5, baseScore: (rows) => quantileOf(rows, 0.5) },
);

/** Squared up to `delta` off, straight beyond it (Huber 1964). */
export function huber(delta: number): Objective {
  return pointwise(
    {
      loss(score, label) {
        const off = Math.abs(score - label);
        return off <= delta ? off ** 2 / 2 : delta * (off - delta / 2);
      },
      gradient: (score, label) => Math.max(-delta, Math.min(delta, score - label)),
      hessian: () => 1,
    },
    { name: "huber", baseScore: meanLabel },
  );
}

/** The pinball loss: max(alpha (label - score), (1 - alpha) (score - label)). */
export function quantile(alpha: number): Objective {
  return pointwise(
    {
      loss: (score, label) => (score < label ? alpha : alpha - 1) * (label - score),
      gradient: (score, label) => (score < label ? -alpha : 1 - alpha),
      hessian: () => 1,
    },
    { name: "quantile", leafQuantile: alpha, baseScore: (rows) => quantileOf(rows, alpha) },
  );
}

/** e^score - label score: the mean of counts. */
export const poisson: Objective = pointwise(
  {
    loss: (score, label) => Math.exp(score) - label * score,
    gradient: (score, label) => Math.exp(score) - label,
    hessian: (score) => Math.exp(score + POISSON_CAUTION),
  },
  { name: "poisson", link: "log", baseScore: logOfMean },
);

/** Of sums of gamma variables, as losses of insurers are; `power` between Poisson's 1 and gamma's 2. */
export function tweedie(power: number): Objective {
  const one = 1 - power;
  const two = 2 - power;
  return pointwise(
    {
      loss: (score, label) => Math.exp(two * score) / two - (label * Math.exp(one * score)) / one,
      gradient: (score, label) => Math.exp(two * score) - label * Math.exp(one * score),
      hessian: (score, label) => two * Math.exp(two * score) - one * label * Math.exp(one * score),
    },
    { name: "tweedie", link: "log", baseScore: logOfMean },
  );
}

function quantileOf({ labels, weights }: ObjectiveRows, share: number): number {
  return percentile(Float64Array.from(labels), share, weights);
}

/** @throws {InvalidInputError} if a label is below 0, or none is above it */
function logOfMean(rows: ObjectiveRows): number {
  const row = rows.labels.findIndex((label) => label < 0);
  if (row >= 0) {
    throw new InvalidInputError(
      `row ${row} has the target ${rows.labels[row]}: poisson and tweedie take none below 0; choose another objective`,
    );
  }
  const mean = meanLabel(rows);
  if (mean > 0) return Math.log(mean);
  throw new InvalidInputError(
    "every target is 0, and poisson and tweedie need one above 0; choose another objective",
  );
}
