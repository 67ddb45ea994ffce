import type { StreamInput } from "../../core/definition/stream-schema.ts";

const late = { of: [{ field: "delay", is: ">" as const, value: 15 }] };
const delay = { value: "delay", availableAfter: "1h" };
const route = ["origin", "destination"];

/** Ten features of three entities of a flight: what benchmarks of online features fill and read. */
export const stream = {
  name: "bench-departures",
  owner: "benchmarks",
  description: "US flights",
  fields: {
    date: { type: "timestamp" },
    origin: { type: "category" },
    destination: { type: "category" },
    delay: { type: "number", required: false },
  },
  eventTime: "date",
  features: {
    origin_late_3h: { entity: ["origin"], operation: "rate", ...late, window: "3h" },
    origin_flights_1h: { entity: ["origin"], operation: "count", window: "1h" },
    origin_mean_3h: { entity: ["origin"], operation: "mean", ...delay, window: "3h" },
    origin_spread_6h: {
      entity: ["origin"],
      operation: "standardDeviation",
      ...delay,
      window: "6h",
    },
    destination_late_3h: { entity: ["destination"], operation: "rate", ...late, window: "3h" },
    destination_worst_6h: { entity: ["destination"], operation: "max", ...delay, window: "6h" },
    destination_flights_1h: { entity: ["destination"], operation: "count", window: "1h" },
    route_mean_7d: { entity: route, operation: "mean", ...delay, window: "7d" },
    route_since: { entity: route, operation: "timeSince", window: "7d" },
    route_last_20: { entity: route, operation: "rate", ...late, window: { last: 20 } },
  },
} satisfies StreamInput;
