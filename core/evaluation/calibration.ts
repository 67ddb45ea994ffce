import type { CalibrationBin } from "../run/evaluation-results.ts";
import { rankScores, type ScoredRows, type ScoreRanking } from "./score-ranking.ts";

/**
 * Rows in bins of equal count by rising score, with their mean score and their share of class 1.
 * Equal scores are never parted, so the table does not depend on the order of rows; where many are
 * equal there are fewer bins, of unequal count.
 *
 * @param bins most bins, >= 1
 * @returns 1 to `bins` entries whose rows (weights, where rows have them) add up to all rows
 * @throws {InvalidInputError} as `rankScores`
 */
export function calibrationTable(rows: ScoredRows, bins?: number): readonly CalibrationBin[] {
  return calibrationBins(rankScores(rows), bins);
}

/** The same of rows that are ranked already. */
export function calibrationBins(ranking: ScoreRanking, bins = 10): readonly CalibrationBin[] {
  const { scores, truePositives, falsePositives, positives, negatives } = ranking;
  const total = positives + negatives;
  // Weights that are not whole miss a bin's end by rounding; whole ones never come so close.
  const binsAUnit = (bins / total) * (1 + 1e-12);
  const table: CalibrationBin[] = [];
  let bin = { rows: 0, positives: 0, scores: 0 };
  let closed = 0;
  for (let i = scores.length - 1; i >= 0; i--) {
    const positivesAbove = i === 0 ? 0 : (truePositives[i - 1] as number);
    const rowsAbove = i === 0 ? 0 : positivesAbove + (falsePositives[i - 1] as number);
    const groupPositives = (truePositives[i] as number) - positivesAbove;
    const groupRows = (truePositives[i] as number) + (falsePositives[i] as number) - rowsAbove;
    bin.rows += groupRows;
    bin.positives += groupPositives;
    bin.scores += groupRows * (scores[i] as number);
    // A bin ends at the next whole `total / bins` rows that it reaches or passes.
    const reached = Math.floor((total - rowsAbove) * binsAUnit);
    if (reached === closed) continue;
    closed = reached;
    table.push({
      rows: bin.rows,
      meanScore: bin.scores / bin.rows,
      sharePositive: bin.positives / bin.rows,
    });
    bin = { rows: 0, positives: 0, scores: 0 };
  }
  return table;
}

/**
 * Expected calibration error: how far scores are from shares of class 1, on average.
 *
 * ECE = sum over bins of rows / n * |meanScore - sharePositive| (Naeini et al. 2015).
 *
 * @returns 0..1
 */
export function expectedCalibrationError(table: readonly CalibrationBin[]): number {
  const total = table.reduce((sum, { rows }) => sum + rows, 0);
  return table.reduce(
    (sum, { rows, meanScore, sharePositive }) =>
      sum + (rows / total) * Math.abs(meanScore - sharePositive),
    0,
  );
}
