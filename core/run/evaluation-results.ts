import { z } from "zod";
import { METRIC_NAMES, type MetricName } from "../definition/metrics.ts";
import type { GlobalContribution } from "../explain/global-contributions.ts";

/** Where a metric would lie with other rows of the same kind: a bootstrap percentile interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Standard deviation of the metric over the samples. */
  readonly standardError: number;
  /** Samples that define the metric. */
  readonly samples: number;
}

export type Intervals = Readonly<Partial<Record<MetricName, Interval>>>;

/** One class against all others. */
export interface ClassResult {
  readonly class: string;
  /** Weight of the rows of the class. */
  readonly rows: number;
  /** Weight of the rows that were predicted to be of it. */
  readonly predicted: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** null where there are rows of the class only, or none. */
  readonly rocAuc: number | null;
  /** Of the class's own probability. */
  readonly calibrationError: number;
}

/** Rows of the test split with similar scores: how often they were right. */
export interface CalibrationBin {
  readonly rows: number;
  readonly meanScore: number;
  /** Share of the rows whose label is 1. */
  readonly sharePositive: number;
}

/** Counts of rows by what was predicted and what was true. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

export interface MulticlassConfusion {
  /** Rows of class i that were predicted as class j, shape [classes][classes]. */
  readonly matrix: readonly (readonly number[])[];
  readonly classes: readonly ClassResult[];
}

/** How a predicted quantile did. */
export interface QuantileResult {
  readonly quantile: number;
  /** Share of rows whose target is at most the prediction; should be the quantile. */
  readonly coverage: number;
  readonly pinballLoss: number;
}

/** What rows of a slice have in common. */
export interface SliceCondition {
  readonly column: string;
  /** The category, the number, or the span of numbers in words; null is missing. */
  readonly value: string | null;
}

/** Rows that have something in common, beside all rows. */
export interface Slice {
  /** One condition, or two that both hold. */
  readonly where: readonly SliceCondition[];
  /** Rows, or queries of a ranking. */
  readonly rows: number;
  readonly value: number;
  /** By how much the metric is worse than over all rows; negative where it is better. */
  readonly worseBy: number;
  /** Standard error of `worseBy`; null where too few samples define the metric. */
  readonly standardError: number | null;
  /** Lower bound of `worseBy`, chance among all slices tried allowed for; above 0 is significant. */
  readonly worseByAtLeast: number | null;
}

export interface SliceReport {
  readonly metric: MetricName;
  /** Over all rows. */
  readonly overall: number;
  /** Slices that were measured. */
  readonly tried: number;
  /** Slices of the columns that were asked for, worst first. */
  readonly asked: readonly Slice[];
  /** Slices of any column that are worse beyond chance, worst first. */
  readonly worst: readonly Slice[];
}

/** What was predicted for one protected group. A rate is null where no row defines it. */
export interface GroupRates {
  /** null is missing. */
  readonly group: string | null;
  readonly rows: number;
  /** Share predicted the favourable class. */
  readonly selectionRate: number | null;
  readonly truePositiveRate: number | null;
  readonly falsePositiveRate: number | null;
  readonly precision: number | null;
  /** Share that is of the favourable class. */
  readonly baseRate: number | null;
}

/** How far groups are apart; null where fewer than two groups define it. */
export interface FairnessMeasures {
  /** Largest less smallest selection rate. */
  readonly demographicParityDifference: number | null;
  /** Largest less smallest true positive rate. */
  readonly equalOpportunityDifference: number | null;
  /** The larger of the differences of true and of false positive rates. */
  readonly equalisedOddsDifference: number | null;
  /** Smallest / largest selection rate. */
  readonly disparateImpact: number | null;
}

export interface GroupFairness {
  readonly column: string;
  /** The class that is good for the person. */
  readonly favourable: 0 | 1;
  /** Groups with fewer rows are shown but have no say in the measures. */
  readonly minRows: number;
  readonly groups: readonly GroupRates[];
  readonly measures: FairnessMeasures;
}

/** How much worse the metric is when an input's values are dealt out anew. */
export interface Importance {
  readonly input: string;
  readonly mean: number;
  /** Over the repeats. */
  readonly standardDeviation: number;
}

const metricName = z.enum(METRIC_NAMES);
const amount = z.number().min(0);
const rate = z.number().nullable();

export const intervalsSchema: z.ZodType<Intervals> = z.partialRecord(
  metricName,
  z.object({ low: z.number(), high: z.number(), standardError: amount, samples: z.int() }),
);

export const multiclassConfusionSchema: z.ZodType<MulticlassConfusion> = z.object({
  matrix: z.array(z.array(amount)),
  classes: z.array(
    z.object({
      class: z.string(),
      rows: amount,
      predicted: amount,
      precision: z.number(),
      recall: z.number(),
      f1: z.number(),
      rocAuc: rate,
      calibrationError: z.number(),
    }),
  ),
});

export const quantileResultsSchema: z.ZodType<readonly QuantileResult[]> = z.array(
  z.object({ quantile: z.number(), coverage: z.number(), pinballLoss: z.number() }),
);

const slice: z.ZodType<Slice> = z.object({
  where: z.array(z.object({ column: z.string(), value: z.string().nullable() })),
  rows: z.int(),
  value: z.number(),
  worseBy: z.number(),
  standardError: rate,
  worseByAtLeast: rate,
});

export const sliceReportSchema: z.ZodType<SliceReport> = z.object({
  metric: metricName,
  overall: z.number(),
  tried: z.int(),
  asked: z.array(slice),
  worst: z.array(slice),
});

export const groupFairnessSchema: z.ZodType<GroupFairness> = z.object({
  column: z.string(),
  favourable: z.union([z.literal(0), z.literal(1)]),
  minRows: z.int(),
  groups: z.array(
    z.object({
      group: z.string().nullable(),
      rows: z.int(),
      selectionRate: rate,
      truePositiveRate: rate,
      falsePositiveRate: rate,
      precision: rate,
      baseRate: rate,
    }),
  ),
  measures: z.object({
    demographicParityDifference: rate,
    equalOpportunityDifference: rate,
    equalisedOddsDifference: rate,
    disparateImpact: rate,
  }),
});

export const importancesSchema: z.ZodType<readonly Importance[]> = z.array(
  z.object({ input: z.string(), mean: z.number(), standardDeviation: amount }),
);

export const contributionsSchema: z.ZodType<readonly GlobalContribution[]> = z.array(
  z.object({ feature: z.string(), meanAbsolute: amount, byScore: z.array(amount) }),
);
