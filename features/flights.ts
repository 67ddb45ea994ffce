import { defineStream } from "../core/definition/define-stream.ts";

/** US domestic flights as they have left and reported their delay. */
export const stream = defineStream({
  name: "flights",
  owner: "network-operations",
  description: "Departures of US domestic flights with their delays",
  fields: {
    date: {
      type: "timestamp",
      description: "Departure, local time of the origin written as UTC",
    },
    origin: { type: "category", maxLength: 4, description: "IATA airport code" },
    destination: { type: "category", maxLength: 4 },
    delay: { type: "number", unit: "minutes", required: false, min: -1_500, max: 3_000 },
  },
  eventTime: "date",
  // a delay may be reported half a day later; so long before the newest flight questions are answered
  allowedLateness: "12h",
  history: {
    format: "parquet",
    files: [{ name: "flights-3m.parquet", from: "npm:vega-datasets/data/flights-3m.parquet" }],
  },
  features: {
    origin_late_rate_3h: {
      description: "Share of flights from the airport that left more than 15 minutes late",
      entity: ["origin"],
      operation: "rate",
      of: [{ field: "delay", is: ">", value: 15 }],
      window: "3h",
      availableAfter: "1h",
    },
    destination_late_rate_3h: {
      description: "Share of flights to the airport that left more than 15 minutes late",
      entity: ["destination"],
      operation: "rate",
      of: [{ field: "delay", is: ">", value: 15 }],
      window: "3h",
      availableAfter: "1h",
    },
    origin_flights_1h: {
      description: "Flights that left the airport",
      entity: ["origin"],
      operation: "count",
      window: "1h",
      availableAfter: "1h",
    },
  },
});
