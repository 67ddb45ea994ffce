import type { Labels } from "../training/training-frame.ts";

/**
 * Coefficient of determination R2: 1 - sum of w * (y - p)^2 / sum of w * (y - mean)^2.
 *
 * @param squaredErrors (y - p)^2, shape [n]
 * @param weights >= 0, not all 0
 * @returns at most 1; 0 for the mean as a constant prediction. Where all labels that count are equal 1
 *   if they were all met and 0 if not, as scikit-learn; `undefined` for a single row.
 */
export function determination(
  labels: Labels,
  squaredErrors: Float64Array,
  weights: Float64Array,
): number | undefined {
  if (labels.length < 2) return undefined;
  let total = 0;
  let mean = 0;
  let spread = 0;
  let errors = 0;
  // West (1979): the spread without the cancellation of large means; equal labels give exactly 0.
  for (let row = 0; row < labels.length; row++) {
    const weight = weights[row] as number;
    if (weight === 0) continue;
    total += weight;
    const step = (labels[row] as number) - mean;
    const shift = (step * weight) / total;
    mean += shift;
    spread += (total - weight) * step * shift;
    errors += weight * (squaredErrors[row] as number);
  }
  if (spread > 0) return 1 - errors / spread;
  return errors > 0 ? 0 : 1;
}
