import type { Window } from "../drift/prediction-counts.ts";

/** What the prediction log says of a canary and of the champion beside it. */
export interface TrafficCounts {
  readonly canary: SideCounts & {
    /** Rows that it was to answer and could not: the champion did. */
    readonly failures: number;
  };
  readonly champion: SideCounts;
}

interface SideCounts {
  /** Each once, however often it was delivered. */
  readonly predictions: number;
  /** In milliseconds; 0 without predictions. */
  readonly latencyP99Ms: number;
  /** Counts of its scores between the deciles of the champion's; the same bins on both sides. */
  readonly scores: readonly number[];
}

export type CountTraffic = (order: {
  readonly model: string;
  readonly canary: number;
  readonly champion: number;
  /** Of the canary's predictions. */
  readonly window: Window;
  /** ISO 8601: since when the champion's are counted, up to the window's end; not after its beginning. */
  readonly championFrom: string;
}) => Promise<TrafficCounts>;
