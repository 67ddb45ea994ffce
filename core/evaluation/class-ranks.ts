import type { Labels } from "../training/training-frame.ts";

/** How the classes of each row stand by probability. */
export interface ClassRanks {
  /** The class with the highest probability, of equal ones the first; shape [n]. */
  readonly predicted: Uint16Array;
  readonly highestProbability: Float64Array;
  /** Classes more probable than the label: 0 where it was predicted; shape [n]. */
  readonly rankOfLabel: Uint16Array;
  /** 1 where the label was predicted, else 0; shape [n]. */
  readonly isRight: Uint8Array;
}

/**
 * Ranks the classes of each row. An equally probable class with a lower index stands before the label,
 * so that rank 0 is what was predicted.
 *
 * @param probabilities row-major, shape [n * classes]
 */
export function rankClasses(
  labels: Labels,
  probabilities: Float32Array | Float64Array,
  classes: number,
): ClassRanks {
  const rows = labels.length;
  const predicted = new Uint16Array(rows);
  const highestProbability = new Float64Array(rows);
  const rankOfLabel = new Uint16Array(rows);
  const isRight = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    const label = labels[row] as number;
    const ofLabel = own[label] as number;
    let best = 0;
    let before = 0;
    for (let other = 0; other < classes; other++) {
      const probability = own[other] as number;
      if (probability > (own[best] as number)) best = other;
      if (probability > ofLabel || (probability === ofLabel && other < label)) before++;
    }
    predicted[row] = best;
    highestProbability[row] = own[best] as number;
    rankOfLabel[row] = before;
    isRight[row] = best === label ? 1 : 0;
  }
  return { predicted, highestProbability, rankOfLabel, isRight };
}
