import { defineModel } from "../../core/definition/define-model.ts";
import { utcHour, utcWeekday } from "../../core/row/utc.ts";

/** How many minutes late will a US domestic flight leave, and how many at worst? */
export const model = defineModel({
  name: "flight-delay-minutes",
  owner: "network-operations",
  description:
    "Minutes by which a US domestic flight is late, with the span that eight of ten keep to",
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
  target: {
    name: "minutes_late",
    type: "regression",
    from: ["delay"],
    expression: "delay",
    quantiles: [0.1, 0.5, 0.9],
  },
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
  example: { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 },
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
      // Few large steps: each round grows a tree for the mean and one for each quantile.
      parameters: { trees: 30, leaves: 31, learningRate: 0.25 },
    },
    { name: "linear", family: "linear-regression", parameters: {} },
  ],
  evaluation: { slices: ["origin", "hour"] },
  gates: {
    absolute: [
      // What the mean and the quantiles of each hour reach: an R² of 0.057, a loss of 6.59.
      { metric: "r2", min: 0.08 },
      { metric: "pinballLoss", max: 6.5 },
      { metric: "quantileCoverageError", max: 0.03 },
    ],
    champion: [
      { metric: "rmse", maxRegression: 0.1 },
      { metric: "pinballLoss", maxRegression: 0.05 },
    ],
  },
  seed: 1,
});
