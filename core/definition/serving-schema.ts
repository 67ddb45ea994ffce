import { z } from "zod";
import { columnName } from "./field-schema.ts";

const isAscending = (steps: readonly number[]) =>
  steps.every((step, i) => i === 0 || step > (steps[i - 1] as number));

const share = z.number().gt(0).max(1);

/** What is answered where no version can answer: each row gets it. */
const fallbackSchema = z.union([
  /** Of a binary or multiclass model. */
  z.strictObject({ label: z.union([z.int(), z.string()]), probability: z.number().min(0).max(1) }),
  /** Of a regression. */
  z.strictObject({ prediction: z.number() }),
  /** Of a ranking. */
  z.strictObject({ score: z.number() }),
]);

/**
 * How a model's own function is sized, where it has one.
 *
 * Source: "Configure Lambda function memory" and "Understanding Lambda function scaling", AWS Lambda
 * developer guide.
 */
const functionSchema = z.strictObject({
  memoryMb: z.int().min(512).max(10_240).default(1_769),
  /** Instances that are kept started. They cost money while nobody asks. */
  provisionedConcurrency: z.int().min(1).optional(),
  /** Instances that no other function can take, and the most that this one can have. */
  reservedConcurrency: z.int().min(1).optional(),
});

/** How a new version takes over. */
const rolloutSchema = z.strictObject({
  /** Shares of traffic of the new version, ascending; after the last it is champion. */
  steps: z
    .array(share)
    .min(1)
    .max(10)
    .refine(isAscending, "must grow from step to step")
    .default([0.01, 0.1, 0.5, 1]),
  /** How long each share is watched, at least. */
  minutes: z.number().min(1).max(1_440).default(15),
  /** Predictions of the new version that a step needs before it is judged. */
  minPredictions: z.int().positive().default(200),
  /** Requests for the new version that may fail. */
  maxErrorShare: z.number().min(0).max(1).default(0.01),
  /** How many times the champion's 99th percentile of latency the new version's may be. */
  maxLatencyRatio: z.number().min(1).default(2),
  /** Population stability index of the new version's scores against the champion's. */
  maxScorePsi: z.number().positive().default(0.25),
});

/** How a model answers, beside what it answers. */
export const servingSchema = z.strictObject({
  /**
   * Field whose value decides which version answers a request, so that a customer always has the same
   * one. Absent: the request's routing key, or else its id.
   */
  routingKey: columnName.optional(),
  /** Milliseconds that a request may take: then the fallback answers, or 503. */
  timeBudgetMs: z.number().positive().max(29_000).optional(),
  fallback: fallbackSchema.optional(),
  /** A function of the model's own behind the endpoint. Absent: all models share one. */
  function: functionSchema.optional(),
  log: z
    .strictObject({
      /** Share of requests whose predictions are logged, told by a hash of the request's id. */
      sample: share.default(1),
      /** Columns whose values are left out of the log, because they are personal data. */
      redact: z.array(columnName).max(200).default([]),
    })
    .prefault({}),
  explanations: z
    .strictObject({
      /** Rows of a request that may be explained. */
      mostRows: z.int().min(1).max(1_000).default(100),
      /** Milliseconds that explaining may take: then those of the rows that are left are left out. */
      timeBudgetMs: z.number().positive().max(10_000).default(200),
      /** Reasons told of each row, the strongest first. */
      reasons: z.int().min(1).max(20).default(4),
      /** Reasons told: those that raise the score, or those that lower it. Absent: both. */
      direction: z.enum(["raises", "lowers"]).optional(),
      /** What a reason is called by to people, by input: such as an adverse-action code. */
      codes: z.record(columnName, z.string().trim().min(1).max(200)).optional(),
    })
    .prefault({}),
  rollout: rolloutSchema.prefault({}),
});

export type Serving = z.output<typeof servingSchema>;

/** What a model has that says nothing of its serving. */
export const DEFAULT_SERVING: Serving = servingSchema.parse({});
