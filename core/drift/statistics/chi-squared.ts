import { InvalidInputError } from "../../errors.ts";
import { upperGammaShare } from "./gamma.ts";

/** A statistic and how seldom chance alone brings one as large. */
export interface TestResult {
  readonly statistic: number;
  /** 0..1 */
  readonly pValue: number;
}

/** Share of a chi-squared distribution above x. @param degrees > 0 @param x >= 0 */
export const chiSquaredAbove = (x: number, degrees: number): number =>
  upperGammaShare(degrees / 2, x / 2);

/**
 * Pearson's chi-squared test of the current counts against the shares of the reference, as
 * `scipy.stats.chisquare` of counts that are expected by these shares: the reference is taken as
 * certain. A category that is new has the statistic infinity and p 0.
 *
 * @param reference rows in each category, shape [k]
 * @param current rows in the same categories, shape [k]
 * @throws {InvalidInputError} if the counts have other lengths, or a side has no rows
 */
export function chiSquaredTest(
  reference: readonly number[],
  current: readonly number[],
): TestResult {
  const { expectedPer } = checked(reference, current);
  let statistic = 0;
  let used = 0;
  for (const [i, count] of reference.entries()) {
    const seen = current[i] as number;
    if (count === 0 && seen === 0) continue;
    used += 1;
    const expected = count * expectedPer;
    statistic += count === 0 ? Number.POSITIVE_INFINITY : (seen - expected) ** 2 / expected;
  }
  const degrees = used - 1;
  return { statistic, pValue: degrees === 0 ? 1 : chiSquaredAbove(statistic, degrees) };
}

/**
 * Cramer's V of the table of two rows, reference and current: how far apart they are, whatever their number.
 *
 * @returns 0..1; 0 where one category holds everything
 * @throws {InvalidInputError} if the counts have other lengths, or a side has no rows
 */
export function cramersV(reference: readonly number[], current: readonly number[]): number {
  const { referenceRows, currentRows } = checked(reference, current);
  const all = referenceRows + currentRows;
  let statistic = 0;
  for (const [i, count] of reference.entries()) {
    const seen = current[i] as number;
    const both = count + seen;
    if (both === 0) continue;
    const wanted = (both * referenceRows) / all;
    const wantedNow = (both * currentRows) / all;
    statistic += (count - wanted) ** 2 / wanted + (seen - wantedNow) ** 2 / wantedNow;
  }
  return Math.sqrt(statistic / all);
}

function checked(reference: readonly number[], current: readonly number[]) {
  if (reference.length !== current.length) {
    throw new InvalidInputError(
      `reference has ${reference.length} categories and current ${current.length}; count the same ones`,
    );
  }
  const referenceRows = reference.reduce((sum, count) => sum + count, 0);
  const currentRows = current.reduce((sum, count) => sum + count, 0);
  if (referenceRows === 0 || currentRows === 0) {
    throw new InvalidInputError("reference and current need a row each");
  }
  return { referenceRows, currentRows, expectedPer: currentRows / referenceRows };
}
