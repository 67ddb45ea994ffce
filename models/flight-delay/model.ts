import { defineModel } from "../../core/definition/define-model.ts";
import { utcHour, utcWeekday } from "../../core/row/utc.ts";
import { stream as flights } from "../../features/flights.ts";

/** Will a US domestic flight leave more than 15 minutes late? */
export const model = defineModel({
  name: "flight-delay",
  owner: "network-operations",
  description: "Probability that a US domestic flight is more than 15 minutes late",
  source: {
    format: "parquet",
    files: [{ name: "flights-3m.parquet", from: "npm:vega-datasets/data/flights-3m.parquet" }],
    eventTime: "date",
  },
  fields: {
    date: {
      type: "timestamp",
      role: "feature",
      description: "Departure, local time of the origin written as UTC",
    },
    distance: { type: "number", role: "feature", unit: "miles", min: 0, max: 10_000 },
    origin: { type: "category", role: "feature", maxLength: 4, description: "IATA airport code" },
    destination: { type: "category", role: "feature", maxLength: 4 },
    delay: { type: "number", role: "outcome", unit: "minutes", min: -1_500, max: 3_000 },
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
  streams: [flights],
  aggregates: {
    origin_late_rate_3h: { stream: "flights" },
    destination_late_rate_3h: { stream: "flights" },
    origin_flights_1h: { stream: "flights" },
  },
  example: { date: "2001-06-30T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 },
  split: {
    by: "time",
    validationFrom: "2001-05-01T00:00:00Z",
    testFrom: "2001-06-01T00:00:00Z",
    until: "2001-07-01T00:00:00Z",
  },
  candidates: [
    {
      name: "boosting",
      family: "gradient-boosting",
      parameters: { trees: 100, leaves: 63, learningRate: 0.1 },
    },
    { name: "logistic", family: "logistic-regression", parameters: {} },
  ],
  threshold: { choose: "f-beta", beta: 1 },
  gates: {
    maxQuarantineShare: 0.01,
    absolute: [{ metric: "rocAuc", min: 0.74 }],
    champion: [{ metric: "rocAuc", maxRegression: 0.002 }],
  },
  schedules: { training: "0 4 1 * *", monitoring: "0 * * * *" },
  monitors: { drift: { windowHours: 24, minPredictions: 200, maxPsi: 0.2 } },
  seed: 1,
});
