import { IntegrityError } from "../errors.ts";

/** Largest difference of a graph's float32 prediction from the trainer's that is rounding; of numbers above 1 their share. */
export const LARGEST_GRAPH_DIFFERENCE = 1e-6;

/**
 * Compares a graph's predictions with its trainer's, row by row.
 *
 * @param byTrainer shape [n * width], in float64
 * @param byGraph shape [n * width], of the same rows
 * @returns the largest difference, 0 to `LARGEST_GRAPH_DIFFERENCE`
 * @throws {IntegrityError} if a row differs by more, or is not a number; names the worst row and
 *   both values.
 */
export function largestGraphDifference(
  byTrainer: Float64Array,
  byGraph: Float32Array,
  width: number,
): number {
  if (byTrainer.length !== byGraph.length) {
    throw new IntegrityError(
      `trainer predicts ${byTrainer.length / width} rows but its graph ${byGraph.length / width}`,
    );
  }
  let largest = 0;
  let worst = 0;
  for (let row = 0; row < byTrainer.length; row++) {
    const wanted = byTrainer[row] as number;
    const difference = Math.abs(wanted - (byGraph[row] as number)) / Math.max(1, Math.abs(wanted));
    if (difference <= largest) continue;
    // NaN lands here too, and is as wrong as it gets.
    largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    worst = row;
  }
  if (largest > LARGEST_GRAPH_DIFFERENCE) {
    throw new IntegrityError(
      `trainer and graph disagree on row ${Math.floor(worst / width)} of the test split: trainer ${byTrainer[worst]}, graph ${byGraph[worst]}; the export is wrong`,
    );
  }
  return largest;
}
