import { z } from "zod";
import { columnName } from "./field-schema.ts";

const fallbackSchema = z.discriminatedUnion("use", [
  /** The model sees no value, as it does where no event fell into the window. */
  z.strictObject({ use: z.literal("missing") }),
  z.strictObject({ use: z.literal("default"), value: z.union([z.number(), z.string()]) }),
  /** The request is answered 503. */
  z.strictObject({ use: z.literal("refuse") }),
]);

/** A feature of a stream, as a column of a model's rows. */
export const aggregateSchema = z.strictObject({
  /** One of the definition's `streams`. */
  stream: z.string(),
  /** @default the column's own name */
  feature: columnName.optional(),
  /**
   * Field of the model that holds each of the entity's fields, by the name it has in the stream.
   *
   * @default the field of the same name
   */
  key: z.record(columnName, columnName).default({}),
  /** False: no input of the model, only something that row features read. */
  input: z.boolean().default(true),
  /** Whether a request may carry the value itself, which then wins. */
  inRequest: z.enum(["refused", "wins"]).default("refused"),
  /** What is used where the value cannot be had: the store does not answer or lacks the past. */
  fallback: fallbackSchema.default({ use: "missing" }),
});
