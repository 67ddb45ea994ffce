import { InvalidInputError } from "../../errors.ts";
import type { LabelledFrame } from "../training-frame.ts";
import type { ClassMass } from "./weight-of-evidence.ts";

/** Rows as what they weigh for either class. */
export interface Sample {
  /** Weight of each row that is good, else 0; shape [rows]. */
  readonly good: Float64Array;
  /** Weight of each row that is bad, else 0; shape [rows]. */
  readonly bad: Float64Array;
  /** Of each row, both classes; absent: each weighs 1. */
  readonly weights: Float64Array | undefined;
  /** Of all rows. */
  readonly totals: ClassMass;
}

/** Rows of a frame by class. */
export function sampleOf({ labels, weights }: LabelledFrame, goodClass: 0 | 1): Sample {
  const good = new Float64Array(labels.length);
  const bad = new Float64Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    (labels[row] === goodClass ? good : bad)[row] = weights?.[row] ?? 1;
  }
  return { good, bad, weights, totals: { good: sum(good), bad: sum(bad) } };
}

/** @throws {InvalidInputError} if the rows with a weight above 0 are not of both classes. */
export function checkBothClasses({ totals }: Sample): void {
  if (totals.good > 0 && totals.bad > 0) return;
  throw new InvalidInputError(
    `target has one class only: good rows weigh ${totals.good} and bad rows ${totals.bad} in the training split`,
  );
}

/** A bin, or what will be one, with the number of rows whose weight is above 0. */
export interface BinMass extends ClassMass {
  readonly rows: number;
}

/**
 * What the rows of each bin weigh.
 *
 * @param bins of each row, shape [rows]
 * @param count number of bins
 */
export function massesOf(bins: Uint8Array, count: number, sample: Sample): readonly BinMass[] {
  const masses = Array.from({ length: count }, () => ({ rows: 0, good: 0, bad: 0 }));
  for (let row = 0; row < bins.length; row++) {
    const mass = masses[bins[row] as number] as (typeof masses)[number];
    const good = sample.good[row] as number;
    const bad = sample.bad[row] as number;
    mass.good += good;
    mass.bad += bad;
    if (good + bad > 0) mass.rows++;
  }
  return masses;
}

/**
 * Puts neighbours together.
 *
 * @param ends ascending, the last one all; shape [groups]
 */
export function mergeMasses(
  good: ArrayLike<number>,
  bad: ArrayLike<number>,
  ends: readonly number[],
): readonly ClassMass[] {
  let begin = 0;
  return ends.map((end) => {
    const mass = { good: 0, bad: 0 };
    for (; begin < end; begin++) {
      mass.good += good[begin] as number;
      mass.bad += bad[begin] as number;
    }
    return mass;
  });
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
