import { defineModel } from "../../core/definition/define-model.ts";
import { utcHour } from "../../core/row/utc.ts";
import { stream as cardTransactions } from "../../features/card-transactions.ts";
import { stream as chargebacks } from "../../features/chargebacks.ts";
import { kilometresBetween } from "./kilometres-between.ts";

const ofCards = { stream: "card-transactions" } as const;
const ofChargebacks = { stream: "chargebacks" } as const;

/** Will the holder of a card dispute this purchase? */
export const model = defineModel({
  name: "card-fraud",
  owner: "payments-risk",
  description: "Probability that the holder of a card will dispute a purchase",
  source: {
    format: "parquet",
    files: [{ name: "transactions.parquet", from: "module:simulator/generate.ts" }],
    eventTime: "time",
    id: "transaction",
  },
  fields: {
    transaction: { type: "category", role: "entity", maxLength: 64 },
    time: { type: "timestamp", role: "feature" },
    card: { type: "category", role: "entity", maxLength: 64 },
    merchant: { type: "category", role: "entity", maxLength: 64 },
    category: { type: "category", role: "feature", maxLength: 32 },
    amount: { type: "number", role: "feature", unit: "EUR", min: 0, max: 1_000_000 },
    online: { type: "boolean", role: "feature" },
    latitude: { type: "number", role: "entity", required: false, min: -90, max: 90 },
    longitude: { type: "number", role: "entity", required: false, min: -180, max: 180 },
    disputed: { type: "boolean", role: "outcome" },
  },
  target: { name: "is_fraud", type: "binary", from: ["disputed"], expression: "disputed" },
  streams: [cardTransactions, chargebacks],
  aggregates: {
    card_purchases_1h: ofCards,
    card_purchases_24h: ofCards,
    card_amount_24h: ofCards,
    card_mean_amount_30d: ofCards,
    card_amount_deviation_30d: { ...ofCards, input: false },
    card_merchants_24h: ofCards,
    card_usual_category_30d: { ...ofCards, input: false },
    card_last_latitude: { ...ofCards, input: false },
    card_last_longitude: { ...ofCards, input: false },
    card_seconds_since_counter: ofCards,
    merchant_purchases_1h: ofCards,
    merchant_mean_amount_7d: ofCards,
    merchant_chargebacks_30d: ofChargebacks,
    card_chargebacks_30d: ofChargebacks,
  },
  rowFeatures: {
    hour: {
      type: "number",
      from: ["time"],
      compute: ({ time }) => (time === null ? null : utcHour(time)),
    },
    amount_over_mean: {
      type: "number",
      description: "The amount by the card's mean amount of 30 days",
      from: ["amount", "card_mean_amount_30d"],
      compute: ({ amount, card_mean_amount_30d: mean }) =>
        amount === null || typeof mean !== "number" || mean <= 0 ? null : amount / mean,
    },
    amount_deviations: {
      type: "number",
      description: "Standard deviations that the amount lies above the card's mean",
      from: ["amount", "card_mean_amount_30d", "card_amount_deviation_30d"],
      compute: ({ amount, card_mean_amount_30d: mean, card_amount_deviation_30d: deviation }) =>
        amount === null ||
        typeof mean !== "number" ||
        typeof deviation !== "number" ||
        deviation < 1
          ? null
          : (amount - mean) / deviation,
    },
    is_usual_category: {
      type: "number",
      from: ["category", "card_usual_category_30d"],
      compute: ({ category, card_usual_category_30d: usual }) =>
        usual === null ? null : Number(category === usual),
    },
    km_from_last: {
      type: "number",
      description: "From the counter where the card was seen before",
      from: ["latitude", "longitude", "card_last_latitude", "card_last_longitude"],
      compute: ({
        latitude,
        longitude,
        card_last_latitude: lastLatitude,
        card_last_longitude: lastLongitude,
      }) =>
        latitude === null ||
        longitude === null ||
        typeof lastLatitude !== "number" ||
        typeof lastLongitude !== "number"
          ? null
          : kilometresBetween(latitude, longitude, lastLatitude, lastLongitude),
    },
    km_per_hour: {
      type: "number",
      description: "How fast the card must have travelled since then",
      from: ["km_from_last", "card_seconds_since_counter"],
      compute: ({ km_from_last: km, card_seconds_since_counter: seconds }) =>
        typeof km !== "number" || typeof seconds !== "number"
          ? null
          : km / Math.max(seconds / 3_600, 1 / 60),
    },
  },
  example: {
    transaction: "p9000000",
    time: "2026-04-30T21:30:00Z",
    card: "c00042",
    merchant: "m2500",
    category: "electronics",
    amount: 480,
    online: true,
    latitude: null,
    longitude: null,
  },
  split: {
    by: "time",
    validationFrom: "2026-04-01T00:00:00Z",
    testFrom: "2026-04-16T00:00:00Z",
  },
  candidates: [
    {
      name: "boosting",
      family: "gradient-boosting",
      parameters: {
        trees: 300,
        leaves: 31,
        learningRate: 0.05,
        minLeafRows: 100,
        l2: 10,
        columnShare: 0.7,
        earlyStoppingRounds: 40,
      },
    },
    { name: "logistic", family: "logistic-regression", parameters: { l2: 1 } },
  ],
  selection: { metric: "prAuc" },
  calibration: { method: "platt" },
  // what reviewers can look at: one purchase in 400
  threshold: { choose: "alert-rate", atMost: 0.0025 },
  evaluation: { slices: ["category", "online"] },
  gates: {
    maxQuarantineShare: 0.001,
    absolute: [{ metric: "prAuc", min: 0.55 }],
    champion: [{ metric: "prAuc", maxRegression: 0.02 }],
  },
  schedules: { training: "0 3 * * 1", monitoring: "0 * * * *" },
  seed: 1,
});
