import { z } from "zod";
import { explanationsSchema } from "../explain/told-schemas.ts";
import { MOST_EVENTS } from "../streams/parse-events.ts";
import { MOST_INSTANCES } from "./parse-instances.ts";

const instances = z.array(z.record(z.string(), z.unknown())).min(1).max(MOST_INSTANCES);

/** Body of `POST /models/{model}/predictions`; what an instance holds, the model's own schema says. */
export const plainRequestSchema = z.strictObject({
  instances,
  /** Requests of one key are answered by one version. */
  routingKey: z.string().optional(),
  /** Whether to say why each row was scored as it was. */
  explain: z.boolean().optional(),
});

/** What a model's task gives for a row; the members depend on the task. */
export const predictionSchema = z.object({
  label: z.union([z.int(), z.string()]).optional(),
  probability: z.number().optional(),
  probabilities: z.record(z.string(), z.number()).optional(),
  prediction: z.number().optional(),
  quantiles: z.record(z.string(), z.number()).optional(),
  score: z.number().optional(),
  /** The business rule that made the answer, where one of the model's own did. */
  rule: z.string().optional(),
});

export const plainAnswerSchema = z.object({
  model: z.string(),
  version: z.int(),
  alias: z.string(),
  predictions: z.array(predictionSchema.extend({ predictionId: z.string() })),
  explanations: explanationsSchema.optional(),
  fallbacks: z.array(z.looseObject({ feature: z.string() })).optional(),
});

/** Body of `POST /streams/{stream}/events`; what an event holds, the stream's definition says. */
export const eventsRequestSchema = z.object({
  events: z
    .array(z.looseObject({ id: z.string() }))
    .min(1)
    .max(MOST_EVENTS),
});

export const eventsAnswerSchema = z.looseObject({
  stream: z.string(),
  accepted: z.int(),
  rejected: z.array(z.unknown()),
});

/** Body of every error but those of the protocols that have their own. */
export const plainErrorSchema = z.object({
  error: z.string(),
  message: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** Body of an error of the Open Inference Protocol and of KServe's V1. */
export const protocolErrorSchema = z.object({ error: z.string() });
