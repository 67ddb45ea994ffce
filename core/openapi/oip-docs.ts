import * as schemas from "../inference/oip-schemas.ts";
import { type NamedSchema, ROUTING_KEY, type RouteDoc } from "./route-doc.ts";

const group = "Open Inference Protocol v2";

/** Header that says how many bytes of a body are JSON, tensors' bytes behind them. */
const HEADER_LENGTH = {
  name: "Inference-Header-Content-Length",
  description: "how many bytes of the body are JSON; the tensors' bytes follow",
};

const EXAMPLE = {
  inputs: [
    { name: "date", shape: [1], datatype: "BYTES", data: ["2001-06-30T17:10:00Z"] },
    { name: "origin", shape: [1], datatype: "BYTES", data: ["ORD"] },
    { name: "destination", shape: [1], datatype: "BYTES", data: ["LAX"] },
    { name: "distance", shape: [1], datatype: "FP64", data: [1745] },
  ],
};

const answers = (id: string, schema: NamedSchema) => ({ id, group, answer: [{ schema }] });

export const MODEL_LIST: NamedSchema = { name: "ModelList", schema: () => schemas.modelListSchema };

const named = (id: string, summary: string, isVersion: boolean) => ({
  group,
  id: isVersion ? `${id}OfVersion` : id,
  summary: isVersion ? `${summary}, of one version` : summary,
});

/** Routes about the server. */
export const oipServerDocs = {
  server: {
    ...answers("serverMetadata", {
      name: "ServerMetadata",
      schema: () => schemas.serverMetadataSchema,
    }),
    summary: "Name, version and extensions of the server",
    errors: [],
  },
  live: {
    ...answers("serverLive", { name: "Live", schema: () => schemas.liveSchema }),
    summary: "Whether the server is live",
    errors: [],
  },
  ready: {
    ...answers("serverReady", { name: "ServerReady", schema: () => schemas.serverReadySchema }),
    summary: "Whether the server can tell which version answers",
    errors: [503],
  },
  models: {
    ...answers("models", MODEL_LIST),
    summary: "Names of the models",
    errors: [503],
  },
} satisfies Readonly<Record<string, RouteDoc>>;

/** Routes about a model, or one of its versions. */
export const oipModelDocs = {
  metadata: (isVersion: boolean): RouteDoc => ({
    ...named("modelMetadata", "Versions and tensors", isVersion),
    answer: [{ schema: { name: "ModelMetadata", schema: () => schemas.modelMetadataSchema } }],
    errors: [404, 503],
  }),
  ready: (isVersion: boolean): RouteDoc => ({
    ...named("modelReady", "Whether the model can answer", isVersion),
    answer: [{ schema: { name: "ModelReady", schema: () => schemas.modelReadySchema } }],
    errors: [404, 503],
  }),
  infer: (isVersion: boolean): RouteDoc => ({
    ...named("infer", "Predictions as tensors", isVersion),
    description:
      "One tensor a field, one row an element, shape [n] or [n, 1]. Tensors may come and go as bytes behind the JSON: parameters.binary_data_size of an input, parameters.binary_data of an output, binary_data_output of the request. The request parameter explain: true adds the outputs contributions [n, features] and base [n].",
    headers: [HEADER_LENGTH, ROUTING_KEY],
    request: [
      {
        schema: { name: "InferRequest", schema: () => schemas.inferRequestSchema },
        example: EXAMPLE,
      },
      { type: "application/octet-stream" },
    ],
    answer: [
      { schema: { name: "InferResponse", schema: () => schemas.inferResponseSchema } },
      { type: "application/octet-stream" },
    ],
    errors: [400, 404, 413, 415, 503],
  }),
};

/** Triton's model repository, as far as it means something here. */
export const repositoryDocs = {
  index: {
    id: "repositoryIndex",
    group,
    summary: "Every model and whether it can answer",
    request: [
      {
        schema: {
          name: "RepositoryIndexRequest",
          schema: () => schemas.repositoryIndexRequestSchema,
        },
        example: { ready: true },
      },
    ],
    answer: [{ schema: { name: "RepositoryIndex", schema: () => schemas.repositoryIndexSchema } }],
    errors: [400, 503],
  },
  load: {
    id: "repositoryLoad",
    group,
    summary: "Loads the champion into the instance that answers",
    description: "Models load by themselves when they are first asked for; this is a warm-up.",
    answer: [{}],
    errors: [404, 503],
  },
  unload: {
    id: "repositoryUnload",
    group,
    summary: "Refused: what is unused is forgotten by itself, and what serves is the registry's",
    answer: [{}],
    errors: [400],
  },
} satisfies Readonly<Record<string, RouteDoc>>;
