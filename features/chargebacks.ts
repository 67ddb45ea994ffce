import { defineStream } from "../core/definition/define-stream.ts";

/**
 * Purchases that card holders disputed, by the time of the dispute. So a fraud is known here days after
 * it happened, and no feature can see it earlier.
 */
export const stream = defineStream({
  name: "chargebacks",
  owner: "payments-risk",
  description: "Purchases that card holders disputed, as the disputes come in",
  fields: {
    transaction: { type: "category", maxLength: 64 },
    reported: { type: "timestamp" },
    card: { type: "category", maxLength: 64 },
    merchant: { type: "category", maxLength: 64 },
    amount: { type: "number", unit: "EUR", min: 0 },
  },
  eventTime: "reported",
  id: "transaction",
  history: {
    format: "parquet",
    files: [
      { name: "chargebacks.parquet", from: "module:../models/card-fraud/simulator/generate.ts" },
    ],
  },
  features: {
    merchant_chargebacks_30d: { entity: ["merchant"], operation: "count", window: "30d" },
    card_chargebacks_30d: { entity: ["card"], operation: "count", window: "30d" },
  },
});
