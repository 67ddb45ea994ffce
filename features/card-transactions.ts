import { defineStream } from "../core/definition/define-stream.ts";

const DAY = "24h";
const MONTH = "30d";

/** Purchases with payment cards, as they are authorised. */
export const stream = defineStream({
  name: "card-transactions",
  owner: "payments-risk",
  description: "Purchases with payment cards, as they are authorised",
  fields: {
    transaction: { type: "category", maxLength: 64 },
    time: { type: "timestamp" },
    card: { type: "category", maxLength: 64 },
    merchant: { type: "category", maxLength: 64 },
    category: { type: "category", maxLength: 32, description: "What the merchant sells" },
    amount: { type: "number", unit: "EUR", min: 0 },
    latitude: { type: "number", required: false, min: -90, max: 90, description: "None online" },
    longitude: { type: "number", required: false, min: -180, max: 180 },
  },
  eventTime: "time",
  id: "transaction",
  history: {
    format: "parquet",
    files: [
      {
        name: "transactions.parquet",
        from: "module:../models/card-fraud/simulator/generate.ts",
      },
    ],
  },
  features: {
    card_purchases_1h: { entity: ["card"], operation: "count", window: "1h" },
    card_purchases_24h: { entity: ["card"], operation: "count", window: DAY },
    card_amount_24h: { entity: ["card"], operation: "sum", value: "amount", window: DAY },
    card_mean_amount_30d: { entity: ["card"], operation: "mean", value: "amount", window: MONTH },
    card_amount_deviation_30d: {
      entity: ["card"],
      operation: "standardDeviation",
      value: "amount",
      window: MONTH,
    },
    card_merchants_24h: { entity: ["card"], operation: "distinct", value: "merchant", window: DAY },
    card_usual_category_30d: {
      entity: ["card"],
      operation: "topK",
      value: "category",
      k: 1,
      window: MONTH,
    },
    card_last_latitude: { entity: ["card"], operation: "last", value: "latitude", window: MONTH },
    card_last_longitude: { entity: ["card"], operation: "last", value: "longitude", window: MONTH },
    card_seconds_since_counter: {
      description: "Seconds since the card was last seen at a counter",
      entity: ["card"],
      operation: "timeSince",
      where: [{ field: "latitude", is: "present" }],
      window: MONTH,
    },
    merchant_purchases_1h: { entity: ["merchant"], operation: "count", window: "1h" },
    merchant_mean_amount_7d: {
      entity: ["merchant"],
      operation: "mean",
      value: "amount",
      window: "7d",
    },
  },
});
