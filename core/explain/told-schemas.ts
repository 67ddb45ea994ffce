import { z } from "zod";

/** Of {@link import("./row-reasons.ts").Reason}. */
const reasonSchema = z.strictObject({
  field: z.string(),
  /** null: missing. */
  value: z.union([z.number(), z.string(), z.boolean(), z.null()]),
  contribution: z.number(),
  direction: z.enum(["raises", "lowers"]),
  /** Of the definition's `serving.explanations.codes`. */
  code: z.string().optional(),
  /** Of a scorecard: the bin that the value is in, and its points. */
  bin: z.string().optional(),
  points: z.number().optional(),
  /** Against the bin that the scorecard's `reasonsAgainst` says. */
  pointsLost: z.number().optional(),
});

const headSchema = z.strictObject({
  method: z.enum(["exact", "sampled"]),
  /** What contributions and base add up to. */
  scale: z.enum(["log-odds", "logit", "prediction", "log-prediction", "score", "probability"]),
  /** Orders of the inputs that a row is looked at in, where it is sampled. */
  samples: z.int().optional(),
});

const rowSchema = z.strictObject({
  margin: z.number(),
  base: z.number(),
  contributions: z.record(z.string(), z.number()),
  reasons: z.array(reasonSchema),
});

/** Explanations beside the predictions of the plain route. */
export const explanationsSchema = headSchema.extend({
  /** Says that time ran out, and for how many rows there was time. */
  note: z.string().optional(),
  /** Of the first rows; of all, unless there is a note. */
  rows: z.array(rowSchema),
});

/** One explanation of KServe's V1. */
export const instanceExplanationSchema = headSchema.extend(rowSchema.shape);
