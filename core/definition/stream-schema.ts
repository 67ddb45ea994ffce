import { z } from "zod";
import { durationMs, durationSchema } from "./duration.ts";
import {
  columnName,
  formatRules,
  isFormat,
  isRange,
  notARange,
  notTheFormat,
  sourceFilesSchema,
  valueRules,
} from "./field-schema.ts";
import { MODEL_NAME } from "./model-name.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/**
 * A condition on one field of an event. An event that has no value there does not meet it, but for
 * `missing`. Numbers and times compare by size, times as ISO 8601 text here; texts by equality only.
 */
const conditionSchema = z.union([
  z.strictObject({
    field: columnName,
    is: z.enum(["=", "!=", "<", "<=", ">", ">="]),
    value: scalar,
  }),
  z.strictObject({
    field: columnName,
    is: z.enum(["in", "not-in"]),
    value: z.array(scalar).min(1).max(1_000),
  }),
  z.strictObject({ field: columnName, is: z.enum(["missing", "present"]) }),
]);

export const OPERATIONS = [
  "count",
  "sum",
  "mean",
  "rate",
  "min",
  "max",
  "standardDeviation",
  "distinct",
  "last",
  "first",
  "topK",
  "timeSince",
] as const;

const SHORTEST_WINDOW = "5m";
const LONGEST_WINDOW = "90d";

const windowSchema = z.union(
  [
    durationSchema.refine(
      (text) =>
        durationMs(text) >= durationMs(SHORTEST_WINDOW) &&
        durationMs(text) <= durationMs(LONGEST_WINDOW),
      `must be between ${SHORTEST_WINDOW} and ${LONGEST_WINDOW}`,
    ),
    /** The last so many events that meet `where`, however old, up to 90 days. */
    z.strictObject({ last: z.int().min(1).max(1_000) }),
  ],
  `must be a span from ${SHORTEST_WINDOW} to ${LONGEST_WINDOW}, such as "3h", or { last: 20 }`,
);

/**
 * A feature that is computed from the events of one entity. For a row at time t it counts the events
 * with `cut-off - window <= event time < cut-off`, cut-off being `t - availableAfter`: nothing that was
 * not known at t. Times are compared in whole milliseconds.
 */
const streamFeatureSchema = z.strictObject({
  description: z.string().optional(),
  owner: z.string().min(1).optional(),
  /** Fields of the event whose values, together, are the entity. Events that lack one do not count. */
  entity: z.array(columnName).min(1).max(4),
  /**
   * count: events. sum, mean, min, max, standardDeviation (of a sample, n - 1): of the numbers in
   * `value`. rate: the share of events that meet `of`. distinct: how many different values. last,
   * first: the value of the latest and earliest event; of equal times the larger and smaller value.
   * topK: the `k` most frequent values, ties by code point, as text with "," between. timeSince: seconds
   * from the latest event to t. Events without `value` do not count where there is one.
   *
   * Of no event count, sum and distinct are 0 and all others missing; standardDeviation of one event
   * is missing.
   */
  operation: z.enum(OPERATIONS),
  value: columnName.optional(),
  /** Conditions that all hold for a hit, of `rate` only. */
  of: z.array(conditionSchema).min(1).max(20).optional(),
  /** Only events that meet all of these count. */
  where: z.array(conditionSchema).max(20).default([]),
  window: windowSchema,
  /** How long after its event time an event is known for certain. */
  availableAfter: durationSchema.default("0s"),
  /** Of `topK`. */
  k: z.int().min(1).max(20).optional(),
});

/**
 * The shape of a stream definition: events, and the features that are computed from them. Rules across
 * its parts are checked by `parseStream`.
 */
export const streamSchema = z.strictObject({
  name: z.string().regex(MODEL_NAME.pattern, MODEL_NAME.rule),
  owner: z.string().min(1),
  description: z.string().min(1),
  /** Members of an event. */
  fields: z.record(columnName, z.strictObject(valueRules).refine(isRange, notARange)),
  /** The field, of type timestamp, that says when the event happened. */
  eventTime: columnName,
  /**
   * Member that tells events apart: the same id at the same time is the same event. Every posted event
   * has it, as text. Rows of history without such a column are told apart by file and place.
   */
  id: columnName.default("id"),
  /** How much earlier than the newest event of its entity an event may be and still be counted online. */
  allowedLateness: durationSchema.default("1h"),
  /** Events of the past: what features are computed from when data is prepared, and backfilled from. */
  history: z
    .strictObject({ ...formatRules, files: sourceFilesSchema })
    .refine(isFormat, notTheFormat)
    .optional(),
  features: z.record(columnName, streamFeatureSchema),
});

/** What a person writes in `features/<stream>.ts`. */
export type StreamInput = z.input<typeof streamSchema>;
/** A checked stream definition with every default filled in: plain data. */
export type StreamDefinition = z.output<typeof streamSchema>;
export type StreamField = StreamDefinition["fields"][string];
export type StreamFeature = StreamDefinition["features"][string];
export type StreamCondition = z.output<typeof conditionSchema>;
export type StreamWindow = StreamFeature["window"];
