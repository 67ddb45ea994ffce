import { defineModel } from "../../core/definition/define-model.ts";

const degrees = { type: "number", role: "feature", unit: "°C", min: -60, max: 60 } as const;

/** What was the weather of a day like, by what a station without an observer measured? */
export const model = defineModel({
  name: "weather",
  owner: "stations",
  description: "Kind of weather of a day, from what an unattended station measured",
  source: {
    format: "csv",
    files: [{ name: "weather.csv", from: "npm:vega-datasets/data/weather.csv" }],
    eventTime: "date",
  },
  fields: {
    location: { type: "category", role: "feature", description: "City" },
    date: { type: "timestamp", role: "feature" },
    precipitation: { type: "number", role: "feature", unit: "mm", min: 0, max: 1_000 },
    temp_max: degrees,
    temp_min: degrees,
    wind: { type: "number", role: "feature", unit: "m/s", min: 0, max: 100 },
    weather: { type: "category", role: "outcome" },
  },
  target: {
    name: "kind",
    type: "multiclass",
    from: ["weather"],
    expression: "weather",
    classes: ["drizzle", "fog", "rain", "snow", "sun"],
  },
  rowFeatures: {
    month: {
      type: "number",
      description: "0 is January",
      from: ["date"],
      compute: ({ date }) => (date === null ? null : new Date(date).getUTCMonth()),
    },
    temp_span: {
      type: "number",
      description: "Clear days are warm at noon and cold at night",
      from: ["temp_max", "temp_min"],
      compute: ({ temp_max, temp_min }) =>
        temp_max === null || temp_min === null ? null : temp_max - temp_min,
    },
  },
  example: {
    location: "Seattle",
    date: "2015-12-09T00:00:00Z",
    precipitation: 13.5,
    temp_max: 12.2,
    temp_min: 7.8,
    wind: 6.3,
  },
  split: {
    by: "time",
    validationFrom: "2014-01-01T00:00:00Z",
    testFrom: "2015-01-01T00:00:00Z",
  },
  candidates: [
    {
      name: "boosting",
      family: "gradient-boosting",
      parameters: { trees: 300, leaves: 7, learningRate: 0.05, columnShare: 0.7, l2: 5 },
    },
    { name: "logistic", family: "logistic-regression", parameters: {} },
  ],
  calibration: { method: "temperature" },
  evaluation: { slices: ["location"] },
  gates: {
    absolute: [
      // Shares of the kinds alone: an accuracy of 0.52 and a log-loss of 1.22.
      { metric: "accuracy", min: 0.8 },
      { metric: "logLoss", max: 0.8 },
    ],
    champion: [{ metric: "logLoss", maxRegression: 0.05 }],
  },
  seed: 1,
});
