import { defineModel } from "../../core/definition/define-model.ts";
import { flightFields, flightSource, hourAndWeekday, testedInJune } from "../flights.ts";

const from1To = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

/** How many minutes late will a US domestic flight leave, and how many at worst? */
export const model = defineModel({
  name: "flight-delay-minutes",
  owner: "network-operations",
  description:
    "Minutes by which a US domestic flight is late, with the span that eight of ten keep to",
  source: flightSource,
  fields: flightFields,
  target: {
    name: "minutes_late",
    type: "regression",
    from: ["delay"],
    expression: "delay",
    quantiles: [0.1, 0.5, 0.9],
  },
  rowFeatures: hourAndWeekday,
  example: { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 },
  split: testedInJune,
  candidates: [
    {
      name: "boosting",
      family: "gradient-boosting",
      // Few large steps: each round grows a tree for the mean and one for each quantile.
      parameters: { trees: 30, leaves: 31, learningRate: 0.25 },
    },
    {
      name: "linear",
      family: "linear-regression",
      parameters: {},
      // Delays grow over the day and fall at night: no line, so each hour and weekday counts by itself.
      transforms: [
        { how: "bucketise", columns: ["hour"], edges: from1To(23), as: "category" },
        { how: "bucketise", columns: ["weekday"], edges: from1To(6), as: "category" },
      ],
    },
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
