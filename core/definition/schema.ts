import { z } from "zod";
import { aggregateSchema } from "./aggregate-schema.ts";
import { candidateSchema } from "./candidate-schema.ts";
import { computeSchema } from "./compute-schema.ts";
import { durationSchema } from "./duration.ts";
import {
  columnName,
  fieldTypes,
  formatRules,
  isFormat,
  isRange,
  notARange,
  notTheFormat,
  sourceFilesSchema,
  valueRules,
} from "./field-schema.ts";
import { METRIC_NAMES } from "./metrics.ts";
import { MODEL_NAME } from "./model-name.ts";
import { qualitySchema } from "./quality-schema.ts";
import { balanceSchema, samplingSchema } from "./sampling-schema.ts";
import { ensembleSchema, searchSchema } from "./search-schema.ts";
import { servingSchema } from "./serving-schema.ts";
import { streamSchema } from "./stream-schema.ts";
import { TASK_TYPES } from "./task.ts";
import { thresholdSchema } from "./threshold-schema.ts";
import { transformsSchema } from "./transform-schema.ts";

const name = z.string().regex(MODEL_NAME.pattern, MODEL_NAME.rule);
const share = z.number().min(0).max(1);
const instant = z.iso.datetime({ offset: true });
const count = z.int().positive();

const fieldSchema = z
  .strictObject({
    ...valueRules,
    /** tags is a list of texts. */
    type: fieldTypes,
    /**
     * feature: sent with a request and read by the model or a row feature. entity: identifies what
     * the row is about, never a model input. outcome: known only later, never in a request.
     * ignored: not read at all.
     */
    role: z.enum(["feature", "entity", "outcome", "ignored"]),
  })
  .refine(isRange, notARange);

const rowFeatureSchema = z.strictObject({
  type: z.enum(["number", "category"]),
  description: z.string().optional(),
  /** Fields, aggregates and other row features that `compute` may read; it sees no others. */
  from: z.array(columnName).min(1),
  /** False: no input of the model, only something to slice or to compare groups by. */
  input: z.boolean().default(true),
  compute: z.custom<(row: never) => number | string | null>(
    (value) => typeof value === "function",
    "must be a function of the row",
  ),
});

const sharesSchema = z
  .strictObject({ train: share, validation: share, test: share })
  .refine(({ train, validation, test }) => Math.abs(train + validation + test - 1) < 1e-9, {
    message: "train, validation and test must add up to 1",
  });

const splitSchema = z.discriminatedUnion("by", [
  z.strictObject({
    by: z.literal("time"),
    /** Rows before it train; event times are compared as instants. */
    validationFrom: instant,
    testFrom: instant,
    /** Rows from here on belong to no split. */
    until: instant.optional(),
    /** Rows so long before validationFrom or testFrom belong to no split. */
    gap: durationSchema.optional(),
  }),
  z.strictObject({ by: z.literal("hash"), shares: sharesSchema }),
  /** All rows with one value of the column fall into one split. */
  z.strictObject({ by: z.literal("group"), column: columnName, shares: sharesSchema }),
]);

const metric = z.enum(METRIC_NAMES);

/** Five-field cron: minute hour day-of-month month day-of-week, in UTC. */
const cron = z
  .string()
  .regex(/^\S+ \S+ \S+ \S+ \S+$/, "must be five cron fields: minute hour day month weekday, UTC");

/**
 * The shape of a model definition. Rules across fields (does the target's column exist?) are
 * checked by `parseDefinition`.
 */
