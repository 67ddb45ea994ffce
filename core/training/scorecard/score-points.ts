import type { Frame, FrameColumn } from "../training-frame.ts";
import { binRows } from "./binning.ts";
import {
  pointsAtEvenOdds,
  pointsPerLogOdds,
  type Scorecard,
  type ScorecardInput,
} from "./scorecard.ts";

/** Points of each row: the base points, and those of each input's bin. Shape [rows]. */
export function scorePoints(scorecard: Scorecard, frame: Frame): Float64Array {
  const totals = new Float64Array(frame.rows).fill(scorecard.basePoints);
  for (const input of scorecard.inputs) {
    const points = pointsOfRows(input, frame);
    for (let row = 0; row < totals.length; row++) {
      totals[row] = (totals[row] as number) + (points[row] as number);
    }
  }
  return totals;
}

/** Log-odds of class 1 for a number of points. */
export function logOddsOf(scorecard: Scorecard, points: number): number {
  return (points - pointsAtEvenOdds(scorecard)) * logOddsPerPoint(scorecard);
}

/** Log-odds of class 1 for one point more; below 0 where class 1 is bad. */
export function logOddsPerPoint(scorecard: Scorecard): number {
  return (scorecard.goodClass === 1 ? 1 : -1) / pointsPerLogOdds(scorecard);
}

/**
 * What each column adds to a row's log-odds of class 1, against the mean of the training split, and
 * last what that mean is: the closed form of Shapley values of a sum. They add up to the log-odds.
 *
 * @param columns of the model, those that it does not use included: they add 0
 * @returns shape [rows * (columns + 1)]
 */
export function scoreContributions(
  scorecard: Scorecard,
  frame: Frame,
  columns: readonly Pick<FrameColumn, "name">[],
): Float64Array {
  const width = columns.length + 1;
  const perPoint = logOddsPerPoint(scorecard);
  const contributions = new Float64Array(frame.rows * width);
  const meanPoints = scorecard.inputs.reduce((sum, input) => sum + input.meanPoints, 0);
  const expected = logOddsOf(scorecard, scorecard.basePoints + meanPoints);
  for (let row = 0; row < frame.rows; row++) contributions[row * width + width - 1] = expected;
  for (const input of scorecard.inputs) {
    const at = columns.findIndex(({ name }) => name === input.name);
    pointsOfRows(input, frame).forEach((points, row) => {
      contributions[row * width + at] = (points - input.meanPoints) * perPoint;
    });
  }
  return contributions;
}

function pointsOfRows(input: ScorecardInput, { columns }: Frame): Float64Array {
  const column = columns.find(({ name }) => name === input.name) as FrameColumn;
  const ofBins = Float64Array.from(input.bins, ({ points }) => points);
  const bins = binRows(input, column);
  const points = new Float64Array(bins.length);
  for (let row = 0; row < bins.length; row++) points[row] = ofBins[bins[row] as number] as number;
  return points;
}
