import * as schemas from "../inference/adapter-schemas.ts";
import { MODEL_LIST } from "./oip-docs.ts";
import { ROUTING_KEY, type RouteDoc } from "./route-doc.ts";

const FLIGHT = ["2001-06-30T17:10:00Z", "ORD", "LAX", 1745];
const COLUMNS = ["date", "origin", "destination", "distance"];

const predictions = { schema: { name: "Predictions", schema: () => schemas.predictionsSchema } };

const kserveVerb = {
  group: "KServe V1",
  headers: [ROUTING_KEY],
  request: [
    {
      schema: { name: "KserveRequest", schema: () => schemas.kserveRequestSchema },
      example: { instances: [Object.fromEntries(COLUMNS.map((name, i) => [name, FLIGHT[i]]))] },
    },
  ],
  errors: [400, 404, 413, 415, 503],
};

/** Source: KServe, "V1 Inference Protocol". */
export const kserveDocs = {
  models: {
    id: "kserveModels",
    summary: "Names of the models",
    group: "KServe V1",
    answer: [{ schema: MODEL_LIST }],
    errors: [503],
  },
  model: {
    id: "kserveModel",
    summary: "Whether the model can answer",
    group: "KServe V1",
    answer: [{ schema: { name: "KserveModel", schema: () => schemas.kserveModelSchema } }],
    errors: [404, 503],
  },
  predict: {
    ...kserveVerb,
    id: "kservePredict",
    summary: "One prediction for each instance",
    answer: [predictions],
  },
  explain: {
    ...kserveVerb,
    id: "kserveExplain",
    summary: "One prediction for each instance, and why",
    description: "Explanations are fewer than predictions where the time for them ran out.",
    answer: [{ schema: { name: "KserveExplained", schema: () => schemas.kserveExplainedSchema } }],
  },
} satisfies Readonly<Record<string, RouteDoc>>;

/** Source: "How Amazon SageMaker AI interacts with your hosting code", and MLflow's scoring server. */
export const invocationDocs = {
  ping: {
    id: "ping",
    summary: "Whether the server is live",
    group: "SageMaker and MLflow",
    answer: [{ schema: { name: "Ping", schema: () => schemas.pingSchema } }],
    errors: [],
  },
  invoke: {
    id: "invoke",
    summary: "One prediction for each row",
    group: "SageMaker and MLflow",
    description:
      "A model named by the header, or the only one. csv may begin with a line of the inputs' names; without it the columns are the inputs in their order.",
    headers: [
      {
        name: "X-Amzn-SageMaker-Target-Model",
        description: "name of the model, or name/version; not needed where there is one model",
      },
      ROUTING_KEY,
    ],
    request: [
      {
        schema: { name: "Invocation", schema: () => schemas.invocationSchema },
        example: { dataframe_split: { columns: COLUMNS, data: [FLIGHT] } },
      },
      { type: "text/csv", example: `${COLUMNS}\n${FLIGHT}\n` },
    ],
    answer: [predictions],
    errors: [400, 404, 413, 415, 503],
  },
} satisfies Readonly<Record<string, RouteDoc>>;