export const definitionSchema = z.strictObject({
  name,
  owner: z.string().min(1),
  description: z.string().min(1),
  source: z
    .strictObject({
      ...formatRules,
      /** Below `sources/<model>/` in the object store. */
      files: sourceFilesSchema.or(z.tuple([])).default([]),
      /**
       * A folder below `sources/<model>/`, with a slash at its end: every object in it is read, as it is
       * when a run begins. Beside `files`, or instead of them.
       */
      prefix: z
        .string()
        .regex(/^(?!.*\.\.)([\w][\w.=-]*\/)+$/, "must be a relative folder with a slash at its end")
        .optional(),
      /** When a row happened. Without it nothing can be split by time. */
      eventTime: columnName.optional(),
      /** Column that identifies a row. */
      id: columnName.optional(),
      /** start-run: files that come to lie below `sources/<model>/` start a training run. @default ignore */
      newData: z.enum(["ignore", "start-run"]).optional(),
    })
    .refine(isFormat, notTheFormat)
    .refine(({ files, prefix }) => files.length > 0 || prefix !== undefined, {
      message: "must name a file, or prefix a folder",
      path: ["files"],
    }),
  fields: z.record(columnName, fieldSchema),
  target: z.strictObject({
    name: columnName,
    /**
     * binary: the expression is true for class 1. multiclass: it gives one of `classes`. regression: a
     * finite number. ranking: the relevance of a row in its query, a whole number from 0 to 31.
     */
    type: z.enum(TASK_TYPES),
    /** Columns with role outcome that the expression reads. */
    from: z.array(columnName).min(1),
    /** DuckDB expression over the columns in `from`; a lone column name will do. */
    expression: z.string().min(1),
    /** Multiclass: every class there is, in the order of the probabilities. */
    classes: z.array(z.string().min(1).max(256)).min(2).max(256).optional(),
    /** Regression: quantiles to be predicted beside the mean, ascending. */
    quantiles: z.array(z.number().gt(0).lt(1)).min(1).max(20).optional(),
    /** Ranking: the column that says to which query a row belongs. */
    group: columnName.optional(),
  }),
  /** How much a row counts in training: a DuckDB expression over columns, finite and not below 0. */
  weight: z
    .strictObject({ from: z.array(columnName).min(1), expression: z.string().min(1) })
    .optional(),
  /** How much each class counts: balanced gives every class the same sum of weights. */
  classWeights: z
    .union([z.literal("balanced"), z.record(z.string(), z.number().min(0))])
    .optional(),
  rowFeatures: z.record(columnName, rowFeatureSchema).default({}),
  /** Streams whose features the model reads: what `defineStream` gave. */
  streams: z.array(streamSchema).default([]),
  /** Features of streams, as columns of the model's rows. */
  aggregates: z.record(columnName, aggregateSchema).default({}),
  /** What is done to the inputs before each candidate that has no list of its own sees them. */
  transforms: transformsSchema,
  /** An instance as a caller would send it, for the model card and the first curl. */
  example: z
    .record(
      columnName,
      z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
    )
    .optional(),
  split: splitSchema,
  /** Keeps a share of the training split. */
  sampling: samplingSchema.optional(),
  /** Keeps fewer rows of frequent classes of the training split. */
  balance: balanceSchema.optional(),
  /** What the data must keep beside its fields' contract. */
  quality: qualitySchema.optional(),
  /** May be empty where there is a search. */
  candidates: z.array(candidateSchema).max(40).default([]),
  /** Draws further candidates and lets the best of them have more rows, round after round. */
  search: searchSchema.optional(),
  /** The best few candidates as one more. */
  ensemble: ensembleSchema.optional(),
  /** The candidate with the best value of this metric on the validation split is chosen. */
  selection: z
    .strictObject({
      /** @default rocAuc, logLoss, rmse or ndcgAt10, by the target's type */
      metric: metric.optional(),
    })
    .prefault({}),
  /** How probabilities are mended after training, on the validation split. */
  calibration: z
    .strictObject({ method: z.enum(["none", "platt", "isotonic", "temperature"]).default("none") })
    .prefault({}),
  threshold: thresholdSchema.default({ choose: "f-beta", beta: 1 }),
  evaluation: z
    .strictObject({
      /** Columns whose values are measured apart: model inputs, entities or row features. */
      slices: z.array(columnName).max(50).default([]),
      /** Whether each two of these columns are measured together, too. */
      slicePairs: z.boolean().default(false),
      /** Columns whose groups must be treated alike. */
      protectedGroups: z.array(columnName).max(20).default([]),
      /** The class of a binary target that is good for the person: of a loan's default that is 0. */
      favourableClass: z.union([z.literal(0), z.literal(1)]).default(1),
      /** Resamples of the test split that intervals of metrics come from; 0 gives none. */
      bootstrapSamples: z.int().min(0).max(10_000).default(200),
      /** Test rows that permutation importances are measured on; 0 gives none. */
      permutationRows: z.int().min(0).default(20_000),
    })
    .prefault({}),
  gates: z
    .strictObject({
      /** Largest share of rows that may break the contract before the run fails. */
      maxQuarantineShare: share.default(0.01),
      /** Bounds on metrics of the test split. */
      absolute: z
        .array(z.strictObject({ metric, min: z.number().optional(), max: z.number().optional() }))
        .default([]),
      /** How much worse than the champion, on the same rows, a metric may be. */
      champion: z.array(z.strictObject({ metric, maxRegression: z.number().min(0) })).optional(),
      /** Bounds on how differently groups of a protected column may be treated. */
      fairness: z
        .array(
          z.strictObject({
            column: columnName,
            measure: z.enum([
              "demographicParityDifference",
              "equalOpportunityDifference",
              "equalisedOddsDifference",
              "disparateImpact",
            ]),
            min: z.number().optional(),
            max: z.number().optional(),
            /** Groups with fewer rows in the test split are not compared. */
            minRows: count.default(50),
          }),
        )
        .default([]),
    })
    .prefault({}),
  promotion: z
    .strictObject({
      /**
       * automatic: a version that passes becomes champion. rollout: it takes over step by step, as
       * `serving.rollout` says. approval: a person moves the alias.
       */
      mode: z.enum(["automatic", "rollout", "approval"]).default("automatic"),
    })
    .prefault({}),
  compute: computeSchema,
  schedules: z
    .strictObject({
      training: cron.optional(),
      monitoring: cron.optional(),
      /** Predicts each time all files that then lie below a prefix of the model's sources. */
      batch: z
        .strictObject({
          cron,
          /** Such as `sources/<model>/to-predict/`: other files than those that it is trained on. */
          prefix: z
            .string()
            .max(512)
            .regex(
              /^sources\/([^/]+\/){2,}$/,
              "must be a folder such as sources/<model>/to-predict/, with / at its end",
            ),
        })
        .optional(),
    })
    .prefault({}),
  monitors: z
    .strictObject({
      drift: z
        .strictObject({
          /** Span of logged predictions that is compared with the baseline. */
          windowHours: z.number().positive().default(24),
          /** Fewer predictions than this give the verdict "not-enough-data". */
          minPredictions: count.default(200),
          /** A feature, the score or the predicted classes have drifted when their PSI reaches this. */
          maxPsi: z.number().positive().default(0.2),
        })
        .prefault({}),
    })
    .prefault({}),
  /** How the endpoint answers for the model. Absent: `DEFAULT_SERVING`. */
  serving: servingSchema.optional(),
  seed: z.int().min(0).default(1),
});
