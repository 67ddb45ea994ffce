import type { ScorecardParameters } from "../../definition/parameters/scorecard.ts";
import { minimise, type Objective } from "../linear/minimise.ts";
import type { Sample } from "./sample.ts";

/** An input as its weight of evidence. */
export interface EvidenceColumn {
  /** Bin of each row. */
  readonly bins: Uint8Array;
  /** Weight of evidence of each bin. */
  readonly evidence: Float64Array;
}

export interface EvidenceFit {
  /** Places of the inputs that stayed, ascending. */
  readonly kept: readonly number[];
  readonly intercept: number;
  /** Of the inputs that stayed. */
  readonly coefficients: Float64Array;
  readonly penalisedLoss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

type FitParameters = Pick<ScorecardParameters, "l2" | "tolerance" | "maxIterations" | "signs">;

/** Stands for no curvature at all. */
const LEAST_CURVATURE = 1e-12;

/**
 * Logistic regression of "is good" on weight of evidence: minimises (sum of weighted log-losses + l2 / 2
 * * |coefficients|^2) / weight of all rows, the intercept not counted in |coefficients|.
 *
 * More evidence for good should mean more odds of good. Under "expected" signs the input with the lowest
 * coefficient is left out while that is below 0, and the rest is fitted again.
 */
export function fitEvidence(
  columns: readonly EvidenceColumn[],
  sample: Sample,
  parameters: FitParameters,
): EvidenceFit {
  let kept = columns.map((_, i) => i);
  let start = new Float64Array(columns.length + 1);
  start[0] = Math.log(sample.totals.good / sample.totals.bad);
  let iterations = 0;
  for (;;) {
    const used = kept.map((i) => columns[i] as EvidenceColumn);
    const minimum = minimise(
      penalisedLoss(used, sample, parameters.l2),
      start,
      roughCurvature(used, sample, parameters.l2),
      parameters,
    );
    const coefficients = minimum.point.slice(1);
    iterations += minimum.iterations;
    const worst = lowest(coefficients);
    if (parameters.signs === "free" || !((coefficients[worst] ?? 0) < 0)) {
      const { value: penalisedLoss, converged, point } = minimum;
      const intercept = point[0] as number;
      return { kept, intercept, coefficients, penalisedLoss, iterations, converged };
    }
    kept = kept.filter((_, i) => i !== worst);
    start = minimum.point.filter((_, i) => i !== worst + 1);
  }
}

function lowest(values: Float64Array): number {
  return values.reduce((best, value, i) => (value < (values[best] as number) ? i : best), 0);
}

function penalisedLoss(columns: readonly EvidenceColumn[], sample: Sample, l2: number): Objective {
  const scores = new Float64Array(sample.good.length);
  const weight = sample.totals.good + sample.totals.bad;
  return (point, gradient) => {
    addEvidence(columns, point, scores);
    let loss = totalLoss(scores, sample);
    gradient[0] = toSlopes(scores, sample) / weight;
    columns.forEach((column, i) => {
      const coefficient = point[i + 1] as number;
      loss += (l2 / 2) * coefficient * coefficient;
      gradient[i + 1] = (slopeOf(column, scores) + l2 * coefficient) / weight;
    });
    return loss / weight;
  };
}

/** Log-odds of good for each row. */
function addEvidence(
  columns: readonly EvidenceColumn[],
  point: Float64Array,
  scores: Float64Array,
) {
  scores.fill(point[0] as number);
  columns.forEach(({ bins, evidence }, i) => {
    const added = evidence.map((value) => value * (point[i + 1] as number));
    for (let row = 0; row < scores.length; row++) {
      scores[row] = (scores[row] as number) + (added[bins[row] as number] as number);
    }
  });
}

/**
 * Sum of weighted log-losses.
 *
 * @param scores log-odds of good, shape [rows]
 */
export function totalLoss(scores: Float64Array, { good, bad }: Sample): number {
  let loss = 0;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] as number;
    // ln(1 + e^|s|) less |s|, so that nothing overflows
    const tail = Math.log1p(Math.exp(-Math.abs(score)));
    loss += (good[row] as number) * (tail + Math.max(-score, 0));
    loss += (bad[row] as number) * (tail + Math.max(score, 0));
  }
  return loss;
}

/** Replaces log-odds of good by the derivatives of each row's loss; gives their sum. */
function toSlopes(scores: Float64Array, { good, bad }: Sample): number {
  let sum = 0;
  for (let row = 0; row < scores.length; row++) {
    const probability = 1 / (1 + Math.exp(-(scores[row] as number)));
    const slope = (bad[row] as number) * probability - (good[row] as number) * (1 - probability);
    scores[row] = slope;
    sum += slope;
  }
  return sum;
}

function slopeOf({ bins, evidence }: EvidenceColumn, slopes: Float64Array): number {
  const ofBins = new Float64Array(evidence.length);
  for (let row = 0; row < slopes.length; row++) {
    const bin = bins[row] as number;
    ofBins[bin] = (ofBins[bin] as number) + (slopes[row] as number);
  }
  return ofBins.reduce((sum, slope, bin) => sum + slope * (evidence[bin] as number), 0);
}

/** Diagonal of the Hessian where no input counts. */
function roughCurvature(columns: readonly EvidenceColumn[], sample: Sample, l2: number) {
  const { good, bad } = sample.totals;
  const weight = good + bad;
  const ofRow = (good / weight) * (bad / weight);
  const squares = columns.map(({ bins, evidence }) =>
    bins.reduce((sum, bin, row) => {
      const rowWeight = (sample.good[row] as number) + (sample.bad[row] as number);
      return sum + rowWeight * (evidence[bin] as number) ** 2;
    }, 0),
  );
  const own = squares.map((sum) => Math.max((ofRow * sum + l2) / weight, LEAST_CURVATURE));
  return Float64Array.of(ofRow, ...own);
}
