import { InvalidInputError } from "../errors.ts";

/** Standard normal quantile at 0.999: one window in a thousand passes the limit by chance. */
const NORMAL_QUANTILE = 3.0902;

/**
 * The PSI that samples of one and the same distribution exceed once in a thousand times. A small
 * window over many bins has a large PSI without any drift, so a fixed limit alone cries wolf.
 *
 * PSI * n * m / (n + m) is close to chi-square with bins - 1 degrees of freedom (Yurdakul 2018,
 * "Statistical Properties of Population Stability Index"); its 99.9% quantile is Wilson & Hilferty's
 * (1931) d * (1 - 2/(9d) + z * sqrt(2/(9d)))^3.
 *
 * @param bins of the two histograms, >= 2
 * @param referenceRows n, >= 1
 * @param currentRows m, >= 1
 * @returns PSI in nats, > 0; falls as rows grow
 * @throws {InvalidInputError} if an argument is below its least value.
 */
export function chanceLimit(bins: number, referenceRows: number, currentRows: number): number {
  if (!(bins >= 2 && referenceRows >= 1 && currentRows >= 1)) {
    throw new InvalidInputError(
      `chance needs 2 bins and a row on each side, got ${bins} bins, ${referenceRows} and ${currentRows} rows`,
    );
  }
  const degrees = bins - 1;
  const spread = 2 / (9 * degrees);
  const chiSquare = degrees * (1 - spread + NORMAL_QUANTILE * Math.sqrt(spread)) ** 3;
  return chiSquare * (1 / referenceRows + 1 / currentRows);
}
