import { InvalidInputError } from "../../errors.ts";
import type { TestResult } from "./chi-squared.ts";
import { upperGammaShare } from "./gamma.ts";

/** Rows, and how many of them have what is asked about. */
export interface Proportion {
  readonly having: number;
  readonly rows: number;
}

/** Share of a standard normal distribution outside -|z|..|z|. */
export const normalOutside = (z: number): number => upperGammaShare(0.5, (z * z) / 2);

/**
 * Z-test of two proportions with a pooled variance, two-sided. Where both sides have all or none, nothing
 * differs: z 0, p 1.
 *
 * @throws {InvalidInputError} if a side has no rows
 */
export function proportionTest(reference: Proportion, current: Proportion): TestResult {
  if (reference.rows === 0 || current.rows === 0) {
    throw new InvalidInputError("reference and current need a row each");
  }
  const pooled = (reference.having + current.having) / (reference.rows + current.rows);
  const variance = pooled * (1 - pooled) * (1 / reference.rows + 1 / current.rows);
  if (variance === 0) return { statistic: 0, pValue: 1 };
  const difference = reference.having / reference.rows - current.having / current.rows;
  const statistic = difference / Math.sqrt(variance);
  return { statistic, pValue: normalOutside(statistic) };
}
