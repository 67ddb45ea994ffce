import { z } from "zod";
import { instanceExplanationSchema } from "../explain/told-schemas.ts";
import { predictionSchema } from "./plain-schemas.ts";

/** A row as fields by name, or as a list of values in the order of the model's inputs. */
const row = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);

/** Body of `POST /v1/models/{model}:predict`. Source: KServe, "V1 Inference Protocol". */
export const kserveRequestSchema = z.object({ instances: z.array(row) });

const split = z.object({
  columns: z.array(z.string()),
  data: z.array(z.array(z.unknown())),
  index: z.array(z.unknown()).optional(),
});

/** Body of `POST /invocations`: one of them. Source: MLflow, "Deploy MLflow Model as a Local Inference Server". */
export const invocationSchema = z.union([
  z.object({ dataframe_split: split }),
  z.object({ dataframe_records: z.array(z.record(z.string(), z.unknown())) }),
  z.object({ instances: z.array(row) }),
  z.object({ inputs: z.union([z.record(z.string(), z.array(z.unknown())), z.array(row)]) }),
]);

/** What KServe's V1, SageMaker's and MLflow's clients are answered. */
export const predictionsSchema = z.object({
  predictions: z.array(predictionSchema.extend({ predictionId: z.string() })),
});

/** Answer of `POST /v1/models/{model}:explain`: explanations of the first rows, of all unless time ran out. */
export const kserveExplainedSchema = predictionsSchema.extend({
  explanations: z.array(instanceExplanationSchema),
});

export const pingSchema = z.object({ status: z.literal("ok") });

/** A model of KServe's V1. */
export const kserveModelSchema = z.object({ name: z.string(), ready: z.boolean() });
