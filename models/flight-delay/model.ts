import { defineModel } from "../../core/definition/define-model.ts";
import { stream as flights } from "../../features/flights.ts";
import { flightFields, flightSource, hourAndWeekday, testedInJune } from "../flights.ts";

/** Will a US domestic flight leave more than 15 minutes late? */
export const model = defineModel({
  name: "flight-delay",
  owner: "network-operations",
  description: "Probability that a US domestic flight is more than 15 minutes late",
  source: flightSource,
  fields: flightFields,
  target: { name: "late", type: "binary", from: ["delay"], expression: "delay > 15" },
  rowFeatures: hourAndWeekday,
  streams: [flights],
  aggregates: {
    origin_late_rate_3h: { stream: "flights" },
    destination_late_rate_3h: { stream: "flights" },
    origin_flights_1h: { stream: "flights" },
  },
  example: { date: "2001-06-30T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 },
  split: testedInJune,
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
