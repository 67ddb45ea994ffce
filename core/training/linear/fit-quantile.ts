import { type Fit, type FitOptions, fitScores, type TrainingRows } from "./fit-scores.ts";
import { quantileLoss } from "./losses.ts";
import { addScores } from "./prepared-columns.ts";
import type { Target } from "./target.ts";

/** Halvings of the span of residuals: past a double's precision. */
const BISECTIONS = 64;
const LEAST_WIDTH = 0.02;
const MOST_WIDTH = 0.5;

/**
 * Linear quantile regression by a smoothed pinball loss; then the intercept is set so that exactly that
 * share of the training rows' weight lies at or below.
 *
 * @param from the fit of the mean, where it begins
 */
export function fitQuantile(
  training: TrainingRows,
  target: Target,
  quantile: number,
  { options, from }: { readonly options: FitOptions; readonly from: Fit },
): Fit {
  const { labels, weights } = target;
  const width = smoothingWidth(training.design.width, training.rows, quantile);
  const loss = quantileLoss(labels, weights, { quantile, width });
  const start = (from.coefficients[0] as Float64Array).slice();
  start[0] = (start[0] as number) + residualQuantile(training, target, start, quantile);
  const fit = fitScores(training, loss, options, [start]);
  const found = (fit.coefficients[0] as Float64Array).slice();
  found[0] = (found[0] as number) + residualQuantile(training, target, found, quantile);
  return { ...fit, coefficients: [found] };
}

/**
 * Bandwidth sqrt(q (1 - q)) ((p + ln n) / n)^(2/5) in deviations of the target, within bounds (He and
 * others 2023): the fewer rows a coefficient has, the smoother the loss.
 */
export function smoothingWidth(coefficients: number, rows: number, quantile: number): number {
  const share = ((coefficients + Math.log(rows)) / rows) ** 0.4;
  const width = Math.sqrt(quantile * (1 - quantile)) * share;
  return Math.min(Math.max(width, LEAST_WIDTH), MOST_WIDTH);
}

/** The least number at or below which lies the quantile's share of the weight of label - score. */
function residualQuantile(
  { columns, rows, totalWeight }: TrainingRows,
  { labels, weights }: Target,
  coefficients: Float64Array,
  quantile: number,
): number {
  const residuals = new Float64Array(rows).fill(coefficients[0] as number);
  addScores(columns, coefficients, 0, rows, residuals);
  labels.forEach((label, row) => {
    residuals[row] = label - (residuals[row] as number);
  });
  const weightAtMost = (limit: number) =>
    residuals.reduce((sum, r, row) => sum + (r <= limit ? (weights?.[row] ?? 1) : 0), 0);
  let low = residuals.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let high = residuals.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  for (let i = 0; i < BISECTIONS && low < high; i++) {
    const middle = low + (high - low) / 2;
    if (weightAtMost(middle) >= quantile * totalWeight) high = middle;
    else low = middle;
  }
  return high;
}
