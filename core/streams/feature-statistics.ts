import type { NumberProfile, Profile } from "../dataset/baseline.ts";

/** Shares of the values that lie at or below a quantile. */
const QUANTILES = { p25: 0.25, p50: 0.5, p75: 0.75 } as const;
const MOST_FREQUENT = 5;

/** What the values of a feature are like. */
export interface NumberStatistics {
  readonly rows: number;
  /** 0..1; null where there is no row. */
  readonly missingShare: number | null;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Each the upper edge of the bin in which the quantile lies: at most one bin too high. */
  readonly quantiles: Readonly<Record<keyof typeof QUANTILES, number | null>>;
}

export interface CategoryStatistics {
  readonly rows: number;
  readonly missingShare: number | null;
  readonly distinct: number;
  /** By falling share of all rows. */
  readonly mostFrequent: Readonly<Record<string, number>>;
}

/** The distribution of a column in a few numbers. */
export function featureStatistics(profile: Profile): NumberStatistics | CategoryStatistics {
  const { rows, missing } = profile;
  const missingShare = rows === 0 ? null : missing / rows;
  if (profile.kind === "category") {
    const most = profile.counts.slice(0, MOST_FREQUENT);
    const shares = most.map(([value, count]) => [value, count / rows] as const);
    const mostFrequent = Object.fromEntries(shares);
    return { rows, missingShare, distinct: profile.distinct, mostFrequent };
  }
  const { mean, standardDeviation, min, max } = profile;
  const { p25, p50, p75 } = QUANTILES;
  const quantiles = {
    p25: quantileOf(profile, p25),
    p50: quantileOf(profile, p50),
    p75: quantileOf(profile, p75),
  };
  return { rows, missingShare, mean, standardDeviation, min, max, quantiles };
}

/** Upper edge of the first bin up to which so large a share of the values lies; of the last one the maximum. */
function quantileOf({ counts, edges, max }: NumberProfile, share: number): number | null {
  const values = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const bin = counts.findIndex((count) => {
    below += count;
    return below >= share * values;
  });
  return edges[bin] ?? max;
}
