import { z } from "zod";
import { InvalidInputError } from "../errors.ts";
import { shownValue } from "../shown-value.ts";

// Clients built on pydantic send what is not set as null.
const parameters = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .nullish();

const requestTensor = z.object({
  name: z.string(),
  /** [n] or [n, 1]. */
  shape: z.array(z.int().min(0)),
  datatype: z.string(),
  /** `binary_data_size` in place of `data`: so many bytes behind the JSON. */
  parameters,
  /** Flat, or nested as the shape. */
  data: z.array(z.unknown()).nullish(),
});

/** Source: Open Inference Protocol v2, inference_rest.md, and Triton's binary tensor data extension. */
export const inferRequestSchema = z.object({
  id: z.string().max(256).nullish(),
  parameters,
  inputs: z.array(requestTensor).min(1),
  outputs: z
    .array(z.object({ name: z.string(), parameters }))
    .min(1)
    .nullish(),
});

const plainParameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** What `infer` answers; where it answers binary, without `data`, before the tensors' bytes. */
export const inferResponseSchema = z.object({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  parameters: plainParameters.optional(),
  outputs: z.array(
    z.object({
      name: z.string(),
      shape: z.array(z.int().min(0)),
      datatype: z.string(),
      parameters: plainParameters.optional(),
      data: z.array(z.union([z.number(), z.string()])).optional(),
    }),
  ),
});

const tensorMetadata = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.int().min(-1)),
});

export const serverMetadataSchema = z.object({
  name: z.string(),
  version: z.string(),
  extensions: z.array(z.string()),
});

export const modelMetadataSchema = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensorMetadata),
  outputs: z.array(tensorMetadata),
});

export const liveSchema = z.object({ live: z.boolean() });
export const serverReadySchema = z.object({ live: z.boolean(), ready: z.boolean() });
export const modelReadySchema = z.object({ name: z.string(), ready: z.boolean() });
export const modelListSchema = z.object({ models: z.array(z.string()) });

/** Source: Triton's model repository extension, extension_model_repository.md. */
export const repositoryIndexRequestSchema = z.object({ ready: z.boolean().nullish() });

/** Whether only models that can answer are asked for. @throws {InvalidInputError} */
export function indexWantsReady(body: unknown): boolean {
  const parsed = repositoryIndexRequestSchema.safeParse(body);
  if (parsed.success) return parsed.data.ready === true;
  throw new InvalidInputError(`request must be {"ready": true} or {}, got ${shownValue(body)}`);
}

export const repositoryIndexSchema = z.array(
  z.object({
    name: z.string(),
    version: z.string().optional(),
    state: z.enum(["READY", "UNAVAILABLE"]),
    reason: z.string(),
  }),
);
