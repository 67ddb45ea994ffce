import { z } from "zod";
import { durationSchema } from "./duration.ts";
import { columnName } from "./field-schema.ts";

const share = z.number().min(0).max(1);
const columns = z.array(columnName).min(1);

/** What comes of a rule that a dataset breaks: the run fails, or goes on and its owner is told. */
const verdictAction = z.enum(["fail", "warn"]);

/** What comes of a row that breaks a rule. A row of a rule that fails the run is quarantined, too. */
const rowAction = z.enum(["quarantine", "fail", "warn"]);

/** What comes of a value that cannot be read: such a row can never be kept. */
const unreadAction = z.enum(["quarantine", "fail"]);

/** What comes of a finding that nobody asked for. */
const findingAction = z.enum(["ignore", "warn", "fail"]);

/**
 * What comes of a row whose value breaks its field's contract, by what it breaks. Rows that may never
 * lack a value (the id, the event time, what rows are split or grouped by) are always quarantined
 * where they do.
 */
const fieldActionsSchema = z.strictObject({
  /** The value is none of the field's type. @default quarantine */
  type: unreadAction.optional(),
  /** A required value is missing. @default quarantine */
  required: rowAction.optional(),
  /** Below `min` or above `max`. @default quarantine */
  range: rowAction.optional(),
  /** Not one of `values`. @default quarantine */
  values: rowAction.optional(),
  /** Longer than `maxLength`. @default quarantine */
  length: rowAction.optional(),
});

const isBounded = (rule: {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}) => rule.min !== undefined || rule.max !== undefined;

const needsBound = { message: "must have min, max or both" };

/** One named rule for a dataset. Rows are those that keep the contract and belong to a split. */
const ruleSchema = z.discriminatedUnion("check", [
  z.strictObject({
    check: z.literal("unique"),
    /** Rows that have all values of these columns in common are one too many. */
    columns,
    /** quarantine: the first by event time, then by its values, stays. */
    action: rowAction.default("quarantine"),
  }),
  z.strictObject({
    check: z.literal("freshness"),
    /** How long before the run's start the newest event time may lie. */
    maxAge: durationSchema,
    action: verdictAction.default("warn"),
  }),
  z
    .strictObject({
      check: z.literal("row-count"),
      /** Bounds on the number of rows, divided by that of the last dataset. */
      min: z.number().min(0).optional(),
      max: z.number().min(0).optional(),
      action: verdictAction.default("warn"),
    })
    .refine(isBounded, needsBound),
  z.strictObject({
    check: z.literal("null-share"),
    column: columnName,
    /** Largest share of rows without a value. */
    max: share,
    action: verdictAction.default("warn"),
  }),
  z.strictObject({
    check: z.literal("distribution"),
    /** Inputs of the model that are compared with the last dataset. @default all */
    columns: columns.optional(),
    /** Population stability index of the training split from which on a column has changed. */
    maxPsi: z.number().positive().default(0.2),
    action: verdictAction.default("warn"),
  }),
  z.strictObject({
    check: z.literal("sql"),
    from: columns,
    /** DuckDB expression that is true or NULL for a row that keeps the rule. */
    expression: z.string().min(1),
    /** fail and warn: largest share of rows that may break the rule. */
    maxShare: share.default(0),
    action: rowAction.default("quarantine"),
  }),
  z
    .strictObject({
      check: z.literal("aggregate"),
      from: columns,
      /** DuckDB expression that gives one number for all rows, such as `avg(price)`. */
      expression: z.string().min(1),
      min: z.number().optional(),
      max: z.number().optional(),
      action: verdictAction.default("warn"),
    })
    .refine(isBounded, needsBound),
]);

/** What a dataset must keep beside its fields' contract, and what comes of it where it does not. */
export const qualitySchema = z.strictObject({
  fields: z.record(columnName, fieldActionsSchema).default({}),
  rules: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, "must be lower-case letters, digits, _ and -"),
      ruleSchema,
    )
    .refine((rules) => Object.keys(rules).length <= 100, "must be at most 100 rules")
    .default({}),
  /** A column of the source was added, dropped or retyped since the last dataset. */
  columns: findingAction.default("warn"),
  /** The target, or what is known only later, is among the inputs. */
  leakage: z
    .strictObject({
      action: findingAction.default("warn"),
      /** From this score on, 0..1, an input predicts the target too well on its own. */
      minScore: z.number().gt(0.5).max(1).default(0.99),
      /** How much more of the test split may stand in the training split than repeats by chance. */
      maxDuplicateShare: share.default(0.01),
    })
    .prefault({}),
});

export type Quality = z.output<typeof qualitySchema>;
export type FieldActions = z.output<typeof fieldActionsSchema>;
export type QualityRule = z.output<typeof ruleSchema>;
/** What a value of a field can break. */
export type FieldCheck = keyof FieldActions;
export type RowAction = z.output<typeof rowAction>;

const DEFAULTS: Quality = qualitySchema.parse({});

/** The quality rules of a definition; those that hold for every model where it has none. */
export const qualityOf = ({ quality }: { readonly quality?: Quality | undefined }): Quality =>
  quality ?? DEFAULTS;
