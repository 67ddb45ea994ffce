import { defineModel } from "../../../core/definition/define-model.ts";
import { defineStream } from "../../../core/definition/define-stream.ts";
import { stream } from "../stream.ts";

const files = [{ name: "flights.parquet", from: "flights.parquet" }];

/** Late flights from ten features of three entities, each of them fetched: the benchmark writes its flights. */
export const model = defineModel({
  name: "bench-online",
  owner: "benchmarks",
  description: "Probability that a US domestic flight is more than 15 minutes late",
  source: { format: "parquet", files, eventTime: "date" },
  fields: {
    date: { type: "timestamp", role: "feature" },
    distance: { type: "number", role: "feature", min: 0, max: 10_000 },
    origin: { type: "category", role: "feature", maxLength: 4 },
    destination: { type: "category", role: "feature", maxLength: 4 },
    delay: { type: "number", role: "outcome", min: -1_500, max: 3_000 },
  },
  target: { name: "late", type: "binary", from: ["delay"], expression: "delay > 15" },
  streams: [defineStream({ ...stream, history: { format: "parquet", files } })],
  aggregates: Object.fromEntries(
    Object.keys(stream.features).map((name) => [name, { stream: stream.name }]),
  ),
  example: { date: "2001-03-02T12:00:00Z", distance: 1745, origin: "ORD", destination: "LAX" },
  split: { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } },
  candidates: [
    {
      name: "boosting",
      family: "gradient-boosting",
      parameters: { trees: 100, leaves: 63, learningRate: 0.1 },
    },
  ],
  evaluation: { bootstrapSamples: 0, permutationRows: 0 },
});
