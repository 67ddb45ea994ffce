import { z } from "zod";
import { computeSchema } from "./compute-schema.ts";
import { MODEL_NAME } from "./model-name.ts";

/** Of a model, and of a candidate too. */
const name = z.string().regex(MODEL_NAME.pattern, MODEL_NAME.rule);
const columnName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,62}$/,
    "must be letters, digits and _, not beginning with a digit",
  );
const share = z.number().min(0).max(1);
const instant = z.iso.datetime({ offset: true });
const count = z.int().positive();

const fieldSchema = z
  .strictObject({
    type: z.enum(["number", "integer", "boolean", "category", "timestamp"]),
    /**
     * feature: sent with a request and read by the model or a row feature. entity: identifies what
     * the row is about, never a model input. outcome: known only later, never in a request.
     * ignored: not read at all.
     */
    role: z.enum(["feature", "entity", "outcome", "ignored"]),
    description: z.string().optional(),
    unit: z.string().optional(),
    /** A row without a value is broken. */
    required: z.boolean().default(true),
    /** Smallest and largest allowed value of a number or an integer. */
    min: z.number().optional(),
    max: z.number().optional(),
    /** The only allowed values of a category. */
    values: z.array(z.string()).min(1).optional(),
    /** Longest allowed text of a category, in UTF-16 code units. */
    maxLength: z.int().positive().max(10_000).default(256),
  })
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, {
    message: "min must not be above max",
    path: ["min"],
  });

const rowFeatureSchema = z.strictObject({
  type: z.enum(["number", "category"]),
  description: z.string().optional(),
  /** Fields that `compute` may read; it sees no others. */
  from: z.array(columnName).min(1),
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
  }),
  z.strictObject({ by: z.literal("hash"), shares: sharesSchema }),
  /** All rows with one value of the column fall into one split. */
  z.strictObject({ by: z.literal("group"), column: columnName, shares: sharesSchema }),
]);

const metric = z.enum([
  "rocAuc",
  "prAuc",
  "logLoss",
  "brier",
  "accuracy",
  "precision",
  "recall",
  "f1",
]);

const candidateSchema = z.discriminatedUnion("family", [
  z.strictObject({
    name,
    family: z.literal("gradient-boosting"),
    parameters: z
      .strictObject({
        trees: count.max(10_000).default(200),
        leaves: z.int().min(2).max(4096).default(63),
        learningRate: z.number().positive().max(1).default(0.1),
        /** Most histogram bins a feature, the one for missing values not counted. */
        bins: z.int().min(2).max(255).default(255),
        /** L2 penalty on leaf values. */
        l2: z.number().min(0).default(1),
        /** Least sum of hessians in a leaf. */
        minLeafWeight: z.number().min(0).default(1),
        /** Least number of rows in a leaf. */
        minLeafRows: count.default(20),
        /** Least gain of a split. */
        minGain: z.number().min(0).default(0),
        /** Share of rows drawn, without replacement, for each tree. */
        rowShare: share.default(1),
        /** Share of features drawn for each tree. */
        columnShare: share.default(1),
        /** L2 penalty added where a category splits, as LightGBM's cat_l2. */
        categoryL2: z.number().min(0).default(10),
        /** Pseudo-rows that pull rare categories to the middle, as LightGBM's cat_smooth. */
        categorySmoothing: z.number().min(0).default(10),
        /** Stops when validation log-loss has not improved for so many trees. 0 never stops. */
        earlyStoppingRounds: z.int().min(0).default(20),
      })
      .prefault({}),
  }),
  z.strictObject({
    name,
    family: z.literal("logistic-regression"),
    parameters: z
      .strictObject({
        /** L2 penalty, in units of one row's log-loss, on standardised coefficients. */
        l2: z.number().min(0).default(1),
        maxIterations: count.default(100),
        /** Stops when the largest component of the mean gradient is below it. */
        tolerance: z.number().positive().default(1e-5),
      })
      .prefault({}),
  }),
]);

const thresholdSchema = z.discriminatedUnion("choose", [
  z.strictObject({ choose: z.literal("fixed"), value: share }),
  /** The threshold with the best F-beta on the validation split. */
  z.strictObject({ choose: z.literal("f-beta"), beta: z.number().positive() }),
]);

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
  source: z.strictObject({
    format: z.enum(["parquet", "csv"]),
    files: z
      .array(
        z.strictObject({
          /** Name below `sources/<model>/` in the object store. */
          name: z.string().regex(/^(?!.*\.\.)[\w][\w./-]*$/, "must be a relative path"),
          /**
           * Where the local platform takes it from if the store lacks it: `npm:<package>/<path>`, or
           * a path relative to the model's folder.
           */
          from: z.string().optional(),
        }),
      )
      .min(1),
    eventTime: columnName,
    /** Column that identifies a row. */
    id: columnName.optional(),
  }),
  fields: z.record(columnName, fieldSchema),
  target: z.strictObject({
    name: columnName,
    type: z.literal("binary"),
    /** Columns with role outcome that the expression reads. */
    from: z.array(columnName).min(1),
    /** DuckDB expression over the columns in `from`; a lone column name will do. True is class 1. */
    expression: z.string().min(1),
  }),
  rowFeatures: z.record(columnName, rowFeatureSchema).default({}),
  /** An instance as a caller would send it, for the model card and the first curl. */
  example: z
    .record(columnName, z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .optional(),
  split: splitSchema,
  candidates: z.array(candidateSchema).min(1).max(40),
  /** The candidate with the best value of this metric on the validation split is chosen. */
  selection: z.strictObject({ metric: metric.default("rocAuc") }).prefault({}),
  threshold: thresholdSchema.default({ choose: "f-beta", beta: 1 }),
  gates: z
    .strictObject({
      /** Largest share of rows that may break the contract before the run fails. */
      maxQuarantineShare: share.default(0.01),
      /** Bounds on metrics of the test split. */
      absolute: z
        .array(z.strictObject({ metric, min: z.number().optional(), max: z.number().optional() }))
        .default([]),
      /** How much worse than the champion, on the same rows, a metric may be. */
      champion: z
        .array(z.strictObject({ metric, maxRegression: z.number().min(0) }))
        .default([{ metric: "rocAuc", maxRegression: 0.005 }]),
    })
    .prefault({}),
  promotion: z
    .strictObject({
      /** automatic: a version that passes becomes champion. approval: a person moves the alias. */
      mode: z.enum(["automatic", "approval"]).default("automatic"),
    })
    .prefault({}),
  compute: computeSchema,
  schedules: z
    .strictObject({ training: cron.optional(), monitoring: cron.optional() })
    .prefault({}),
  monitors: z
    .strictObject({
      drift: z
        .strictObject({
          /** Span of logged predictions that is compared with the baseline. */
          windowHours: z.number().positive().default(24),
          /** Fewer predictions than this give the verdict "not-enough-data". */
          minPredictions: count.default(200),
          /** A feature or the score has drifted when its PSI reaches this. */
          maxPsi: z.number().positive().default(0.2),
        })
        .prefault({}),
    })
    .prefault({}),
  seed: z.int().min(0).default(1),
});
