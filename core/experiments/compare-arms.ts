import type { Window } from "../drift/prediction-counts.ts";
import { alwaysValidDifference, type Difference, type Sample } from "./confidence-sequence.ts";

/** What is compared today; outcomes come with them. */
export const ARM_METRICS = ["score", "positiveShare", "latencyMs"] as const;
export type ArmMetric = (typeof ARM_METRICS)[number];

/** Predictions of one version, as the log has them. */
export type ArmSamples = Readonly<Partial<Record<ArmMetric, Sample>>>;

export type CountArms = (order: {
  readonly model: string;
  readonly champion: number;
  readonly challenger: number;
  readonly window: Window;
}) => Promise<{ readonly champion: ArmSamples; readonly challenger: ArmSamples }>;

/** Whether the challenger's mean is higher, lower, not shown to differ, or there are too few predictions. */
export type ArmVerdict = "higher" | "lower" | "no difference shown" | "not enough data";

export interface ArmComparison {
  readonly metric: ArmMetric;
  readonly champion: Sample;
  readonly challenger: Sample;
  /** Absent where there is not enough data. */
  readonly difference?: Difference;
  readonly verdict: ArmVerdict;
}

/** Predictions of a side below which its mean is not taken to be normal. */
export const LEAST_ARM = 100;

/**
 * Compares a challenger with the champion, each metric by a test that may be looked at at any time. There
 * are several metrics: each has its share of alpha (Bonferroni), so that one look at all of them errs
 * with probability alpha at most.
 */
export function compareArms(
  champion: ArmSamples,
  challenger: ArmSamples,
  alpha = 0.05,
): readonly ArmComparison[] {
  const known = ARM_METRICS.flatMap((metric) => {
    const [first, second] = [champion[metric], challenger[metric]];
    return first && second ? [{ metric, champion: first, challenger: second }] : [];
  });
  return known.map((arms): ArmComparison => {
    if (Math.min(arms.champion.n, arms.challenger.n) < LEAST_ARM) {
      return { ...arms, verdict: "not enough data" };
    }
    const level = alpha / known.length;
    const difference = alwaysValidDifference(arms.champion, arms.challenger, level);
    return { ...arms, difference, verdict: verdictOf(difference) };
  });
}

function verdictOf({ interval: [low, high] }: Difference): ArmVerdict {
  if (low > 0) return "higher";
  return high < 0 ? "lower" : "no difference shown";
}
