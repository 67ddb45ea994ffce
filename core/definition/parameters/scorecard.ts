import { z } from "zod";

const share = z.number().min(0).max(0.5);
const count = z.int().positive();

/** Which way the weight of evidence of a column of numbers may run as the number grows. */
const monotoneDirection = z.enum(["ascending", "descending", "auto", "none"]);
export type MonotoneDirection = z.output<typeof monotoneDirection>;

/** Parameters of a scorecard. "Good" rows are those of `goodClass`; weight of evidence is ln(good / bad). */
export const scorecardParameters = z.strictObject({
  /** The class that more points speak for. The default suits a target whose class 1 is bad. */
  goodClass: z.union([z.literal(0), z.literal(1)]).default(0),
  /** Most bins an input, those of missing and unknown values not counted. */
  maxBins: count.max(50).default(6),
  /** Most fine bins, of about equal weight, that the bins of an input are put together from. */
  prebins: z.int().min(2).max(255).default(64),
  /** Least share of all rows in a bin, those of missing and unknown values aside. */
  minBinShare: share.default(0.05),
  /** A string with a smaller share of all rows is rare, and is treated as "other". */
  minCategoryShare: share.default(0.02),
  /** Average rows added to a bin that lacks a class or is thinner than `minBinShare`. */
  smoothing: z.number().positive().default(10),
  /** By column of numbers: may points only rise, only fall, the better of both (default), or do both? */
  monotone: z.record(z.string(), monotoneDirection).default({}),
  /** An input with a lower information value is left out. */
  minInformationValue: z.number().min(0).default(0.02),
  /** expected: an input whose points would run against its weight of evidence is left out. */
  signs: z.enum(["expected", "free"]).default("expected"),
  /** L2 penalty, in units of one row's log-loss, on coefficients of weight of evidence. */
  l2: z.number().min(0).default(1),
  maxIterations: count.default(200),
  /** Stops when the largest component of the mean gradient is below it. */
  tolerance: z.number().positive().default(1e-7),
  /** Points of an applicant whose odds good : bad are `baseOdds`. */
  baseScore: z.number().default(600),
  baseOdds: z.number().positive().default(50),
  pointsToDoubleOdds: z.number().positive().default(20),
  /** Whole points in each bin; predictions then follow from the whole points. */
  roundPoints: z.boolean().default(true),
  /** spread: the points of an average applicant lie in equal parts in each input's bins. */
  basePoints: z.enum(["spread", "separate"]).default("spread"),
  /** What reason codes compare an applicant's points with: the input's best bin, or its mean. */
  reasonsAgainst: z.enum(["best", "mean"]).default("best"),
});

export type ScorecardParameters = z.output<typeof scorecardParameters>;
