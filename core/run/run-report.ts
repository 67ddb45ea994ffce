import { z } from "zod";
import type { CategoryProfile, NumberProfile } from "../dataset/baseline.ts";
import { METRIC_NAMES } from "../definition/metrics.ts";
import { TASK_TYPES, type TaskType } from "../definition/task.ts";
import type { ChosenFindings } from "../evaluation/chosen-findings.ts";
import type { GlobalContribution } from "../explain/global-contributions.ts";
import type { Metrics } from "../registry/records.ts";
import { parseStored } from "../stored-json.ts";
import {
  contributionsSchema,
  groupFairnessSchema,
  importancesSchema,
  intervalsSchema,
  multiclassConfusionSchema,
  quantileResultsSchema,
  sliceReportSchema,
} from "./evaluation-results.ts";
import type { LeaderboardEntry } from "./leaderboard.ts";

/** One gate and how the chosen candidate did at it. */
export interface GateResult {
  /** The gate in words, such as "rocAuc at least 0.62". */
  readonly gate: string;
  /** The metric's value; null where it does not exist for these rows. */
  readonly value: number | null;
  /** The limit that the value was held against; null where there was nothing to compare with. */
  readonly bound: number | null;
  readonly passed: boolean;
  /** Why the gate failed or could not be applied; null where it simply passed. */
  readonly reason: string | null;
}

/** The champion on the same test rows. */
export interface ChampionResult {
  readonly version: number;
  /** null where it could not be scored on today's dataset. */
  readonly metrics: Metrics | null;
  /** What a reader must know of the comparison; null where there is nothing. */
  readonly note: string | null;
}

export interface CandidateResult {
  readonly index: number;
  readonly name: string;
  readonly family: string;
  readonly graphSha256: string;
  readonly threshold: number;
  readonly validation: Metrics;
  readonly test: Metrics;
}

/** One row of the test split and what the chosen graph answered. */
export interface SampleRow {
  /** By name of the model input; null is missing. */
  readonly inputs: Readonly<Record<string, number | string | null>>;
  readonly score: number;
  /** All that the task predicts, where that is more than the score; shape [width]. */
  readonly predictions?: readonly number[];
}

/**
 * `runs/<model>/<run>/report.json`: what evaluation found, and everything that registering and
 * promoting the chosen candidate need to know. The same run gives the same bytes: no clock, and no
 * durations but those that the rounds' records have.
 */
export interface RunReport extends ChosenFindings {
  readonly model: string;
  readonly runId: string;
  readonly definitionDigest: string;
  readonly datasetDigest: string;
  /** What the model predicts. */
  readonly task: TaskType;
  /** The chosen candidate. */
  readonly candidate: { readonly index: number; readonly name: string };
  readonly passed: boolean;
  /** One line for each gate that failed. */
  readonly reasons: readonly string[];
  /** Rows of the test split. */
  readonly rows: number;
  /** Probability from which the chosen candidate says 1. */
  readonly threshold: number;
  /** Of the chosen candidate on the test split, as all that follow. */
  readonly metrics: Metrics;
  /**
   * How far each input moves the chosen candidate's raw scores on rows of the validation split, highest
   * first; absent where its family does not explain.
   */
  readonly contributions?: readonly GlobalContribution[];
  readonly scoreProfile: NumberProfile;
  /** Of the predicted classes; multiclass. */
  readonly classProfile?: CategoryProfile;
  /** Rows that a loaded version must answer the same way before it is promoted. */
  readonly samples: readonly SampleRow[];
  readonly gates: readonly GateResult[];
  /** null: the model has none yet. */
  readonly champion: ChampionResult | null;
  /** Every candidate of the run, by index. */
  readonly candidates: readonly CandidateResult[];
  /** Every candidate of every round, best first; empty in reports of before there were rounds. */
  readonly leaderboard: readonly LeaderboardEntry[];
}

const metrics = z.partialRecord(z.enum(METRIC_NAMES), z.number());
const rows = z.int().min(0);

const numberProfile: z.ZodType<NumberProfile> = z.object({
  kind: z.literal("number"),
  rows,
  missing: rows,
  min: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
  standardDeviation: z.number().nullable(),
  edges: z.array(z.number()),
  counts: z.array(rows),
});

const categoryProfile: z.ZodType<CategoryProfile> = z.object({
  kind: z.literal("category"),
  rows,
  missing: rows,
  distinct: rows,
  counts: z.array(z.tuple([z.string(), rows])),
  other: rows,
});

const runReportSchema: z.ZodType<RunReport> = z.object({
  model: z.string(),
  runId: z.string(),
  definitionDigest: z.string(),
  datasetDigest: z.string(),
  // Reports of before there were other tasks do not say.
  task: z.enum(TASK_TYPES).default("binary"),
  candidate: z.object({ index: z.int(), name: z.string() }),
  passed: z.boolean(),
  reasons: z.array(z.string()),
  rows,
  threshold: z.number(),
  metrics,
  calibration: z
    .object({
      bins: z.array(z.object({ rows, meanScore: z.number(), sharePositive: z.number() })),
      expectedError: z.number(),
    })
    .exactOptional(),
  confusion: z
    .object({
      truePositives: rows,
      falsePositives: rows,
      trueNegatives: rows,
      falseNegatives: rows,
    })
    .exactOptional(),
  intervals: intervalsSchema.default({}),
  classes: multiclassConfusionSchema.exactOptional(),
  quantiles: quantileResultsSchema.exactOptional(),
  slices: sliceReportSchema.exactOptional(),
  fairness: z.array(groupFairnessSchema).exactOptional(),
  importances: importancesSchema.default([]),
  contributions: contributionsSchema.exactOptional(),
  scoreProfile: numberProfile,
  classProfile: categoryProfile.exactOptional(),
  samples: z.array(
    z.object({
      inputs: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
      score: z.number(),
      predictions: z.array(z.number()).exactOptional(),
    }),
  ),
  gates: z.array(
    z.object({
      gate: z.string(),
      value: z.number().nullable(),
      bound: z.number().nullable(),
      passed: z.boolean(),
      reason: z.string().nullable(),
    }),
  ),
  champion: z
    .object({ version: z.int(), metrics: metrics.nullable(), note: z.string().nullable() })
    .nullable(),
  candidates: z.array(
    z.object({
      index: z.int(),
      name: z.string(),
      family: z.string(),
      graphSha256: z.string(),
      threshold: z.number(),
      validation: metrics,
      test: metrics,
    }),
  ),
  leaderboard: z
    .array(
      z.object({
        index: z.int(),
        name: z.string(),
        family: z.string(),
        parameters: z.record(z.string(), z.unknown()),
        round: z.int(),
        rowShare: z.number(),
        metric: z.enum(METRIC_NAMES),
        validation: z.number().nullable(),
        test: z.number().nullable(),
        durationMs: z.number(),
        costUsd: z.number().nullable(),
        chosen: z.boolean(),
      }),
    )
    .default([]),
});

/**
 * A stored `report.json`, checked.
 *
 * @throws {IntegrityError} if it is no run report; names the first thing wrong.
 */
export function parseRunReport(bytes: Uint8Array): RunReport {
  return parseStored(runReportSchema, bytes, "run report");
}
