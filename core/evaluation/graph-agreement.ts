import { IntegrityError } from "../errors.ts";

/** Largest difference of a graph's float32 probability from the trainer's that is rounding. */
export const LARGEST_GRAPH_DIFFERENCE = 1e-6;

/**
 * Compares a graph's probabilities with its trainer's, row by row.
 *
 * @param byTrainer shape [n], in float64
 * @param byGraph shape [n], of the same rows
 * @returns the largest difference, 0 to `LARGEST_GRAPH_DIFFERENCE`
 * @throws {IntegrityError} if a row differs by more, or is not a number; names the worst row and
 *   both values.
 */
export function largestGraphDifference(byTrainer: Float64Array, byGraph: Float32Array): number {
  if (byTrainer.length !== byGraph.length) {
    throw new IntegrityError(
      `trainer predicts ${byTrainer.length} rows but its graph ${byGraph.length}`,
    );
  }
  let largest = 0;
  let worst = 0;
  for (let row = 0; row < byTrainer.length; row++) {
    const difference = Math.abs((byTrainer[row] as number) - (byGraph[row] as number));
    if (difference <= largest) continue;
    // NaN lands here too, and is as wrong as it gets.
    largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    worst = row;
  }
  if (largest > LARGEST_GRAPH_DIFFERENCE) {
    throw new IntegrityError(
      `trainer and graph disagree on row ${worst} of the test split: trainer ${byTrainer[worst]}, graph ${byGraph[worst]}; the export is wrong`,
    );
  }
  return largest;
}
