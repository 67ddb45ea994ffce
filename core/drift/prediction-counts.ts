import type { VersionBaseline } from "../dataset/baseline.ts";

/** A span of time, ISO 8601 in UTC: from the first instant up to, not with, the last. */
export interface Window {
  readonly from: string;
  readonly until: string;
}

/** Logged predictions of one version in one window, counted in the baseline's bins. */
export interface PredictionCounts {
  /** Each prediction once, however often it was delivered. */
  readonly predictions: number;
  /** By feature name, in the order of its `driftBins`. */
  readonly features: Readonly<Record<string, readonly number[]>>;
  readonly score: readonly number[];
  /** Where the baseline has predicted classes. */
  readonly predictedClass?: readonly number[];
}

export type CountPredictions = (order: {
  readonly model: string;
  readonly version: number;
  readonly window: Window;
  readonly baseline: VersionBaseline;
}) => Promise<PredictionCounts>;
