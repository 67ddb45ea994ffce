import { defineModel } from "../../../core/definition/define-model.ts";
import { utcHour, utcWeekday } from "../../../core/row/utc.ts";

/** Late flights from what a request carries alone: 100 trees, for benchmarks of serving. */
export const model = defineModel({
  name: "bench-flights",
  owner: "benchmarks",
  description: "Probability that a US domestic flight is more than 15 minutes late",
  source: {
    format: "parquet",
    files: [{ name: "flights-3m.parquet", from: "npm:vega-datasets/data/flights-3m.parquet" }],
    eventTime: "date",
  },
  fields: {
    date: { type: "timestamp", role: "feature" },
    distance: { type: "number", role: "feature", min: 0, max: 10_000 },
    origin: { type: "category", role: "feature", maxLength: 4 },
    destination: { type: "category", role: "feature", maxLength: 4 },
    delay: { type: "number", role: "outcome", min: -1_500, max: 3_000 },
  },
  target: { name: "late", type: "binary", from: ["delay"], expression: "delay > 15" },
  rowFeatures: {
    hour: {
      type: "number",
      from: ["date"],
      compute: ({ date }) => (date === null ? null : utcHour(date)),
    },
    weekday: {
      type: "number",
      from: ["date"],
      compute: ({ date }) => (date === null ? null : utcWeekday(date)),
    },
  },
  example: { date: "2001-06-30T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 },
  split: {
    by: "time",
    validationFrom: "2001-05-01T00:00:00Z",
    testFrom: "2001-06-01T00:00:00Z",
    until: "2001-07-01T00:00:00Z",
  },
  sampling: { share: 0.2 },
  candidates: [
    {
      name: "boosting",
      family: "gradient-boosting",
      parameters: { trees: 100, leaves: 63, learningRate: 0.1 },
    },
  ],
  evaluation: { bootstrapSamples: 0, permutationRows: 0 },
});
